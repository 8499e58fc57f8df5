/* Who did what to accounts, tokens and connectors. */
import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import type { components } from '../../../../gen/api.d.ts';
import { api, got } from '../../api/client.ts';
import { words } from '../../i18n.ts';
import { Badge, Page } from '../../ui/bits.tsx';
import { useFilters } from '../../ui/filters.ts';
import { Select } from '../../ui/select.tsx';
import { Empty, When } from '../../ui/states.tsx';
import { Pager, Table } from '../../ui/table.tsx';

type Kind = components['schemas']['AuditKind'];
type Entry = components['schemas']['Audit'];

const KINDS: Kind[] = [
  'set_up',
  'sign_in',
  'sign_in.failed',
  'sign_out.everywhere',
  'password.changed',
  'user.added',
  'user.role',
  'user.removed',
  'token.added',
  'token.revoked',
  'connector.added',
  'connector.deleted',
  'connector.token_shown',
  'connector.token_rotated',
];

const kindWords = (kind: string) =>
  words().maybe(`audit.kind.${kind.replaceAll('.', '_')}`) ?? kind;

function AuditTable({ entries }: { entries: Entry[] }) {
  const { t, clock, said } = words();
  return (
    <Table
      label={t('nav.audit')}
      rows={entries}
      rowKey={(e) => e.id}
      columns={[
        {
          key: 'when',
          head: t('audit.when'),
          class: 'short',
          cell: (e) => <time dateTime={e.time}>{clock(e.time)}</time>,
        },
        { key: 'who', head: t('audit.who'), cell: (e) => <bdi>{said(e.who)}</bdi> },
        {
          key: 'kind',
          head: t('audit.kindLabel'),
          cell: (e) => (
            <Badge tone={e.kind.endsWith('failed') ? 'warning' : 'plain'}>
              {kindWords(e.kind)}
            </Badge>
          ),
        },
        {
          key: 'what',
          head: t('audit.what'),
          class: 'wide',
          cell: (e) => <bdi>{said(e.what)}</bdi>,
        },
      ]}
    />
  );
}

export function Audit() {
  const { t } = words();
  const filters = useFilters();
  const kind = filters.get('kind') as Kind | undefined;
  const cursor = filters.get('cursor');
  const audit = useQuery({
    queryKey: ['audit', kind, cursor],
    queryFn: () =>
      got(
        api.GET('/api/v1/audit', {
          params: { query: { ...(kind && { kind }), ...(cursor && { cursor }) } },
        }),
      ),
    placeholderData: keepPreviousData,
  });
  return (
    <Page title={t('nav.audit')} lead={t('audit.lead')}>
      <div class="filters narrow">
        <Select
          label={t('audit.kindLabel')}
          value={kind ?? ''}
          choices={[
            { value: '', label: t('list.any') },
            ...KINDS.map((k) => ({ value: k, label: kindWords(k) })),
          ]}
          onChange={(value) => filters.set({ kind: value })}
        />
      </div>
      <When asked={audit}>
        {(page) =>
          page.items.length === 0 ? (
            <Empty title={t('audit.none')}>
              <p>{t('audit.noneLead')}</p>
            </Empty>
          ) : (
            <>
              <AuditTable entries={page.items} />
              <Pager cursor={cursor} next={page.next_cursor} onGo={filters.page} />
            </>
          )
        }
      </When>
    </Page>
  );
}
