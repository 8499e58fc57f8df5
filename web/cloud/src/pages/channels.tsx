/* Sales channels: made with their connectors, never by hand. */
import { useChannels, useLabels } from '../api/lists.ts';
import { words } from '../i18n.ts';
import { Badge, Page } from '../ui/bits.tsx';
import { Empty, When } from '../ui/states.tsx';
import { Table } from '../ui/table.tsx';

export function Channels() {
  const { t, number } = words();
  const channels = useChannels();
  const labels = useLabels();
  return (
    <Page title={t('nav.channels')} lead={t('channel.lead')}>
      <When asked={channels} rows={4}>
        {(page) =>
          page.items.length === 0 ? (
            <Empty title={t('channel.none')}>
              <p>{t('channel.noneLead')}</p>
              <a href="/connectors">{t('nav.connectors')}</a>
            </Empty>
          ) : (
            <Table
              label={t('nav.channels')}
              rows={page.items}
              rowKey={(c) => c.id}
              columns={[
                { key: 'name', head: t('channel.name'), cell: (c) => c.name },
                {
                  key: 'shop',
                  head: t('channel.shop'),
                  cell: (c) => <span class="mono">{c.shop}</span>,
                },
                { key: 'tech', head: t('connector.technology'), cell: () => 'Shopify' },
                {
                  key: 'connector',
                  head: t('connector.one'),
                  cell: (c) =>
                    c.connector ? (
                      <a href={`/connectors/${c.connector}`}>{labels(c.connector)}</a>
                    ) : (
                      <Badge tone="warning">{t('channel.noConnector')}</Badge>
                    ),
                },
                {
                  key: 'orders',
                  head: t('connector.orders'),
                  class: 'num',
                  cell: (c) =>
                    c.connector ? (
                      <a href={`/orders?connector=${c.connector}`}>{number(c.orders)}</a>
                    ) : (
                      number(c.orders)
                    ),
                },
              ]}
            />
          )
        }
      </When>
    </Page>
  );
}
