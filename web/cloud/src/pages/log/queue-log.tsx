/* Log > Queue Log: every step of every job, as it happens. */
import { useQuery } from '@tanstack/preact-query';
import { useEffect, useState } from 'preact/hooks';
import { askPage, type LogLine } from '../../api/client.ts';
import { useConnectors, useLabels } from '../../api/lists.ts';
import { words } from '../../i18n.ts';
import { Badge, Page, useRested } from '../../ui/bits.tsx';
import { Button, Field } from '../../ui/controls.tsx';
import { type Filters, useFilters } from '../../ui/filters.ts';
import { Select } from '../../ui/select.tsx';
import { Empty, ErrorNote, NoMatch, When } from '../../ui/states.tsx';
import { useAction } from '../../ui/use-action.ts';
import { exportLog } from './export.ts';
import { LineDetails, LogLines } from './lines.tsx';
import { useTail } from './tail.ts';

const FIRST = 100; // lines
const NAMES = ['q', 'level', 'connector', 'job'] as const;
const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

function FilterBar({ filters }: { filters: Filters }) {
  const { t } = words();
  const connectors = useConnectors().data?.items ?? [];
  const [text, setText] = useState(filters.get('q') ?? '');
  const q = useRested(text.trim());
  // Only typing changes the address
  useEffect(() => {
    if (q !== (filters.get('q') ?? '')) filters.set({ q }, { replace: true });
  }, [q]);
  return (
    <search class="filters">
      <Field
        label={t('log.search')}
        placeholder={t('log.searchHint')}
        type="search"
        value={text}
        onInput={setText}
      />
      <Select
        label={t('log.levelLabel')}
        value={filters.get('level') ?? ''}
        choices={[
          { value: '', label: t('list.any') },
          ...LEVELS.map((l) => ({ value: l, label: t(`log.level.${l}`) })),
        ]}
        onChange={(level) => filters.set({ level })}
      />
      <Select
        label={t('connector.one')}
        value={filters.get('connector') ?? ''}
        choices={[
          { value: '', label: t('list.any') },
          ...connectors.map((c) => ({ value: c.id, label: c.label })),
        ]}
        onChange={(connector) => filters.set({ connector })}
      />
    </search>
  );
}

function None({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  const { t } = words();
  if (!isFiltered)
    return (
      <Empty title={t('log.none')}>
        <p>{t('log.noneLead')}</p>
      </Empty>
    );
  return <NoMatch title={t('log.noMatch')} onClear={onClear} />;
}

function Live({
  query,
  begin,
  onEnd,
  onClear,
}: {
  query: string;
  begin: LogLine[];
  onEnd: () => Promise<boolean>;
  onClear: () => void;
}) {
  const { t, number } = words();
  const labels = useLabels();
  const [isPaused, setPaused] = useState(false);
  const [isFollowing, setFollowing] = useState(true);
  const [open, setOpen] = useState<LogLine>();
  const tail = useTail(query, isPaused, begin, onEnd);
  return (
    <div class="stack">
      <div class="row">
        <Button icon={isPaused ? 'play' : 'pause'} onClick={() => setPaused(!isPaused)}>
          {isPaused ? t('log.goOn') : t('log.pause')}
        </Button>
        <span class="quiet">{t('log.lines', { count: tail.lines.length })}</span>
        <Badge tone={!tail.isLive ? 'warning' : isPaused ? 'info' : 'good'}>
          {!tail.isLive
            ? t('log.notLive')
            : isPaused
              ? t('log.paused', { count: tail.waiting })
              : t('log.live')}
        </Badge>
        {!isFollowing && (
          <button type="button" class="link" onClick={() => setFollowing(true)}>
            {t('log.toEnd')}
          </button>
        )}
        <span class="unseen" aria-live="polite">
          {isPaused ? t('log.paused', { count: number(tail.waiting) }) : ''}
        </span>
      </div>
      {tail.lines.length === 0 ? (
        <None isFiltered={query !== ''} onClear={onClear} />
      ) : (
        <LogLines
          lines={tail.lines}
          version={tail.version}
          isFollowing={isFollowing}
          open={open}
          labels={labels}
          onOpen={setOpen}
          onFollow={setFollowing}
        />
      )}
      {open && <LineDetails line={open} label={labels(open.connector)} />}
    </div>
  );
}

export function QueueLog() {
  const { t } = words();
  const filters = useFilters();
  const params = new URLSearchParams();
  for (const name of NAMES) {
    const value = filters.get(name);
    if (value) params.set(name, value);
  }
  const query = params.toString();
  const begin = useQuery({
    queryKey: ['log', query],
    queryFn: ({ signal }) =>
      askPage<LogLine>(`/api/v1/log?limit=${FIRST}${query && `&${query}`}`, {
        enough: FIRST,
        signal,
      }),
    // The stream goes on from here; reading again would begin it again.
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  const [round, setRound] = useState(0);
  // From a list read anew: the next stream does not know what this one has missed.
  async function beginAgain(): Promise<boolean> {
    const { isSuccess } = await begin.refetch();
    if (isSuccess) setRound((n) => n + 1);
    return isSuccess;
  }
  const [cleared, setCleared] = useState(0);
  function clear() {
    filters.set(Object.fromEntries(NAMES.map((name) => [name, undefined])));
    setCleared((n) => n + 1);
  }
  const csv = useAction(() => exportLog(query, 'csv'));
  const json = useAction(() => exportLog(query, 'json'));
  const failure = csv.failure ?? json.failure;
  return (
    <Page
      title={t('nav.queueLog')}
      lead={t('log.lead')}
      actions={
        <>
          <Button icon="download" isBusy={csv.isBusy} onClick={csv.run}>
            CSV
          </Button>
          <Button icon="download" isBusy={json.isBusy} onClick={json.run}>
            JSON
          </Button>
        </>
      }
    >
      <FilterBar key={cleared} filters={filters} />
      {failure !== undefined && <ErrorNote error={failure} />}
      <When asked={begin} rows={14}>
        {(page) => (
          <Live
            key={`${query} ${round}`}
            query={query}
            begin={page.items}
            onEnd={beginAgain}
            onClear={clear}
          />
        )}
      </When>
    </Page>
  );
}
