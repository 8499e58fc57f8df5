/* The page itself: a store, its orders, its apps. */
import { render } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import './admin.css';
import { AppFrame, type NavLink } from './app-frame.tsx';
import { OrderPage } from './order.tsx';
import { Orders } from './orders.tsx';
import { Go, type Route, useRoute } from './route.tsx';
import { get, listen, type Order, post, type Shop } from './store.ts';
import { locale, speak, t } from './words.ts';

interface World {
  appUrl: string;
  shops: Shop[];
  orders: Order[];
}

function useWorld(shop: string | undefined) {
  const [world, setWorld] = useState<World>();
  const [isLost, setLost] = useState(false);
  const look = useCallback(async () => {
    try {
      const [app, shops, orders] = await Promise.all([
        get<{ url: string }>('/app'),
        get<Shop[]>('/shops'),
        shop ? get<Order[]>(`/shops/${shop}/orders`).catch(() => []) : [],
      ]);
      setWorld({ appUrl: app.url, shops, orders });
      setLost(false);
    } catch {
      setLost(true);
    }
  }, [shop]);
  useEffect(() => {
    void look();
    return listen(() => void look());
  }, [look]);
  return { world, isLost };
}

const fullName = (shop: string | undefined) =>
  shop?.includes('.') ? shop : `${shop}.myshopify.com`;

function Language() {
  return (
    <label>
      {t('language')}
      <select value={locale} onChange={(event) => speak(event.currentTarget.value)}>
        <option value="en">English</option>
        <option value="it">Italiano</option>
      </select>
    </label>
  );
}

function Menu({ route, shops, links }: { route: Route; shops: Shop[]; links: NavLink[] }) {
  const base = `/admin/${route.shop}`;
  const isApp = route.area === 'apps';
  return (
    <nav>
      <Go to={`${base}/orders`} isHere={!isApp}>
        {t('orders')}
      </Go>
      <strong>{t('apps')}</strong>
      <Go to={`${base}/apps/logivery`} isHere={isApp && route.path === '/'} class="in">
        Logivery
      </Go>
      {isApp &&
        links
          .filter((link) => !link.isHome)
          .map((link) => (
            <Go
              key={link.href}
              class="in"
              to={`${base}/apps/logivery${link.href}`}
              isHere={route.path === link.href}
            >
              {link.label}
            </Go>
          ))}
      <label>
        {t('store')}
        <select
          value={fullName(route.shop)}
          onChange={(event) => location.assign(`/admin/${event.currentTarget.value}/orders`)}
        >
          {shops.map((one) => (
            <option key={one.shop} value={one.shop}>
              {one.shop.split('.')[0]}
            </option>
          ))}
        </select>
      </label>
      <Language />
    </nav>
  );
}

function Stores({ shops }: { shops: Shop[] }) {
  const [refusal, setRefusal] = useState('');
  async function make(name: string) {
    const isTaken = shops.some((one) => one.shop === fullName(name));
    setRefusal(isTaken ? t('storeTaken', { name }) : '');
    if (isTaken) return;
    await post('/shops', { shop: name }).then(
      () => location.assign(`/admin/${name}/orders`),
      (error: Error) => setRefusal(error.message),
    );
  }
  return (
    <main>
      <div class="bar">
        <h1>{t('stores')}</h1>
      </div>
      {shops.length === 0 && <p>{t('noStores')}</p>}
      <ul>
        {shops.map((one) => (
          <li key={one.shop}>
            <a href={`/admin/${one.shop}/orders`}>{one.shop}</a>
          </li>
        ))}
      </ul>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void make(String(new FormData(event.currentTarget).get('shop')));
        }}
      >
        <label>
          {t('newStore')}{' '}
          <input
            name="shop"
            pattern="[a-z0-9][a-z0-9\-]*"
            placeholder="tea-and-more"
            aria-describedby="shop-name"
            required
            onInput={(event) => event.currentTarget.setCustomValidity('')}
            onInvalid={({ currentTarget: field }) => {
              if (field.validity.patternMismatch) field.setCustomValidity(t('storeName'));
            }}
          />
        </label>{' '}
        <button type="submit">{t('makeStore')}</button>
        <p id="shop-name">{t('storeName')}</p>
        {refusal && <p role="alert">{refusal}</p>}
      </form>
    </main>
  );
}

/** What tells the stand-in where the app is. */
const tellApp = `curl -X POST ${location.origin}/control/app \\
  -H 'Content-Type: application/json' -d '{"url": "http://127.0.0.1:8090"}'`;

function Page(props: { route: Route; world: World; onNav: (links: NavLink[]) => void }) {
  const { route, world } = props;
  const shop = world.shops.find((one) => one.shop === fullName(route.shop));
  const order = world.orders.find((one) => one.legacy_id === route.order);
  if (!shop) return <Stores shops={world.shops} />;
  const seen = { shop: shop.shop, appUrl: world.appUrl, orders: world.orders };
  if (route.area === 'orders')
    return <main>{order ? <OrderPage seen={seen} order={order} /> : <Orders seen={seen} />}</main>;
  if (!shop.installed)
    return (
      <main>
        <p>{t('notInstalled')}</p>
        <button type="button" onClick={() => void post(`/shops/${shop.shop}/install`)}>
          {t('install')}
        </button>
      </main>
    );
  if (!world.appUrl)
    return (
      <main>
        <p role="alert">{t('noApp')}</p>
        <pre>{tellApp}</pre>
      </main>
    );
  return (
    <main>
      <AppFrame shop={shop.shop} appUrl={world.appUrl} path={route.path} onNav={props.onNav} />
    </main>
  );
}

function Admin() {
  const route = useRoute();
  const { world, isLost } = useWorld(route.shop);
  const [links, setLinks] = useState<NavLink[]>([]);
  return (
    <>
      <div class="note" role="note">
        {t('note')}
      </div>
      {isLost && (
        <div class="save-bar" role="alert">
          {t('lost')}
        </div>
      )}
      <div class="shell">
        {route.shop ? (
          <Menu route={route} shops={world?.shops ?? []} links={links} />
        ) : (
          <nav>
            <Language />
          </nav>
        )}
        {world ? <Page route={route} world={world} onNav={setLinks} /> : <main />}
      </div>
    </>
  );
}

document.documentElement.lang = locale;
document.title = t('title');
const root = document.getElementById('admin');
if (root) render(<Admin />, root);
