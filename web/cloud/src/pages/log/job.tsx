/* One job's whole story. */
import { useQuery } from '@tanstack/preact-query';
import { api, got, type Job, may } from '../../api/client.ts';
import { useLabels } from '../../api/lists.ts';
import { asProblem } from '../../api/problem.ts';
import { words } from '../../i18n.ts';
import { Card, Copy, Facts, Moment, Page } from '../../ui/bits.tsx';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote, Note, When } from '../../ui/states.tsx';
import { useAction } from '../../ui/use-action.ts';
import { JobState, kindName } from '../../ui/words.tsx';
import { OrderOf } from './order-of.tsx';
import { Timeline } from './timeline.tsx';

const ENDED: Job['state'][] = ['done', 'dead', 'cancelled'];

function Story({ job }: { job: Job }) {
  const { t, number, maybe, said } = words();
  const labels = useLabels();
  const lines = useQuery({
    queryKey: ['log', 'job', job.uuid, job.state],
    queryFn: () =>
      got(api.GET('/api/v1/log', { params: { query: { job: job.uuid, limit: 100 } } })),
    refetchInterval: ENDED.includes(job.state) ? false : 2_000,
  });
  const redrive = useAction(() =>
    got(api.POST('/api/v1/jobs/{uuid}/redrive', { params: { path: { uuid: job.uuid } } })),
  );
  // A parked job's code names what its call met, not the person who reads.
  const byCode = job.state === 'parked' ? undefined : maybe(`problem.${job.code}.next`);
  return (
    <>
      {job.reason && (
        <Note tone={job.state === 'dead' ? 'bad' : 'warning'} title={said(job.reason)}>
          {job.next && <p>{byCode ?? said(job.next)}</p>}
        </Note>
      )}
      <Card
        title={t('job.one')}
        actions={
          job.state === 'dead' &&
          may('operator') && (
            <Button kind="main" icon="refresh" isBusy={redrive.isBusy} onClick={redrive.run}>
              {t('job.redrive')}
            </Button>
          )
        }
      >
        {redrive.failure !== undefined && <ErrorNote error={redrive.failure} />}
        <Facts
          facts={[
            [t('job.stateLabel'), <JobState state={job.state} />],
            [
              'UUID',
              <>
                <span class="mono">{job.uuid}</span> <Copy text={job.uuid} what="UUID" />
              </>,
            ],
            [t('connector.one'), labels(job.connector)],
            [t('job.order'), <OrderOf job={job} />],
            [t('job.attempts'), number(job.attempts)],
            [t('job.created'), <Moment at={job.created_at} />],
            [t('job.nextTry'), <Moment at={job.next_at} />],
            [t('job.finished'), <Moment at={job.finished_at} />],
          ]}
        />
      </Card>
      <Card title={t('order.timeline')}>
        <When asked={lines} rows={4}>
          {(page) => <Timeline lines={page.items} />}
        </When>
      </Card>
    </>
  );
}

const isOver = (job: Job | undefined, error: unknown) =>
  job ? ENDED.includes(job.state) : error !== null && asProblem(error).status === 404;

export function JobStory({ params }: { params: Record<string, string | undefined> }) {
  const { t } = words();
  const uuid = params.uuid ?? '';
  const job = useQuery({
    queryKey: ['job', uuid],
    queryFn: () => got(api.GET('/api/v1/jobs/{uuid}', { params: { path: { uuid } } })),
    refetchInterval: ({ state }) => (isOver(state.data, state.error) ? false : 1_000),
  });
  return (
    <Page
      title={job.data ? kindName(job.data.kind) : t('log.job')}
      back={{ href: '/log', label: t('nav.queueLog') }}
    >
      <When asked={job}>{(j) => <Story job={j} />}</When>
    </Page>
  );
}
