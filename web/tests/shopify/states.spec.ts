// The app's pages when they are empty, loading and failing; full ones are in
// full/ and, as they are when all is well, in connection.spec.ts.
import { checkAxe, expect, keep, test } from '../kit.ts';
import { makeStore, openApp } from './kit.ts';

const pages = [
  { path: '/', call: '**/api/connection', empty: 'View Cloud App URL' },
  { path: '/settings', call: '**/api/connection', empty: 'Not connected' },
  { path: '/logs', call: '**/api/logs?*', empty: 'Nothing happened yet.' },
];

const problem = {
  title: 'The database does not answer',
  status: 503,
  detail: 'The database is locked by another program.',
  code: 'store_failed',
  next: 'Repeat after Retry-After.',
};
// Told by the code, for who reads a page and not a header.
const next = 'Try again in a moment; if it stays so, tell whoever runs Logivery.';

for (const { path, call, empty } of pages) {
  const name = path.slice(1) || 'home';

  test(`${path} without anything, on its way, and failing`, async ({ page }) => {
    const { shop } = await makeStore();
    // Even a new store has a line: that it was installed.
    if (path === '/logs')
      await page.route(call, (route) => route.fulfill({ json: { items: [], next_cursor: null } }));
    const app = await openApp(page, shop, path);
    await expect(app.getByText(empty).first()).toBeVisible();
    await checkAxe(page, `app-empty-${name}`, 'iframe');
    await keep(page, `app-empty-${name}`);
    await page.unroute(call);

    await page.route(call, () => {});
    await openApp(page, shop, path);
    await expect(app.locator('s-spinner')).toBeVisible();
    await checkAxe(page, `app-loading-${name}`, 'iframe');
    await page.unroute(call);

    await page.route(call, (route) =>
      route.fulfill({ status: 503, contentType: 'application/problem+json', json: problem }),
    );
    await openApp(page, shop, path);
    await expect(app.getByText(problem.detail)).toBeVisible();
    await expect(app.getByText(next)).toBeVisible();
    await checkAxe(page, `app-failed-${name}`, 'iframe');
    await keep(page, `app-failed-${name}`);
    await page.unroute(call);
    await app.getByRole('button', { name: 'Try again' }).click();
    await expect(app.getByText(problem.detail)).toHaveCount(0);
    await expect(app.locator('s-page > s-section').first()).toBeVisible();
  });
}

test('a failure in Italian has no English words in it', async ({ page }) => {
  const { shop } = await makeStore();
  await page.route('**/api/connection', (route) =>
    route.fulfill({ status: 503, contentType: 'application/problem+json', json: problem }),
  );
  const app = await openApp(page, shop, '/', 'it');
  await expect(app.getByText('Riprova tra poco; se continua, avvisa')).toBeVisible();
  await expect(app.getByText(problem.detail)).toHaveCount(0);
  await expect(app.getByText(problem.next)).toHaveCount(0);
});
