/* What happened, oldest first, in both programs. They tell of it in batches, so
   lines are put in order by when it happened, not by when it was heard of. */
import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { api, got, type LogLine } from '../../api/client.ts';
import { words } from '../../i18n.ts';
import { Badge } from '../../ui/bits.tsx';
import { When } from '../../ui/states.tsx';
import { LogLevel, stepName } from '../../ui/words.tsx';
import { byTime } from './order.ts';

export function Timeline({ lines }: { lines: LogLine[] }) {
  const { t, clock, said } = words();
  if (lines.length === 0) return <p class="quiet">{t('log.none')}</p>;
  return (
    <ol class="timeline">
      {lines.toSorted(byTime).map((line) => (
        <li key={line.id} class={line.level}>
          <time dateTime={line.time}>{clock(line.time)}</time>
          <div>
            <p class="row">
              <strong>{stepName(line.step)}</strong>
              <Badge tone={line.program === 'shopify' ? 'info' : 'plain'}>
                {t(`log.program.${line.program}`)}
              </Badge>
              {(line.level === 'warn' || line.level === 'error') && <LogLevel level={line.level} />}
              {line.job && (
                <a class="mono small-text" href={`/log/jobs/${line.job}`} title={t('log.job')}>
                  {line.job.slice(-8)}
                </a>
              )}
            </p>
            {line.reason && <p dir="auto">{said(line.reason)}</p>}
            {line.next && <p class="quiet">{said(line.next)}</p>}
          </div>
        </li>
      ))}
    </ol>
  );
}

const STEPS = 50;
const MOST = 100;

/** An order's story over both programs; long ones begin with the newest steps. */
export function OrderStory({ id }: { id: string }) {
  const { t } = words();
  const [limit, setLimit] = useState(STEPS);
  const story = useQuery({
    queryKey: ['story', id, limit],
    queryFn: () =>
      got(
        api.GET('/api/v1/orders/{id}/timeline', {
          params: { path: { id }, query: { limit } },
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: 5_000,
  });
  return (
    <When asked={story} rows={5}>
      {(page) => (
        <div class="stack">
          {page.next_cursor && limit < MOST && (
            <div>
              <button type="button" class="small" onClick={() => setLimit(MOST)}>
                {t('order.more')}
              </button>
            </div>
          )}
          <Timeline lines={page.items} />
        </div>
      )}
    </When>
  );
}
