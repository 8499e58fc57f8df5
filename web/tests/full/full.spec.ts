// Pages with ten thousand rows behind them: what is seen, the next page of it, and
// that back and reload keep the view.
import type { Page } from '@playwright/test';
import { asMachine, type World } from '../../../demo/world.mjs';
import { report } from '../../scripts/report.ts';
import { dress, expect, keep, test } from '../kit.ts';
import { control, openApp } from '../shopify/kit.ts';
import { CONNECTORS } from './fill.ts';
import { closeFull, openFull, SHOP } from './world.ts';

let world: World;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  world = await openFull();
});

test.afterAll(async () => {
  await closeFull(world);
});

test.beforeEach(async ({ page }) => {
  await dress(page);
  await page.request.post(`${world.cloudUrl}/api/v1/session`, {
    data: { email: world.user, password: world.password },
  });
});

const row = (page: Page, n: number) => page.locator('main tbody tr').nth(n);

/** How long the program takes for what the page asks first; kept, not judged. */
async function timeOf(where: string): Promise<void> {
  const began = performance.now();
  const { items } = await asMachine(world, 'GET', where);
  report('full', where, { ms: Math.round(performance.now() - began), rows: items.length });
}

const paged = [
  { path: '/orders', filter: '/orders?status=total', call: '/orders' },
  { path: '/shipments', filter: '/shipments?state=SHIPPED', call: '/shipments' },
  { path: '/log/dead', filter: '/log/dead', call: '/jobs?state=dead' },
  { path: '/audit', filter: '/audit', call: '/audit' },
];

/** Which one the first row is of: its link, or its words, for times grow old. */
const first = (page: Page) =>
  row(page, 0).evaluate((tr) => tr.querySelector('a')?.getAttribute('href') ?? tr.textContent);

for (const { path, filter, call } of paged) {
  test(`${path} goes on, and back and reload keep the view`, async ({ page }) => {
    await timeOf(call);
    await page.goto(world.cloudUrl + filter);
    await expect(row(page, 49)).toBeVisible();
    const one = await first(page);
    await page.getByRole('button', { name: 'Next' }).click();
    await expect(page).toHaveURL(/cursor=/);
    await expect.poll(() => first(page)).not.toBe(one);
    const two = await first(page);
    await page.reload();
    await expect.poll(() => first(page)).toBe(two);
    await page.goBack();
    await expect.poll(() => first(page)).toBe(one);
    expect(page.url()).toBe(world.cloudUrl + filter);
    const over = await page.evaluate(() => document.body.scrollWidth - innerWidth);
    expect(over).toBeLessThanOrEqual(0);
    await keep(page, `full-${path.slice(1).replace('/', '-')}`);
  });
}

test('tabs of the orders count all of them', async ({ page }) => {
  await page.goto(`${world.cloudUrl}/orders`);
  const counts = page.getByRole('navigation', { name: 'By latest shipping date' });
  await expect(counts.getByRole('link', { name: /^Managed orders 9,\d{3}$/ })).toBeVisible();
  await counts.getByRole('link', { name: /^No date \d{3}$/ }).click();
  await expect(row(page, 49)).toBeVisible();
});

