/* Jobs that were given up, one click from being tried again. */
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { tellShort } from '../../../../shared/problem.ts';
import { api, got, type Job, may } from '../../api/client.ts';
import { useConnectors, useLabels } from '../../api/lists.ts';
import { asProblem } from '../../api/problem.ts';
import { words } from '../../i18n.ts';
import { Moment, Page } from '../../ui/bits.tsx';
import { Button } from '../../ui/controls.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { type Filters, useFilters } from '../../ui/filters.ts';
import { Select } from '../../ui/select.tsx';
import { Empty, Note, When } from '../../ui/states.tsx';
import { Pager, Table } from '../../ui/table.tsx';
import { kindName } from '../../ui/words.tsx';
import { OrderOf } from './order-of.tsx';

const KINDS = [
  'import',
  'confirm',
  'settings',
  'sync',
  'import_orders',
  'export_shipped',
  'export_delivered',
  'ship',
  'shipments_csv',
  'privacy',
  'trim',
] as const;

const redrive = (uuid: string) =>
  got(api.POST('/api/v1/jobs/{uuid}/redrive', { params: { path: { uuid } } }));

function useRedrive(onEnd: () => void) {
  const cache = useQueryClient();
  const [left, setLeft] = useState(0);
  const [failed, setFailed] = useState<string[]>([]);
  async function run(jobs: string[]) {
    const reasons: string[] = [];
    setLeft(jobs.length);
    for (const uuid of jobs) {
      await redrive(uuid).catch((error) =>
        reasons.push(`${uuid}: ${tellShort(asProblem(error), words())}`),
      );
      setLeft((n) => n - 1);
    }
    setFailed(reasons);
    onEnd();
    await cache.invalidateQueries();
  }
  return { left, failed, run: (jobs: string[]) => void run(jobs) };
}

function DeadTable(props: {
  jobs: Job[];
  chosen: Set<string>;
  onChoose: (chosen: Set<string>) => void;
}) {
  const { t, number, said } = words();
  const labels = useLabels();
  return (
    <Table
      label={t('nav.dead')}
      rows={props.jobs}
      rowKey={(j) => j.uuid}
      rowName={(j) => `${kindName(j.kind)} ${j.uuid}`}
      choosing={may('operator') ? { chosen: props.chosen, onChoose: props.onChoose } : undefined}
      columns={[
        {
          key: 'kind',
          head: t('job.one'),
          cell: (j) => <a href={`/log/jobs/${j.uuid}`}>{kindName(j.kind)}</a>,
        },
        { key: 'connector', head: t('connector.one'), cell: (j) => labels(j.connector) },
        {
          key: 'order',
          head: t('orders.number'),
          cell: (j) => <OrderOf job={j} />,
        },
        {
          key: 'reason',
          head: t('log.what'),
          class: 'wide',
          cell: (j) => j.reason && said(j.reason),
        },
        { key: 'tries', head: t('job.attempts'), class: 'num', cell: (j) => number(j.attempts) },
        {
          key: 'when',
          head: t('job.finished'),
          class: 'short',
          cell: (j) => <Moment at={j.finished_at} />,
        },
      ]}
    />
  );
}

function Narrow({ filters, onChange }: { filters: Filters; onChange: () => void }) {
  const { t } = words();
  const connectors = useConnectors().data?.items ?? [];
  const any = { value: '', label: t('list.any') };
  function set(part: Record<string, string>) {
    filters.set(part);
    onChange();
  }
  return (
    <div class="filters narrow">
      <Select
        label={t('connector.one')}
        value={filters.get('connector') ?? ''}
        choices={[any, ...connectors.map((c) => ({ value: c.id, label: c.label }))]}
        onChange={(connector) => set({ connector })}
      />
      <Select
        label={t('job.kindLabel')}
        value={filters.get('kind') ?? ''}
        choices={[any, ...KINDS.map((kind) => ({ value: kind, label: t(`job.kind.${kind}`) }))]}
        onChange={(kind) => set({ kind })}
      />
    </div>
  );
}

/** All that the filters show is queued again, after a question. */
function RedriveAll({ shown }: { shown: { connector?: string; kind?: string } }) {
  const { t } = words();
  const cache = useQueryClient();
  const [isAsked, setAsked] = useState(false);
  async function redriveAll() {
    await got(api.POST('/api/v1/jobs/redrive', { body: shown }));
    await cache.invalidateQueries();
  }
  return (
    <>
      <Button kind="quiet" onClick={() => setAsked(true)}>
        {t('job.redriveAll')}
      </Button>
      <Confirm
        label={t('job.redriveAll')}
        action={t('job.redriveAll')}
        isOpen={isAsked}
        onClose={() => setAsked(false)}
        onConfirm={redriveAll}
      >
        <p>{t('job.redriveMeans')}</p>
      </Confirm>
    </>
  );
}

function None({ isNarrowed }: { isNarrowed: boolean }) {
  const { t } = words();
  if (isNarrowed) return <Empty title={t('job.noMatch')} />;
  return (
    <Empty title={t('job.noneDead')}>
      <p>{t('job.noneDeadLead')}</p>
    </Empty>
  );
}

export function DeadLetters() {
  const { t } = words();
  const filters = useFilters();
  const [chosen, setChosen] = useState(new Set<string>());
  const action = useRedrive(() => setChosen(new Set()));
  const connector = filters.get('connector');
  const kind = filters.get('kind');
  const shown = { ...(connector && { connector }), ...(kind && { kind }) };
  const cursor = filters.get('cursor');
  const query = { state: 'dead' as const, ...shown, ...(cursor && { cursor }) };
  const jobs = useQuery({
    queryKey: ['jobs', 'dead', connector, kind, cursor],
    queryFn: () => got(api.GET('/api/v1/jobs', { params: { query } })),
    placeholderData: keepPreviousData,
  });
  return (
    <Page title={t('nav.dead')} lead={t('job.deadLead')}>
      <Narrow filters={filters} onChange={() => setChosen(new Set())} />
      {action.failed.length > 0 && (
        <Note tone="warning" title={t('bulk.failed', { count: action.failed.length })}>
          {action.failed.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </Note>
      )}
      <When asked={jobs}>
        {(page) =>
          page.items.length === 0 ? (
            <None isNarrowed={Boolean(connector || kind)} />
          ) : (
            <>
              {may('operator') && (
                <div class="row">
                  <Button
                    icon="refresh"
                    isBusy={action.left > 0}
                    isOff={chosen.size === 0}
                    onClick={() => action.run([...chosen])}
                  >
                    {t('job.redriveChosen', { count: chosen.size })}
                  </Button>
                  <RedriveAll shown={shown} />
                </div>
              )}
              <DeadTable jobs={page.items} chosen={chosen} onChoose={setChosen} />
              <Pager cursor={cursor} next={page.next_cursor} onGo={filters.page} />
            </>
          )
        }
      </When>
    </Page>
  );
}
