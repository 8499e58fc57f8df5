import { MoreActions } from './actions.tsx';
import { type Seen, stateOf } from './orders.tsx';
import { type Order, post } from './store.ts';
import { locale, t, words } from './words.ts';

function Tagging({ order, act }: { order: Order; act: (what: string, body: object) => void }) {
  return (
    <section class="card">
      <h2>{t('tags')}</h2>
      {order.tags.map((tag) => (
        <span class="tag" key={tag}>
          {tag}{' '}
          <button
            type="button"
            aria-label={t('removeTag', { tag })}
            onClick={() => act('tags', { remove: tag })}
          >
            ×
          </button>
        </span>
      ))}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const form = event.currentTarget;
          act('tags', { add: String(new FormData(form).get('tag')) });
          form.reset();
        }}
      >
        <input name="tag" aria-label={t('addTag')} required />{' '}
        <button type="submit">{t('addTag')}</button>
      </form>
    </section>
  );
}

/** As it is now: its last news, or what became of it. */
function newsOf(one: Order['fulfillments'][number]): string {
  if (one.status === 'CANCELLED') return t('cancelled');
  return words.maybe(`parcel.${one.events.at(-1)?.status.toLowerCase()}`) ?? t('parcel.shipped');
}

function Parcels({ order }: { order: Order }) {
  return (
    <section class="card">
      <h2>{t('parcels')}</h2>
      {order.fulfillments.length === 0 && <p>{t('noParcels')}</p>}
      {order.fulfillments.map((one) => (
        <p key={one.id}>
          <span class="tag">{newsOf(one)}</span>
          {one.tracking
            .map((each) => [each.company, each.number].filter(Boolean).join(' '))
            .join(', ')}
        </p>
      ))}
    </section>
  );
}

function History({ order }: { order: Order }) {
  return (
    <section class="card">
      <h2>{t('history')}</h2>
      <ul>
        {order.tag_history.map((one) => {
          const changes = [
            ...(one.added ?? []).map((tag) => `+${tag}`),
            ...(one.removed ?? []).map((tag) => `−${tag}`),
          ];
          if (changes.length === 0) return null;
          return (
            <li key={one.at + one.author + changes}>
              {words.clock(one.at)} · {words.maybe(`by.${one.author}`) ?? one.author} ·{' '}
              {changes.join(' ')}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

export function OrderPage({ seen, order }: { seen: Seen; order: Order }) {
  const act = (what: string, body: object) =>
    void post(`/shops/${seen.shop}/orders/${order.legacy_id}/${what}`, body);
  return (
    <>
      <div class="bar">
        <h1>
          {order.name} · {stateOf(order)}
        </h1>
        <MoreActions
          target="admin.order-details.action.render"
          place={{ shop: seen.shop, appUrl: seen.appUrl, locale, selected: [order.id] }}
        />
        {!order.cancelled_at && (
          <button type="button" onClick={() => act('cancel', {})}>
            {t('cancelOrder')}
          </button>
        )}
      </div>
      <Tagging order={order} act={act} />
      <Parcels order={order} />
      <History order={order} />
    </>
  );
}
