/* What the app did, and for a job of the Cloud App what that says of it. */
import { useEffect, useState } from 'preact/hooks';
import { type Logs as Answer, type AppEvent, type CloudLine, getLogs } from '../api.ts';
import { words } from '../i18n.ts';
import { Waiting } from '../parts.tsx';
import { PageFailure } from '../trouble.tsx';
import { useAsked } from '../use-asked.ts';

const TONES = { error: 'critical', warn: 'warning', info: 'info', debug: 'neutral' } as const;

function Level({ level }: { level: string }) {
  const { maybe } = words();
  return (
    <s-badge tone={TONES[level as keyof typeof TONES] ?? 'neutral'}>
      {maybe(`logs.level.${level}`) ?? level}
    </s-badge>
  );
}

/** Kept on one line. */
function At({ at }: { at: string }) {
  return <s-table-cell>{words().clock(at).replace(/\s/g, '\u00a0')}</s-table-cell>;
}

function Heads({ hasOrder }: { hasOrder: boolean }) {
  const { t } = words();
  return (
    <s-table-header-row>
      <s-table-header>{t('logs.time')}</s-table-header>
      <s-table-header>{t('logs.levelLabel')}</s-table-header>
      {hasOrder && <s-table-header>{t('logs.order')}</s-table-header>}
      <s-table-header>{t('logs.what')}</s-table-header>
      {hasOrder && <s-table-header>{t('logs.job')}</s-table-header>}
    </s-table-header-row>
  );
}

function What({ text, next }: { text: string; next: string | null }) {
  const { said } = words();
  return (
    <s-stack gap="small-400">
      <s-text>{said(text)}</s-text>
      {next && <s-text color="subdued">{said(next)}</s-text>}
    </s-stack>
  );
}

function Events({ items, onJob }: { items: AppEvent[]; onJob: (job: string) => void }) {
  const { t } = words();
  return (
    <s-table>
      <Heads hasOrder />
      <s-table-body>
        {items.map((e) => (
          <s-table-row key={e.id}>
            <At at={e.at} />
            <s-table-cell>
              <Level level={e.level} />
            </s-table-cell>
            <s-table-cell>{e.order_name ?? ''}</s-table-cell>
            <s-table-cell>
              <What text={[e.text, e.reason].filter(Boolean).join(' ')} next={e.next} />
            </s-table-cell>
            <s-table-cell>
              {e.job && (
                <s-button
                  variant="tertiary"
                  accessibilityLabel={t('logs.showJob', { job: e.job })}
                  onClick={() => onJob(e.job ?? '')}
                >
                  {e.job.slice(-8)}
                </s-button>
              )}
            </s-table-cell>
          </s-table-row>
        ))}
      </s-table-body>
    </s-table>
  );
}

function Summary({ cloud }: { cloud: NonNullable<Answer['cloud']> }) {
  const { t, said } = words();
  return (
    <s-section heading={t('logs.cloud')}>
      {cloud.items.length === 0 && (
        <s-paragraph>{cloud.reason ? said(cloud.reason) : t('logs.cloudNone')}</s-paragraph>
      )}
      {cloud.items.length > 0 && (
        <s-table>
          <Heads hasOrder={false} />
          <s-table-body>
            {cloud.items.map((line: CloudLine) => (
              <s-table-row key={`${line.time}${line.step}`}>
                <At at={line.time} />
                <s-table-cell>
                  <Level level={line.level} />
                </s-table-cell>
                <s-table-cell>
                  <What text={line.reason ?? line.step} next={line.next} />
                </s-table-cell>
              </s-table-row>
            ))}
          </s-table-body>
        </s-table>
      )}
    </s-section>
  );
}

function useMore(job: string | undefined, first: Answer | undefined) {
  const [more, setMore] = useState<Answer[]>([]);
  const [failure, setFailure] = useState<unknown>();
  const last = more.at(-1) ?? first;
  async function load() {
    setFailure(undefined);
    const cursor = last?.next_cursor ?? undefined;
    await getLogs({ job, cursor }).then((page) => setMore([...more, page]), setFailure);
  }
  const items = [first, ...more].flatMap((page) => page?.items ?? []);
  return { items, failure, load: last?.next_cursor ? () => void load() : undefined };
}

function List({
  job,
  onJob,
}: {
  job: string | undefined;
  onJob: (job: string | undefined) => void;
}) {
  const { t } = words();
  const asked = useAsked(() => getLogs({ job }), job);
  const more = useMore(job, asked.data);
  const failure = asked.failure ?? more.failure;
  return (
    <>
      {job && (
        <s-section>
          <s-stack direction="inline" gap="small" alignItems="center">
            <s-text>{t('logs.ofJob', { job })}</s-text>
            <s-button onClick={() => onJob(undefined)}>{t('logs.all')}</s-button>
          </s-stack>
        </s-section>
      )}
      {failure !== undefined && <PageFailure failure={failure} onRetry={asked.again} />}
      {!asked.data && failure === undefined && <Waiting />}
      {asked.data?.cloud && <Summary cloud={asked.data.cloud} />}
      {asked.data && (
        <s-section heading={t('logs.own')} padding={more.items.length ? 'none' : 'base'}>
          {more.items.length === 0 && <s-paragraph>{t('logs.none')}</s-paragraph>}
          {more.items.length > 0 && <Events items={more.items} onJob={onJob} />}
        </s-section>
      )}
      {more.load && <s-button onClick={more.load}>{t('logs.more')}</s-button>}
    </>
  );
}

const jobOfAddress = () => new URLSearchParams(location.search).get('job') ?? undefined;

/** The job that is looked at is in the address: back and reload keep it. */
function useJob(): [string | undefined, (job: string | undefined) => void] {
  const [job, setJob] = useState(jobOfAddress);
  useEffect(() => {
    const here = () => setJob(jobOfAddress());
    addEventListener('popstate', here);
    return () => removeEventListener('popstate', here);
  }, []);
  function go(next: string | undefined) {
    const query = new URLSearchParams(location.search);
    query.delete('id_token'); // it lives a minute
    if (next) query.set('job', next);
    else query.delete('job');
    history.pushState(null, '', `?${query}`);
    setJob(next);
  }
  return [job, go];
}

export function Logs() {
  const { t } = words();
  const [job, setJob] = useJob();
  return (
    <s-page heading={t('nav.logs')}>
      <List key={job} job={job} onJob={setJob} />
    </s-page>
  );
}
