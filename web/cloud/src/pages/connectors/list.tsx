/* Connectors, each with its health in words. */
import { may } from '../../api/client.ts';
import { useConnectors } from '../../api/lists.ts';
import { words } from '../../i18n.ts';
import { Badge, Moment, Page } from '../../ui/bits.tsx';
import { Button } from '../../ui/controls.tsx';
import { Empty, When } from '../../ui/states.tsx';
import { Table } from '../../ui/table.tsx';
import { healthOf } from '../../ui/words.tsx';

function Add() {
  const { t } = words();
  return (
    <Button kind="main" icon="plus" href="/connectors/add">
      {t('connector.add')}
    </Button>
  );
}

export function Connectors() {
  const { t, number } = words();
  const connectors = useConnectors();
  return (
    <Page
      title={t('nav.connectors')}
      lead={t('connector.lead')}
      actions={may('manager') && <Add />}
    >
      <When asked={connectors} rows={4}>
        {(page) =>
          page.items.length === 0 ? (
            <Empty title={t('home.empty')}>
              <p>{t('home.emptyLead')}</p>
              {may('manager') && <Add />}
            </Empty>
          ) : (
            <Table
              label={t('nav.connectors')}
              rows={page.items}
              rowKey={(c) => c.id}
              columns={[
                {
                  key: 'label',
                  head: t('connector.label'),
                  cell: (c) => <a href={`/connectors/${c.id}`}>{c.label}</a>,
                },
                { key: 'tech', head: t('connector.technology'), cell: () => 'Shopify' },
                {
                  key: 'shop',
                  head: t('channel.shop'),
                  cell: (c) => (c.shop ? <span class="mono">{c.shop}</span> : '–'),
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
                  class: 'short',
                  cell: (c) => <Moment at={c.last_contact} />,
                },
              ]}
            />
          )
        }
      </When>
    </Page>
  );
}
