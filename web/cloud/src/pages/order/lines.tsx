import { words } from '../../i18n.ts';
import { Badge, Card } from '../../ui/bits.tsx';
import { Table } from '../../ui/table.tsx';
import type { FullOrder } from './order.tsx';

/** How many of each line are in shipments that still count. */
export function inShipments(order: FullOrder): Map<string, number> {
  const taken = new Map<string, number>();
  for (const shipment of order.shipments ?? []) {
    if (shipment.state === 'CANCELLED') continue;
    for (const line of shipment.lines ?? [])
      taken.set(line.line_id, (taken.get(line.line_id) ?? 0) + line.quantity);
  }
  return taken;
}

export function Lines({ order }: { order: FullOrder }) {
  const { t, money, number } = words();
  const taken = inShipments(order);
  return (
    <Card title={t('orders.lines')}>
      <Table
        label={t('orders.lines')}
        rows={order.lines}
        rowKey={(l) => l.id}
        columns={[
          {
            key: 'title',
            head: t('line.title'),
            class: 'wide',
            cell: (l) => (
              <>
                <bdi>{l.title}</bdi>{' '}
                {!l.requires_shipping && <Badge tone="plain">{t('line.notShipped')}</Badge>}
              </>
            ),
          },
          { key: 'sku', head: 'SKU', cell: (l) => <span class="mono">{l.sku ?? '–'}</span> },
          { key: 'gtin', head: 'GTIN', cell: (l) => <span class="mono">{l.gtin ?? '–'}</span> },
          {
            key: 'quantity',
            head: t('line.quantity'),
            class: 'num',
            cell: (l) =>
              l.current_quantity === l.quantity ? (
                number(l.quantity)
              ) : (
                <>
                  <del>{number(l.quantity)}</del> {number(l.current_quantity)}
                </>
              ),
          },
          {
            key: 'shipped',
            head: t('line.inShipments'),
            class: 'num',
            cell: (l) => number(taken.get(l.id) ?? 0),
          },
          {
            key: 'value',
            head: t('line.unitValue'),
            class: 'num',
            cell: (l) => money(l.unit_value, order.currency),
          },
        ]}
      />
    </Card>
  );
}
