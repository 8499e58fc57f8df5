/* Run a job immediately, and see how it goes. */
import { useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { api, type Connector, got, type ScheduledKind } from '../../api/client.ts';
import { words } from '../../i18n.ts';
import { Card } from '../../ui/bits.tsx';
import { Button } from '../../ui/controls.tsx';
import { Select } from '../../ui/select.tsx';
import { ErrorNote, Note } from '../../ui/states.tsx';
import { useAction } from '../../ui/use-action.ts';
import { JobState, kindName } from '../../ui/words.tsx';
import { Timeline } from '../log/timeline.tsx';

const KINDS: ScheduledKind[] = ['sync', 'import_orders', 'export_shipped', 'export_delivered'];

function Result({ uuid, isNew }: { uuid: string; isNew: boolean }) {
  const { t, said } = words();
  const job = useQuery({
    queryKey: ['job', uuid],
    queryFn: () => got(api.GET('/api/v1/jobs/{uuid}', { params: { path: { uuid } } })),
    refetchInterval: (query) =>
      ['done', 'dead', 'cancelled'].includes(query.state.data?.state ?? '') ? false : 500,
  });
  const lines = useQuery({
    queryKey: ['log', 'job', uuid, job.data?.state],
    queryFn: () => got(api.GET('/api/v1/log', { params: { query: { job: uuid, limit: 50 } } })),
    refetchInterval: job.data?.finished_at ? false : 1_000,
  });
  return (
    <div class="stack" aria-live="polite">
      {!isNew && <Note tone="info" title={t('run.wasRunning')} />}
      {job.error && <ErrorNote error={job.error} />}
      {job.data && (
        <p class="row">
          <JobState state={job.data.state} />
          {job.data.reason && said(job.data.reason)}
          <a class="mono" href={`/log/jobs/${uuid}`}>
            {uuid}
          </a>
        </p>
      )}
      {lines.data && <Timeline lines={lines.data.items} />}
    </div>
  );
}

export function RunNow({ connector }: { connector: Connector }) {
  const { t } = words();
  const [kind, setKind] = useState<ScheduledKind>('import_orders');
  const [started, setStarted] = useState<{ uuid: string; created: boolean }>();
  const run = useAction(async () =>
    setStarted(
      await got(
        api.POST('/api/v1/connectors/{id}/jobs', {
          params: { path: { id: connector.id } },
          body: { kind },
        }),
      ),
    ),
  );
  return (
    <Card title={t('run.title')}>
      <div class="run">
        <Select
          label={t('run.label')}
          value={kind}
          choices={KINDS.map((k) => ({ value: k, label: kindName(k) }))}
          onChange={(value) => setKind(value as ScheduledKind)}
        />
        <Button kind="main" icon="play" isBusy={run.isBusy} onClick={run.run}>
          {t('run.action')}
        </Button>
      </div>
      <p class="quiet">{t('run.lead')}</p>
      {run.failure !== undefined && <ErrorNote error={run.failure} />}
      {started && <Result key={started.uuid} uuid={started.uuid} isNew={started.created} />}
    </Card>
  );
}
