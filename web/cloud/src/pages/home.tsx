/* What needs a look today, and how each store is. */
import { useQuery } from '@tanstack/preact-query';
import { api, type Connector, got } from '../api/client.ts';
import { useConnectors, useSummary } from '../api/lists.ts';
import type { Summary } from '../api/wanted.ts';
import { words } from '../i18n.ts';
import { Badge, Card, Moment, Page } from '../ui/bits.tsx';
import { Button } from '../ui/controls.tsx';
import { Empty, When } from '../ui/states.tsx';
import { Table } from '../ui/table.tsx';
import { healthOf } from '../ui/words.tsx';
import { Hours } from './hours.tsx';

interface Tile {
  key: string;
  label: string;
  count: string;
  href: string;
  isUrgent: boolean;
}

function Tiles({ tiles }: { tiles: Tile[] }) {
  return (
    <ul class="tiles">
      {tiles.map((tile) => (
        <li key={tile.key}>
          <a href={tile.href} class={tile.isUrgent ? 'urgent' : ''}>
            <strong>{tile.count}</strong>
            <span>{tile.label}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

const sum = (list: Connector[], of: (c: Connector) => number) =>
  list.reduce((total, c) => total + of(c), 0);

/** From the stores' own counts; what the program counts for all comes first. */
function useTiles(connectors: Connector[], summary: Summary | null | undefined): Tile[] {
  const { t, number } = words();
  const dead = useQuery({
    queryKey: ['jobs', 'dead', 'count'],
    queryFn: () =>
      got(api.GET('/api/v1/jobs', { params: { query: { state: 'dead', limit: 100 } } })),
  });
  const deadCount = summary?.dead ?? dead.data?.items.length ?? 0;
  const hasMore = summary ? false : Boolean(dead.data?.next_cursor);
  const lost = connectors.filter((c) => !c.linked).length;
  const errors = summary?.errors ?? sum(connectors, (c) => c.counts.error);
  const tile = (key: string, label: string, n: number, href: string, isUrgent = n > 0): Tile => ({
    key,
    label,
    count: number(n),
    href,
    isUrgent,
  });
  const due = summary
    ? [
        tile('late', t('home.late'), summary.due.late, '/orders?tab=late'),
        tile('today', t('home.today'), summary.due.today, '/orders?tab=today', false),
      ]
    : [
        tile(
          'all',
          t('home.orders'),
          sum(connectors, (c) => c.counts.orders),
          '/orders',
          false,
        ),
      ];
  return [
    ...due,
    tile(
      'syncing',
      t('home.syncing'),
      sum(connectors, (c) => c.counts.syncing),
      '/orders?state=syncing',
      false,
    ),
    tile('errors', t('home.errors'), errors, '/orders?state=error'),
    {
      ...tile('dead', t('home.dead'), deadCount, '/log/dead'),
      count: `${number(deadCount)}${hasMore ? '+' : ''}`,
    },
    tile('lost', t('home.disconnected'), lost, '/connectors'),
  ];
}

function Stores({ connectors }: { connectors: Connector[] }) {
  const { t, number } = words();
  return (
    <Table
      label={t('home.stores')}
      rows={connectors}
      rowKey={(c) => c.id}
      columns={[
        {
          key: 'label',
          head: t('connector.label'),
          cell: (c) => <a href={`/connectors/${c.id}`}>{c.label}</a>,
        },
        {
          key: 'health',
          head: t('connector.health'),
          cell: (c) => {
            const h = healthOf(c);
            return <Badge tone={h.tone}>{h.text}</Badge>;
          },
        },
        {
          key: 'orders',
          head: t('connector.orders'),
          class: 'num',
          cell: (c) => <a href={`/orders?connector=${c.id}`}>{number(c.counts.orders)}</a>,
        },
        {
          key: 'contact',
          head: t('connector.lastContact'),
          cell: (c) => <Moment at={c.last_contact} />,
        },
      ]}
    />
  );
}

function Counts({ connectors }: { connectors: Connector[] }) {
  const { t } = words();
  const summary = useSummary().data;
  const tiles = useTiles(connectors, summary);
  return (
    <>
      <Tiles tiles={tiles} />
      {summary && (
        <Card title={t('home.hours')}>
          <Hours hours={summary.hours} />
        </Card>
      )}
      <Card title={t('home.stores')}>
        <Stores connectors={connectors} />
      </Card>
    </>
  );
}

export function Home() {
  const { t } = words();
  const connectors = useConnectors();
  return (
    <Page title={t('nav.home')}>
      <When asked={connectors} rows={5}>
        {(page) =>
          page.items.length > 0 ? (
            <Counts connectors={page.items} />
          ) : (
            <Empty title={t('home.empty')}>
              <p>{t('home.emptyLead')}</p>
              <Button kind="main" icon="plus" href="/connectors/add">
                {t('connector.add')}
              </Button>
            </Empty>
          )
        }
      </When>
    </Page>
  );
}
