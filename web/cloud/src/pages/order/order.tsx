/* One order: what is in it, where it goes, and everything that happened. */
import { useQuery } from '@tanstack/preact-query';
import { api, got, type Order } from '../../api/client.ts';
import { useLabels } from '../../api/lists.ts';
import type { Conflict, Shipment } from '../../api/shipments.ts';
import { words } from '../../i18n.ts';
import { Badge, Card, Facts, Page } from '../../ui/bits.tsx';
import { Note, When } from '../../ui/states.tsx';
import { OrderStatus, SyncState } from '../../ui/words.tsx';
import { OrderStory } from '../log/timeline.tsx';
import { AddressText } from './address.tsx';
import { ConflictCard } from './conflict.tsx';
import { Lines } from './lines.tsx';
import { OrderShipments } from './shipments.tsx';
import { Totals } from './totals.tsx';

/** An order with what doc/openapi.yaml does not describe yet. */
export type FullOrder = Order & { shipments?: Shipment[]; conflict?: Conflict | null };

function Trouble({ order }: { order: FullOrder }) {
  const { t, said } = words();
  return (
    <>
      {order.state === 'error' && (
        <Note tone="bad" title={t('order.sync.error')}>
          <p>{order.reason ? said(order.reason) : order.code}</p>
          {order.job && <a href={`/log/jobs/${order.job}`}>{t('order.seeJob')}</a>}
        </Note>
      )}
      {order.cancelled && <Note tone="bad" title={t('order.cancelledLong')} />}
      {order.changed_in_store && <Note tone="warning" title={t('order.changedLong')} />}
    </>
  );
}

function Notes({ order }: { order: FullOrder }) {
  const { t } = words();
  const d = order.document;
  if (!d.note && d.custom_attributes.length === 0 && d.tags.length === 0) return null;
  return (
    <Card title={t('order.notes')}>
      {d.note && (
        <p class="long" dir="auto">
          {d.note}
        </p>
      )}
      {d.custom_attributes.length > 0 && (
        <Facts facts={d.custom_attributes.map((a) => [a.key, <bdi key={a.key}>{a.value}</bdi>])} />
      )}
      {d.tags.length > 0 && (
        <div class="row">
          {d.tags.map((tag) => (
            <Badge key={tag} tone="plain">
              <bdi>{tag}</bdi>
            </Badge>
          ))}
        </div>
      )}
    </Card>
  );
}

function Head({ order }: { order: FullOrder }) {
  const { t, maybe, time } = words();
  const labels = useLabels();
  const customer = order.document.customer;
  const name = [customer?.first_name, customer?.last_name].filter(Boolean).join(' ');
  return (
    <Card>
      <div class="row">
        <OrderStatus status={order.status} />
        <SyncState state={order.state} />
        {order.flags.map((flag) => (
          <Badge key={flag} tone="plain">
            {maybe(`order.flag.${flag}`) ?? flag}
          </Badge>
        ))}
      </div>
      <Facts
        facts={[
          [t('connector.one'), labels(order.connector)],
          [t('order.storeId'), <span class="mono">{order.external_id}</span>],
          [t('order.customer'), <bdi>{name || '–'}</bdi>],
          [t('order.email'), order.document.email ?? '–'],
          [t('order.placedAt'), time(order.placed_at)],
          [t('order.importedAt'), time(order.imported_at)],
          [t('orders.due'), order.latest_shipping_date ? time(order.latest_shipping_date) : '–'],
          [t('order.shippingPreference'), order.shipping_preference ?? '–'],
        ]}
      />
    </Card>
  );
}

function Raw({ order }: { order: FullOrder }) {
  const { t } = words();
  return (
    <details class="card">
      <summary>{t('order.raw')}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard */}
      <pre tabIndex={0}>{JSON.stringify(order.document, null, 2)}</pre>
    </details>
  );
}

export function OrderPage({ params }: { params: Record<string, string | undefined> }) {
  const { t } = words();
  const id = params.id ?? '';
  const order = useQuery({
    queryKey: ['order', id],
    queryFn: async () =>
      (await got(api.GET('/api/v1/orders/{id}', { params: { path: { id } } }))) as FullOrder,
    refetchInterval: (query) => (query.state.data?.state === 'syncing' ? 2_000 : 15_000),
  });
  const title = order.data ? t('order.title', { number: order.data.number }) : t('nav.orders');
  return (
    <Page title={title} back={{ href: '/orders', label: t('nav.orders') }}>
      <When asked={order}>
        {(o) => (
          <>
            <Trouble order={o} />
            {o.conflict && <ConflictCard order={o} conflict={o.conflict} />}
            <Head order={o} />
            <Lines order={o} />
            <div class="two">
              <Totals order={o} />
              <Card title={t('order.shippingAddress')}>
                <AddressText
                  address={o.document.shipping_address}
                  title={t('order.shippingAddress')}
                />
              </Card>
              <Card title={t('order.billingAddress')}>
                <AddressText
                  address={o.document.billing_address}
                  title={t('order.billingAddress')}
                />
              </Card>
              <Notes order={o} />
            </div>
            <OrderShipments order={o} />
            <Card title={t('order.timeline')}>
              <OrderStory id={o.id} />
            </Card>
            <Raw order={o} />
          </>
        )}
      </When>
    </Page>
  );
}
