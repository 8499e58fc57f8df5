// The way from a new store to a connection, and back again: what was tried, what
// broke, and the button that settles it.
import type { FrameLocator, Page } from '@playwright/test';
import { checkAxe, expect, keep, machine, test, world } from '../kit.ts';
import {
  asStaff,
  control,
  type Link,
  makeLinkedStore,
  makeStore,
  openApp,
  type Store,
  until,
} from './kit.ts';

// High enough that a picture shows all of the frame.
test.use({ viewport: { width: 1280, height: 1500 } });

interface Connection {
  state: string;
  reason_code: string | null;
  missing_scopes: string | null;
}

const connection = ({ shop }: Store) => asStaff<Connection>(shop, 'GET', '/api/connection');

/** The row of one point: its badge, its name, what came of it. */
const point = (app: FrameLocator, name: string) =>
  app
    .locator('s-stack')
    .filter({ has: app.getByText(name, { exact: true }) })
    .filter({ has: app.locator('s-badge') })
    .last();

async function fillIn(app: FrameLocator, link: Link): Promise<void> {
  await app.getByLabel('Authorization Token').fill(link.token);
  await app.getByLabel('Logivery App URL').fill(link.app_url);
}

async function check(app: FrameLocator, link: Link): Promise<void> {
  await fillIn(app, link);
  await app.getByRole('button', { name: 'Check', exact: true }).click();
}

/** A webhook came, so an order has been seen. */
async function placeAndSee({ shop }: Store): Promise<void> {
  await control(`/shops/${shop}/orders`, { shape: 'plain' });
  await until(
    () => asStaff<{ items: unknown[] }>(shop, 'GET', '/api/logs'),
    (logs) => logs.items.some((e) => JSON.stringify(e).includes('"order_name":"#')),
  );
}

test('a check names all it tried, also what it could not try yet', async ({ page }) => {
  const store = await makeStore();
  const app = await openApp(page, store.shop);
  await check(app, store.link);
  await expect(app.getByText('Connection established')).toBeVisible();
  await expect(app.getByText('3 points could not be tested yet')).toBeVisible();
  for (const name of [
    'Address',
    'This app reaches the Cloud App',
    'Clocks',
    'Authorization Token',
    'Connector',
    'The Cloud App reaches this app',
    'Permissions in the store',
    '60-day window',
  ])
    await expect(point(app, name), name).toContainText('Good');
  // http, on this machine only; and nothing has happened in the store.
  for (const name of ['Certificate (TLS)', 'Protected customer data', 'Webhooks'])
    await expect(point(app, name), name).toContainText('Not tested');
  await expect(point(app, 'Webhooks')).toContainText('Place an order in the store');
  await checkAxe(page, 'app-check', 'iframe');
  await keep(page, 'app-check');
  await app.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(app.getByText('Tags on orders')).toBeVisible();
  await placeAndSee(store);
  await (await openApp(page, store.shop, '/settings'))
    .getByRole('button', { name: 'Check', exact: true })
    .click(); // the saved token
  for (const name of ['Protected customer data', 'Webhooks'])
    await expect(point(app, name), name).toContainText('Good');
});

test('a check in Italian', async ({ page }) => {
  const store = await makeStore();
  const app = await openApp(page, store.shop, '/', 'it');
  await app.getByLabel('Token di autorizzazione').fill(store.link.token);
  await app.getByLabel('URL Logivery App').fill(store.link.app_url);
  await app.getByRole('button', { name: 'Verifica', exact: true }).click();
  await expect(app.getByText('Connessione stabilita')).toBeVisible();
  await expect(point(app, 'Orologi')).toContainText('Bene');
  await expect(point(app, 'Webhook')).toContainText('Fai un ordine nel negozio');
  await keep(page, 'app-check-it');
});

