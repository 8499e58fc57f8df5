/* Job Scheduling Settings: when each of the four jobs runs, in plain words. */
import { useQuery, useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { api, type Connector, got, may, type Schedule } from '../../api/client.ts';
import { words } from '../../i18n.ts';
import { Card, Moment } from '../../ui/bits.tsx';
import { RowSelect } from '../../ui/select.tsx';
import { ErrorNote, Note, When } from '../../ui/states.tsx';
import { Table } from '../../ui/table.tsx';
import { kindName } from '../../ui/words.tsx';

const CHOICES = [60, 300, 900, 1_800, 3_600, 21_600, 86_400];

function every(seconds: number | null): string {
  const { t, span } = words();
  return seconds === null ? t('schedule.off') : t('schedule.every', { span: span(seconds) });
}

function Every(props: {
  schedule: Schedule;
  onChange: (seconds: number | null) => Promise<unknown>;
}) {
  const now = props.schedule.every_seconds;
  const offered = now === null || CHOICES.includes(now) ? CHOICES : [now, ...CHOICES];
  return (
    <RowSelect
      label={`${kindName(props.schedule.kind)}: ${words().t('schedule.when')}`}
      value={String(now ?? '')}
      choices={[null, ...offered].map((s) => ({ value: String(s ?? ''), label: every(s) }))}
      onChange={(value) => props.onChange(value === '' ? null : Number(value))}
    />
  );
}

export function Schedules({ connector }: { connector: Connector }) {
  const { t } = words();
  const cache = useQueryClient();
  const path = { id: connector.id };
  const [failure, setFailure] = useState<unknown>();
  const schedules = useQuery({
    queryKey: ['schedules', connector.id],
    queryFn: () => got(api.GET('/api/v1/connectors/{id}/schedules', { params: { path } })),
    refetchInterval: 10_000,
  });
  async function set(kind: Schedule['kind'], every_seconds: number | null) {
    setFailure(undefined);
    const body = { items: [{ kind, every_seconds }] };
    await got(api.PUT('/api/v1/connectors/{id}/schedules', { params: { path }, body })).catch(
      setFailure,
    );
    await cache.invalidateQueries({ queryKey: ['schedules', connector.id] });
  }
  return (
    <Card title={t('schedule.title')}>
      {!connector.automatic && <Note tone="info" title={t('schedule.paused')} />}
      {failure !== undefined && <ErrorNote error={failure} />}
      <When asked={schedules} rows={4}>
        {(page) => (
          <Table
            label={t('schedule.title')}
            rows={page.items}
            rowKey={(s) => s.kind}
            columns={[
              { key: 'kind', head: t('job.one'), cell: (s) => kindName(s.kind) },
              {
                key: 'every',
                head: t('schedule.when'),
                class: 'every',
                cell: (s) =>
                  may('manager') ? (
                    <Every schedule={s} onChange={(seconds) => set(s.kind, seconds)} />
                  ) : (
                    every(s.every_seconds)
                  ),
              },
              { key: 'last', head: t('schedule.last'), cell: (s) => <Moment at={s.last_run} /> },
              {
                key: 'next',
                head: t('schedule.next'),
                cell: (s) => <Moment at={connector.automatic ? s.next_run : null} />,
              },
            ]}
          />
        )}
      </When>
    </Card>
  );
}
