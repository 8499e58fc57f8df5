/* What the arrows in an order's row open. */
import { useQuery } from '@tanstack/preact-query';
import { api, got, type Order } from '../../api/client.ts';
import { words } from '../../i18n.ts';
import { Facts } from '../../ui/bits.tsx';
import { When } from '../../ui/states.tsx';
import { paymentName } from '../../ui/words.tsx';
import { Address } from '../order/address.tsx';

export type Drop = 'lines' | 'destination' | 'summary';

function Lines({ order }: { order: Order }) {
  const { t, money, number } = words();
  return (
    <table>
      <caption class="unseen">{t('orders.lines')}</caption>
      <thead>
        <tr>
          <th scope="col">ID</th>
          <th scope="col">SKU</th>
          <th scope="col">GTIN</th>
          <th scope="col">{t('line.title')}</th>
          <th scope="col" class="num">
            {t('line.quantity')}
          </th>
          <th scope="col" class="num">
            {t('line.unitValue')}
          </th>
        </tr>
      </thead>
      <tbody>
        {order.lines.map((l) => (
          <tr key={l.id}>
            <td>{l.id}</td>
            <td class="mono">{l.sku ?? '–'}</td>
            <td class="mono">{l.gtin ?? '–'}</td>
            <td>
              <bdi>{l.title}</bdi>
            </td>
            <td class="num">{number(l.current_quantity)}</td>
            <td class="num">{money(l.unit_value, order.currency)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Summary({ order }: { order: Order }) {
  const { t, money, time } = words();
  const d = order.document;
  return (
    <Facts
      facts={[
        [t('order.totalValue'), money(order.total, order.currency)],
        [t('order.shippingPreference'), order.shipping_preference ?? '–'],
        [t('order.shippingPrice'), money(d.totals.shipping.shop, order.currency)],
        [t('order.payment'), paymentName(d.financial_status)],
        [t('order.placedAt'), time(order.placed_at)],
        [t('order.importedAt'), time(order.imported_at)],
      ]}
    />
  );
}

export function Details({ id, drop }: { id: string; drop: Drop }) {
  const order = useQuery({
    queryKey: ['order', id],
    queryFn: () => got(api.GET('/api/v1/orders/{id}', { params: { path: { id } } })),
  });
  return (
    <When asked={order} rows={2}>
      {(o) => {
        if (drop === 'lines') return <Lines order={o} />;
        if (drop === 'summary') return <Summary order={o} />;
        return <Address order={o} />;
      }}
    </When>
  );
}