test('what fails is said in Italian, whole', async ({ page }) => {
  const store = await makeStore();
  const app = await openApp(page, store.shop, '/', 'it');
  const press = async (link: Link) => {
    await app.getByLabel('Token di autorizzazione').fill(link.token);
    await app.getByLabel('URL Logivery App').fill(link.app_url);
    await app.getByRole('button', { name: 'Verifica', exact: true }).click();
  };
  const banner = app.locator('s-banner');
  for (const [link, words] of [
    [{ ...store.link, app_url: 'http://127.0.0.1:9/c/abcabcabcabc' }, 'La Cloud App non risponde'],
    [{ ...store.link, app_url: 'not a url' }, 'Questo non è un URL Logivery App'],
    [{ ...store.link, token: 'short' }, 'Questo non è un Token di autorizzazione'],
    [{ ...store.link, token: `lgv_${'A'.repeat(43)}` }, 'La Cloud App non conosce questo token'],
  ] as [Link, string][]) {
    await press(link);
    await expect(banner).toContainText(words);
    await expect(banner).not.toContainText(/expected|Couldn't|again|shorter|This is/);
    await keep(page, `app-failed-it-${words.split(' ').slice(0, 5).join('-')}`);
  }
});

test('what the Cloud App minds says what to do', async ({ page }) => {
  const store = await makeStore();
  const app = await openApp(page, store.shop);
  await check(app, { ...store.link, token: `lgv_${'A'.repeat(43)}` });
  await expect(point(app, 'Authorization Token')).toContainText('Failed');
  await expect(point(app, 'Authorization Token')).toContainText('Copy the Authorization token');
  await expect(point(app, 'The Cloud App reaches this app')).toContainText('Not tested');
  await expect(point(app, 'Permissions in the store')).toContainText('Good');
  await keep(page, 'app-check-token');
  await check(app, { ...store.link, app_url: 'http://127.0.0.1:9/c/abcabcabcabc' });
  await expect(point(app, 'This app reaches the Cloud App')).toContainText('Failed');
  await expect(point(app, 'This app reaches the Cloud App')).toContainText(
    'Check that the Cloud App runs',
  );
  // It could be looked at, so it was: no row says that another must come first.
  await expect(point(app, 'Address')).toContainText('Good');
  await keep(page, 'app-check-away');
  await check(app, { ...store.link, app_url: 'cloud.example' });
  await expect(point(app, 'Address')).toContainText('Failed');
  const other = await makeLinkedStore();
  await check(app, other.link);
  await expect(point(app, 'Connector')).toContainText('The connector serves another store');
});

test('what Shopify does not grant is in the check, and on every page', async ({ page }) => {
  const store = await makeLinkedStore();
  await control(`/shops/${store.shop}`, { protected_data: false });
  await placeAndSee(store);
  const app = await openApp(page, store.shop, '/settings');
  await app.getByRole('button', { name: 'Check', exact: true }).click();
  await expect(app.getByText('1 point needs attention')).toBeVisible();
  await expect(point(app, 'Protected customer data')).toContainText('Dev Dashboard');
  const { scopes } = await control<{ scopes: string[] }>('/app', {});
  const fewer = scopes.filter((scope) => !/^(read|write)_fulfillments$/.test(scope));
  await control(`/shops/${store.shop}/scopes`, { scopes: fewer });
  await until(
    () => connection(store),
    (now) => now.missing_scopes !== null,
  );
  for (const where of ['/', '/settings']) {
    await openApp(page, store.shop, where);
    await expect(app.getByText('The app lacks permissions')).toBeVisible();
    await expect(app.getByText('read_fulfillments, write_fulfillments')).toBeVisible();
  }
  await checkAxe(page, 'app-scopes', 'iframe');
  await keep(page, 'app-scopes');
  await control(`/shops/${store.shop}/scopes`, { scopes });
  await until(
    () => connection(store),
    (now) => now.missing_scopes === null,
  );
  await app.getByRole('button', { name: 'Look again' }).click();
  await expect(app.getByText('The app lacks permissions')).toHaveCount(0);
});

/** The app hears of it when it next calls. */
async function placeUntilDisconnected(store: Store, code: string): Promise<void> {
  await control(`/shops/${store.shop}/orders`, { shape: 'plain' });
  await until(
    () => connection(store),
    (now) => now.state === 'disconnected' && now.reason_code === code,
  );
}

async function arrived(store: Store): Promise<void> {
  await until(
    () => machine<{ items: { connector: string }[] }>('/orders?limit=100'),
    ({ items }) => items.some((order) => order.connector === store.connector),
  );
}

test('a token that was changed and has expired says so; the new one settles it', async ({
  page,
}) => {
  const store = await makeLinkedStore();
  const fresh = await machine<Link>(`/connectors/${store.connector}/token`, 'POST', {
    overlap_hours: 0,
  });
  await placeUntilDisconnected(store, 'not_authorized');
  const app = await openApp(page, store.shop);
  const heading = app.getByText('The Authorization Token is no longer valid');
  await expect(heading).toBeVisible();
  await expect(app.getByText('Nothing is lost')).toBeVisible();
  await expect(app.getByRole('link', { name: 'Open the connector' })).toHaveAttribute(
    'href',
    `${world.cloud}/connectors/${store.connector}`,
  );
  await checkAxe(page, 'app-token-changed', 'iframe');
  await keep(page, 'app-token-changed');
  await fillIn(app, { ...store.link, token: fresh.token });
  await app.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(app.getByText('Connection established')).toBeVisible();
  await expect(heading).toHaveCount(0);
  await arrived(store);
});

test('let go by the Cloud App: one button connects it again', async ({ page }) => {
  const store = await makeLinkedStore();
  const { app_url, token } = store.link;
  await fetch(`${app_url}/link`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${token}` },
  });
  await placeUntilDisconnected(store, 'not_linked');
  const app = await openApp(page, store.shop);
  await expect(app.getByText('has let go of this store')).toBeVisible();
  await keep(page, 'app-let-go');
  await app.getByRole('button', { name: 'Connect again' }).click();
  await expect(app.getByText('Connection established')).toBeVisible();
  await arrived(store);
});

async function disconnectHere(page: Page, store: Store): Promise<FrameLocator> {
  const app = await openApp(page, store.shop, '/settings');
  const buttons = app.getByRole('button', { name: 'Disconnect' });
  await buttons.first().click();
  await expect(buttons).toHaveCount(2); // the question is there
  await buttons.last().click();
  return app;
}

test('disconnected on purpose: it says who did, and connects again', async ({ page }) => {
  const store = await makeLinkedStore();
  const app = await disconnectHere(page, store);
  await expect(app.getByText('You disconnected this store')).toBeVisible();
  await keep(page, 'app-disconnected-here');
  await app.getByRole('button', { name: 'Connect again' }).click();
  await expect(app.getByText('You disconnected this store')).toHaveCount(0);
  expect((await connection(store)).state).toBe('linked');
});

test('when Shopify does not let the app in, reconnecting is one button', async ({ page }) => {
  const store = await makeLinkedStore();
  const problem = {
    status: 401,
    title: 'Not known',
    code: 'bad_id_token',
    detail: 'Shopify does not take the ID token.',
  };
  await page.route('**/api/connection', (route) =>
    route.fulfill({ status: 401, contentType: 'application/problem+json', json: problem }),
  );
  const app = await openApp(page, store.shop);
  await expect(app.getByText('Shopify does not let the app in')).toBeVisible();
  await keep(page, 'app-reconnect');
  await page.unrouteAll();
  await app.getByRole('button', { name: 'Reconnect' }).click();
  await expect(app.getByText('Connection established')).toBeVisible();
});
