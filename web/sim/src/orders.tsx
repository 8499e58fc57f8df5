import { useState } from 'preact/hooks';
import { MoreActions } from './actions.tsx';
import { Go } from './route.tsx';
import { type Order, post } from './store.ts';
import { locale, t, words } from './words.ts';

export interface Seen {
  shop: string;
  appUrl: string;
  orders: Order[];
}

export function stateOf(order: Order): string {
  if (order.cancelled_at) return t('cancelled');
  if (order.fulfillment === 'FULFILLED') return t('fulfilled');
  return t(order.fulfillment === 'PARTIALLY_FULFILLED' ? 'partiallyFulfilled' : 'unfulfilled');
}

const SHOWN = 8; // an order may have 250

/** Logivery's first, and no more than a row has room for. */
export function Tags({ tags }: { tags: string[] }) {
  const isOurs = (tag: string) => tag.toLowerCase().startsWith('logivery-');
  const sorted = [...tags.filter(isOurs), ...tags.filter((tag) => !isOurs(tag))];
  const rest = sorted.length - SHOWN;
  return (
    <>
      {sorted.slice(0, SHOWN).map((tag) => (
        <span class="tag" key={tag}>
          {tag}
        </span>
      ))}
      {rest > 0 && (
        <span class="tag" title={sorted.slice(SHOWN).join(', ').slice(0, 2_000)}>
          +{rest}
        </span>
      )}
    </>
  );
}

function Row(props: { seen: Seen; order: Order; isChosen: boolean; onChoose: () => void }) {
  const { order } = props;
  return (
    <tr>
      <td>
        <input
          type="checkbox"
          aria-label={t('choose', { name: order.name })}
          checked={props.isChosen}
          onChange={props.onChoose}
        />
      </td>
      <td>
        <Go to={`/admin/${props.seen.shop}/orders/${order.legacy_id}`}>{order.name}</Go>
      </td>
      <td class="when">{words.time(order.created_at)}</td>
      <td class="when">{stateOf(order)}</td>
      <td>
        <Tags tags={order.tags} />
      </td>
    </tr>
  );
}

function place(shop: string, count: number) {
  void post(`/shops/${shop}/orders`, { count, shape: 'plain' });
}

export function Orders({ seen }: { seen: Seen }) {
  const [chosen, setChosen] = useState<string[]>([]);
  const orders = seen.orders.filter((order) => !order.deleted).reverse();
  const ids = orders.map((order) => order.id);
  const picked = chosen.filter((id) => ids.includes(id));
  const kind = picked.length ? 'selection-action' : 'action';
  const toggle = (id: string) =>
    setChosen(picked.includes(id) ? picked.filter((one) => one !== id) : [...picked, id]);
  return (
    <>
      <div class="bar">
        <h1>{t('orders')}</h1>
        {picked.length > 0 && <span>{t('chosen', { count: picked.length })}</span>}
        <MoreActions
          target={`admin.order-index.${kind}.render`}
          place={{ shop: seen.shop, appUrl: seen.appUrl, locale, selected: picked }}
        />
        <button type="button" onClick={() => place(seen.shop, 1)}>
          {t('place')}
        </button>
        <button type="button" onClick={() => place(seen.shop, 5)}>
          {t('placeMany')}
        </button>
      </div>
      {orders.length === 0 && <p>{t('noOrders')}</p>}
      {orders.length > 0 && (
        <table>
          <thead>
            <tr>
              <th>
                <input
                  type="checkbox"
                  aria-label={t('chooseAll')}
                  checked={picked.length === ids.length}
                  onChange={() => setChosen(picked.length === ids.length ? [] : ids)}
                />
              </th>
              <th>{t('order')}</th>
              <th>{t('date')}</th>
              <th>{t('fulfillment')}</th>
              <th>{t('tags')}</th>
            </tr>
          </thead>
          <tbody>
            {orders.map((order) => (
              <Row
                key={order.id}
                seen={seen}
                order={order}
                isChosen={picked.includes(order.id)}
                onChoose={() => toggle(order.id)}
              />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
