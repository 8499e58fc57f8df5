import { webAddress } from '../../../../shared/address.ts';
import type { Shipment } from '../../api/shipments.ts';
import { words } from '../../i18n.ts';
import { Badge, Moment } from '../../ui/bits.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { ShipmentState, StoreBadge } from '../../ui/words.tsx';

export function Tracking({ shipment }: { shipment: Shipment }) {
  if (shipment.tracking.length === 0) return <>–</>;
  return (
    <ul>
      {shipment.tracking.map((one) => {
        const url = webAddress(one.url);
        return (
          <li key={one.number} class="mono">
            {url ? (
              <a href={url} target="_blank" rel="noreferrer">
                {one.number}
              </a>
            ) : (
              one.number
            )}
          </li>
        );
      })}
    </ul>
  );
}

export function ShipmentTable(props: { shipments: Shipment[]; isOfOneOrder?: boolean }) {
  const { t } = words();
  const order: Column<Shipment> = {
    key: 'order',
    head: t('orders.number'),
    cell: (s) => <a href={`/orders/${s.order.id}`}>{s.order.number}</a>,
  };
  const columns: Column<Shipment>[] = [
    {
      key: 'id',
      head: t('shipment.one'),
      cell: (s) => (
        <a class="mono" href={`/shipments/${s.id}`}>
          {s.id}
        </a>
      ),
    },
    ...(props.isOfOneOrder ? [] : [order]),
    {
      key: 'state',
      head: t('shipment.stateLabel'),
      cell: (s) => (
        <div class="marks">
          <ShipmentState state={s.state} />
          {s.on_hold && <Badge tone="warning">{t('shipment.onHold')}</Badge>}
        </div>
      ),
    },
    { key: 'courier', head: t('shipment.courier'), cell: (s) => s.courier?.name ?? '–' },
    { key: 'tracking', head: t('shipment.tracking'), cell: (s) => <Tracking shipment={s} /> },
    {
      key: 'shipped',
      head: t('shipment.shippedAt'),
      class: 'short',
      cell: (s) => <Moment at={s.shipped_at} />,
    },
    {
      key: 'delivered',
      head: t('shipment.deliveredAt'),
      class: 'short',
      cell: (s) => <Moment at={s.delivered_at} />,
    },
    {
      key: 'store',
      head: t('shipment.storeLabel'),
      cell: (s) => <StoreBadge state={s.store.state} />,
    },
  ];
  return (
    <Table
      label={t('nav.shipments')}
      rows={props.shipments}
      rowKey={(s) => s.id}
      columns={columns}
    />
  );
}
