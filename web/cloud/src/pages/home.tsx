/* What needs a look today, and how each store is. */
import type { Connector, Summary } from '../api/client.ts';
import { useConnectors, useSummary } from '../api/lists.ts';
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

function useTiles(connectors: Connector[], summary: Summary): Tile[] {
  const { t, number } = words();
  const tile = (key: string, label: string, n: number, href: string, isUrgent = n > 0): Tile => ({
    key,
    label,
    count: number(n),
    href,
    isUrgent,
  });
  const { due, errors, held, refused, dead, disconnected } = summary;
  const syncing = connectors.reduce((total, c) => total + c.counts.syncing, 0);
  return [
    tile('late', t('home.late'), due.late, '/orders?tab=late'),
    tile('today', t('home.today'), due.today, '/orders?tab=today', false),
    tile('none', t('orders.tab.none'), due.none, '/orders?tab=none', false),
    tile('syncing', t('home.syncing'), syncing, '/orders?state=syncing', false),
    tile('errors', t('home.errors'), errors, '/orders?state=error'),
    tile('held', t('home.held'), held, '/shipments?store=held'),
    // A fault of a program's: seldom enough to have no place of its own.
    ...(refused > 0
      ? [tile('refused', t('home.refused'), refused, '/shipments?store=refused')]
      : []),
    tile('dead', t('home.dead'), dead, '/log/dead'),
    tile('lost', t('home.disconnected'), disconnected, '/connectors'),
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

function Counts({ connectors, summary }: { connectors: Connector[]; summary: Summary }) {
  const { t } = words();
  return (
    <>
      <Tiles tiles={useTiles(connectors, summary)} />
      <Card title={t('home.hours')}>
        <Hours hours={summary.hours} />
      </Card>
    </>
  );
}

export function Home() {
  const { t } = words();
  const connectors = useConnectors();
  const summary = useSummary();
  return (
    <Page title={t('nav.home')}>
      <When asked={connectors} rows={5}>
        {(page) =>
          page.items.length > 0 ? (
            <>
              <When asked={summary} rows={4}>
                {(counts) => <Counts connectors={page.items} summary={counts} />}
              </When>
              <Card title={t('home.stores')}>
                <Stores connectors={page.items} />
              </Card>
            </>
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
