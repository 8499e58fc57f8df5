// Every page when it is empty, loading, failing and full.
import type { Page } from '@playwright/test';
import { consoleUrl, expect, keep, machine, test } from '../kit.ts';

interface Case {
  page: string;
  call: string;
  /** What an empty list says; not of those that are never empty. */
  empty?: string;
}

const lists: Case[] = [
  { page: '/', call: '/connectors', empty: 'No store is connected yet' },
  { page: '/orders', call: '/orders', empty: 'No orders yet' },
  { page: '/shipments', call: '/shipments', empty: 'No shipments' },
  { page: '/connectors', call: '/connectors', empty: 'No store is connected yet' },
  { page: '/channels', call: '/channels', empty: 'No sales channels yet' },
  { page: '/couriers', call: '/couriers' },
  { page: '/log', call: '/log', empty: 'Nothing happened yet' },
  { page: '/log/dead', call: '/jobs', empty: 'No dead letters' },
  { page: '/users', call: '/users' },
  { page: '/tokens', call: '/tokens', empty: 'No API tokens' },
  { page: '/audit', call: '/audit', empty: 'Nothing of this kind' },
];

const denied = {
  title: 'Not allowed',
  status: 403,
  detail: 'The role viewer may not do this.',
  code: 'denied',
};

const callOf = (path: string) => new RegExp(`/api/v1${path}(\\?.*)?$`);
const name = (page: string) => page.replaceAll('/', '-').slice(1) || 'home';
const main = (page: Page) => page.locator('main');

test('a list without anything says what would be there', async ({ signedIn: page }) => {
  test.setTimeout(90_000);
  for (const { page: path, call, empty } of lists) {
    if (!empty) continue;
    await page.route(callOf(call), (route) =>
      route.fulfill({ json: { items: [], next_cursor: null } }),
    );
    await page.goto(consoleUrl + path);
    await expect(main(page).getByText(empty, { exact: true }), path).toBeVisible();
    await keep(page, `empty-${name(path)}`);
    await page.unroute(callOf(call));
  }
});

test('a list that is on its way keeps its place', async ({ signedIn: page }) => {
  test.setTimeout(90_000);
  for (const { page: path, call } of lists) {
    await page.route(callOf(call), () => {});
    await page.goto(consoleUrl + path);
    await expect(main(page).getByRole('status', { name: 'Loading' }), path).toBeVisible();
    await page.unroute(callOf(call));
  }
});

test('a list that is refused says why and what to do', async ({ signedIn: page }) => {
  test.setTimeout(90_000);
  for (const { page: path, call } of lists) {
    await page.route(callOf(call), (route) =>
      route.fulfill({ status: 403, contentType: 'application/problem+json', json: denied }),
    );
    await page.goto(consoleUrl + path);
    const alert = main(page).getByRole('alert');
    await expect(alert, path).toContainText(denied.detail);
    await expect(alert).toContainText('Ask a manager');
    await page.unroute(callOf(call));
    await alert.getByRole('button', { name: 'Try again' }).click();
    await expect(alert, path).toHaveCount(0);
  }
});

/** The real first item a hundred times: a page as full as the program gives. */
async function full(call: string): Promise<Record<string, unknown>[]> {
  const { items } = await machine<{ items: Record<string, unknown>[] }>(`${call}?limit=1`);
  return Array.from({ length: 100 }, (_, i) => ({
    ...items[0],
    id: String(10_000 - i),
    ...(items[0]?.uuid ? { uuid: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}` } : {}),
    ...(items[0]?.code ? { code: `code-${i}` } : {}),
  }));
}

/** Lists of things there are few of come whole. */
const WHOLE = ['/connectors', '/channels', '/couriers', '/users', '/tokens'];

test('a full list shows a page of it and goes on', async ({ signedIn: page }) => {
  test.setTimeout(120_000);
  for (const { page: path, call } of lists.filter((l) => l.page !== '/log')) {
    const items = await full(call);
    await page.route(callOf(call), (route) =>
      route.fulfill({ json: { items, next_cursor: WHOLE.includes(call) ? null : 'next' } }),
    );
    await page.goto(consoleUrl + path);
    await expect(main(page).getByRole('row'), path).toHaveCount(101);
    const over = await page.evaluate(() => document.body.scrollWidth - innerWidth);
    expect(over, path).toBeLessThanOrEqual(0);
    await page.unroute(callOf(call));
  }
});

test('what is not there, or is on its way, says so', async ({ signedIn: page }) => {
  test.setTimeout(60_000);
  const paths = [
    '/orders/999999',
    '/connectors/aaaaaaaaaaaa',
    '/shipments/aaaaaaaaaaaaa',
    `/log/jobs/${crypto.randomUUID()}`,
  ];
  for (const path of paths) {
    await page.goto(consoleUrl + path);
    await expect(main(page).getByRole('alert').first(), path).toBeVisible();
  }
  await page.route(/\/api\/v1\/(orders|connectors|shipments|jobs)\/[\w-]+$/, () => {});
  for (const path of paths) {
    await page.goto(consoleUrl + path);
    await expect(main(page).getByRole('status', { name: 'Loading' }).first(), path).toBeVisible();
  }
});

// Each as the program gives it, and what a person reads.
const trouble: [Record<string, unknown>, string][] = [
  [{}, 'All well'],
  [{ link_state: 'disconnected' }, 'Its app refuses the token'],
  [{ failing_since: new Date(Date.now() - 7_200_000) }, 'No answer from its app (2 hours ago)'],
  [
    { token_awaited_since: new Date(Date.now() - 7_200_000) },
    'Its app is refused until it has the new token (2 hours ago)',
  ],
  [{ counts: { orders: 9, syncing: 0, synced: 9, error: 0, held: 3 } }, '3 shipments held'],
  [{ linked: false, link_state: 'none', last_contact: null }, 'Not connected yet'],
];

test('a store that is not well does not look well', async ({ signedIn: page }) => {
  const items = trouble.map(([how], i) => ({
    id: `${i}`.repeat(12),
    technology: 'shopify',
    label: `Store ${i}`,
    app_url: 'https://cloud.example/c/x',
    automatic: true,
    notify_customer: true,
    every_step: false,
    linked: true,
    link_state: 'linked',
    shop: 'tea-and-more.myshopify.com',
    channel: '7',
    last_contact: new Date(),
    failing_since: null,
    token_awaited_since: null,
    old_token_until: null,
    created_at: '2026-11-20T08:10:00Z',
    shipping_rule: null,
    counts: { orders: 9, syncing: 0, synced: 9, error: 0, held: 0 },
    ...how,
  }));
  await page.route(callOf('/connectors'), (route) =>
    route.fulfill({ json: { items, next_cursor: null } }),
  );
  for (const path of ['/', '/connectors']) {
    await page.goto(consoleUrl + path);
    for (const [i, [, words]] of trouble.entries())
      await expect(page.getByRole('row').filter({ hasText: `Store ${i}` })).toContainText(words);
    await keep(page, `trouble-${name(path)}`);
  }
});