test('every connector is listed, however many there are', async ({ page }) => {
  await timeOf('/connectors?limit=100');
  await page.goto(`${world.cloudUrl}/connectors`);
  await expect(page.getByRole('link', { name: `Store number ${CONNECTORS}` })).toBeVisible();
  expect(await page.locator('main tbody tr').count()).toBeGreaterThanOrEqual(CONNECTORS);
  await page.getByRole('link', { name: 'Store number 7', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Store number 7');
  await page.goBack();
  await expect(page.getByRole('link', { name: 'Store number 7', exact: true })).toBeVisible();
});

test('the Queue Log is at its end, and a filter stays', async ({ page }) => {
  await timeOf('/log?limit=100');
  await page.goto(`${world.cloudUrl}/log?level=info`);
  await expect(page.locator('.log-line').first()).toBeVisible();
  expect(await page.locator('.log-line').count()).toBeLessThan(80);
  await page.reload();
  await expect(page.locator('.log-line').first()).toBeVisible();
  await expect(page).toHaveURL(/level=info/);
  await keep(page, 'full-log');
});

test("the app's Logs show a page, and older ones on demand", async ({ page }) => {
  const app = await openApp(page, SHOP, '/logs', 'en', world.sim);
  const rows = app.locator('s-table-body s-table-row');
  await expect(rows).toHaveCount(50);
  const newest = await rows.first().textContent();
  await app.getByRole('button', { name: 'Show older ones' }).click();
  await expect(rows).toHaveCount(100);
  expect(await rows.first().textContent()).toBe(newest);
  await keep(page, 'full-app-logs');
});

test("the app's Logs of one job: back and reload keep the view", async ({ page }) => {
  await control(`/shops/${SHOP}/orders`, { shape: 'plain' }, world.sim);
  const app = await openApp(page, SHOP, '/logs', 'en', world.sim);
  const all = app.getByRole('button', { name: 'Show all' });
  await app
    .getByRole('button', { name: /^Show job/ })
    .first()
    .click();
  await expect(all).toBeVisible();
  const frame = page.frames().at(-1);
  await frame?.evaluate(() => location.reload());
  await expect(all).toBeVisible();
  await page.evaluate(() => history.back());
  await expect(app.locator('s-table-body s-table-row')).toHaveCount(50);
  await expect(all).toHaveCount(0);
});

test('programs that are away show it, and come back alone', async ({ page, context }) => {
  test.setTimeout(120_000);
  await page.goto(`${world.cloudUrl}/orders?status=total`);
  await expect(row(page, 49)).toBeVisible();
  const log = await context.newPage();
  await log.goto(`${world.cloudUrl}/log`);
  await expect(log.getByText('Live', { exact: true })).toBeVisible();
  const admin = await context.newPage();
  const app = await openApp(admin, SHOP, '/', 'en', world.sim);
  await expect(app.getByText('Connection established')).toBeVisible();

  await Promise.all([world.cloud.stop(), world.app.stop()]);
  const away = page.getByText('The Cloud App does not answer. What you see may be old');
  await expect(away).toBeVisible({ timeout: 30_000 });
  await expect(row(page, 49)).toBeVisible();
  await expect(log.getByText('Connecting', { exact: true })).toBeVisible();
  await keep(page, 'lost-orders');
  // A page whose code has not been loaded yet, and one that finds no answer.
  await page.getByRole('link', { name: 'Audit' }).click();
  await expect(page.locator('main').getByRole('alert')).toBeVisible();
  await admin.getByRole('link', { name: 'Logs' }).click();
  await expect(app.getByText('The Logivery app does not answer').first()).toBeVisible();
  await expect(app.getByText('Check that the Cloud App runs')).toHaveCount(0);
  await keep(admin, 'lost-app');

  await Promise.all([world.cloud.start(), world.app.start()]);
  await expect(row(page, 49)).toBeVisible({ timeout: 30_000 });
  await expect(page).toHaveURL(/audit$/);
  await expect(away).toHaveCount(0);
  await expect(log.getByText('Live', { exact: true })).toBeVisible({ timeout: 30_000 });
  await expect(app.locator('s-table-body s-table-row')).toHaveCount(50);
  await expect(app.getByText('The Logivery app does not answer')).toHaveCount(0);
});

test('a live log that a proxy refused goes on', async ({ page }) => {
  let refused = 0;
  await page.route('**/log/stream**', (route) => {
    refused += 1;
    return refused < 3 ? route.fulfill({ status: 502, body: 'Bad Gateway' }) : route.continue();
  });
  await page.goto(`${world.cloudUrl}/log`);
  await expect(page.getByText('Live', { exact: true })).toBeVisible({ timeout: 30_000 });
  expect(refused).toBe(3);
  await control(`/shops/${SHOP}/orders`, { shape: 'plain' }, world.sim);
  const orders = await control<{ name: string }[]>(`/shops/${SHOP}/orders`, undefined, world.sim);
  const newest = orders.at(-1)?.name ?? 'none';
  await expect(page.locator('.log-line', { hasText: newest }).first()).toBeVisible();
});
