import { choose, consoleUrl, expect, keep, machine, signIn, test, world } from '../kit.ts';

const ORDERS = /\/api\/v1\/orders\?/;

const problem = {
  type: 'about:blank',
  title: 'The database does not answer',
  status: 503,
  detail: 'The database is locked by another program.',
  code: 'store_failed',
  next: 'Repeat after Retry-After.',
};

const summary = {
  due: { late: 3, today: 5, tomorrow: 0, later: 12, none: 40, managed: 9 },
  errors: 1,
  held: 2,
  refused: 1,
  dead: 0,
  disconnected: 0,
  hours: Array.from({ length: 48 }, (_, i) => ({
    at: new Date(Date.UTC(2026, 10, 24, i)).toISOString(),
    imported: (i * 7) % 13,
    shipped: (i * 5) % 9,
  })),
};

test('tabs count, and filters live in the address', async ({ signedIn: page }) => {
  // One whose number the smaller store does not have, and that nobody has shipped.
  const { items } = await machine<{ items: { number: string }[] }>(
    '/orders?status=placed&limit=100',
  );
  const name = items.map((o) => o.number).find((n) => Number(n.slice(1)) > 1009) ?? 'none';
  await page.route('**/api/v1/summary', (route) => route.fulfill({ json: summary }));
  await page.goto(`${consoleUrl}/orders`);
  await expect(page.getByRole('link', { name: 'Late 3' })).toBeVisible();
  await page.getByRole('link', { name: 'No date 40' }).click();
  await expect(page).toHaveURL(/tab=none/);
  await choose(page, 'Order Status', 'Placed');
  await expect(page).toHaveURL(/status=placed/);
  await page.getByLabel('Search').fill(name);
  await expect(page).toHaveURL(new RegExp(`q=${encodeURIComponent(name)}`));
  await expect(page.getByRole('row')).toHaveCount(2);
  await page.reload();
  await expect(page.getByLabel('Search')).toHaveValue(name);
  await expect(page.getByRole('row')).toHaveCount(2);
  await page.goBack();
  await expect(page).not.toHaveURL(/status=placed/);
});

test('home shows what the program counts', async ({ signedIn: page }) => {
  await page.route('**/api/v1/summary', (route) => route.fulfill({ json: summary }));
  await page.goto(consoleUrl);
  await expect(page.getByRole('img', { name: 'Orders in and out' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Shipments held' })).toHaveAttribute(
    'href',
    '/shipments?store=held',
  );
  await expect(page.getByRole('link', { name: '1 Shipments refused' })).toHaveAttribute(
    'href',
    '/shipments?store=refused',
  );
  await expect(page.getByRole('link', { name: '40 No date' })).toHaveAttribute(
    'href',
    '/orders?tab=none',
  );
  await keep(page, 'home-summary');
  await page.getByRole('link', { name: /To ship today/ }).click();
  await expect(page).toHaveURL(/orders\?tab=today/);
});

test('the tiles of home fill their rows', async ({ signedIn: page }) => {
  await page.route('**/api/v1/summary', (route) =>
    route.fulfill({ json: { ...summary, refused: 0 } }),
  );
  for (const language of ['en', 'it'] as const) {
    await signIn(page, { language });
    for (const [width, inRow] of [
      [1280, 4],
      [380, 2],
    ] as const) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(consoleUrl);
      const tiles = page.locator('.tiles a');
      await expect(tiles).toHaveCount(8);
      await expect(tiles.nth(2)).toHaveText(language === 'it' ? '40Senza data' : '40No date');
      const seen = await tiles.evaluateAll((all) => ({
        tops: all.map((e) => e.getBoundingClientRect().top),
        cut: all.filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.textContent),
      }));
      const rows = [...new Set(seen.tops)].map((top) => seen.tops.filter((t) => t === top).length);
      expect(rows).toEqual(Array(8 / inRow).fill(inRow));
      expect(seen.cut).toEqual([]);
      await keep(page, `home-tiles-${language}-${width}`);
    }
  }
});

test('the arrows of a row open lines, destination and summary', async ({ signedIn: page }) => {
  await page.goto(`${consoleUrl}/orders`);
  const row = page.getByRole('row').nth(1);
  await row.getByRole('button', { name: /Lines of/ }).click();
  await expect(page.getByRole('columnheader', { name: 'GTIN' })).toBeVisible();
  await row.getByRole('button', { name: /Value and shipping/ }).click();
  await expect(page.getByText('Total value')).toBeVisible();
  await keep(page, 'orders-open');
  await row.getByRole('button', { name: /Destination of/ }).click();
  await expect(page.locator('.details address, .details p')).toBeVisible();
});

test('pages go forward and back', async ({ signedIn: page }) => {
  await page.goto(`${consoleUrl}/orders`);
  await expect(page.getByRole('row').nth(1)).toContainText('Tea and More');
  const first = await page.getByRole('row').nth(1).textContent();
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(page).toHaveURL(/cursor=/);
  await page.getByRole('button', { name: 'Previous' }).click();
  await expect(page.getByRole('row').nth(1)).toHaveText(first ?? '');
});

test('empty, loading and failing lists say so', async ({ signedIn: page }) => {
  await page.route(ORDERS, (route) => route.fulfill({ json: { items: [], next_cursor: null } }));
  await page.goto(`${consoleUrl}/orders`);
  await expect(page.getByText('No orders yet')).toBeVisible();
  await page.goto(`${consoleUrl}/orders?q=nothing`);
  await expect(page.getByText('No order matches these filters')).toBeVisible();
  await page.getByRole('button', { name: 'Remove all filters' }).click();
  await expect(page.getByText('No orders yet')).toBeVisible();
  await expect(page.getByLabel('Search')).toHaveValue('');

  await page.unroute(ORDERS);
  await page.route(ORDERS, () => {});
  await page.goto(`${consoleUrl}/orders`);
  await expect(page.getByRole('status', { name: 'Loading' })).toBeVisible();

  await page.unroute(ORDERS);
  await page.route(ORDERS, (route) => route.fulfill({ status: 503, json: problem }));
  await page.goto(`${consoleUrl}/orders`);
  await expect(page.getByRole('alert')).toContainText(problem.detail, { timeout: 15_000 });
  // By its code: the program's word is about a header that no reader sees.
  await expect(page.getByRole('alert')).toContainText('Try again in a moment; if it stays so');
  await keep(page, 'orders-failed');
  await page.unroute(ORDERS);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('table', { name: 'Orders' })).toBeVisible();
});

test('a lost server shows itself and comes back alone', async ({ signedIn: page }) => {
  await page.goto(`${consoleUrl}/orders`);
  await expect(page.getByRole('table')).toBeVisible();
  await page.route('**/{api,readyz}**', (route) => route.abort());
  await page.route('**/api/**', (route) => route.abort());
  await expect(page.getByText('does not answer')).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole('table')).toBeVisible();
  await page.unrouteAll();
  await expect(page.getByText('does not answer')).toHaveCount(0, { timeout: 15_000 });
});

test('text from orders shows as text', async ({ signedIn: page }) => {
  const evil = '<script>alert(1)</script><img src=x onerror=alert(1)> مرحبا 🧨';
  const { items } = await machine<{ items: { id: string }[] }>('/orders');
  await page.route(`**/api/v1/orders/${items[0]?.id}`, async (route) => {
    const order = await (await route.fetch()).json();
    order.document.note = evil + 'x'.repeat(5_000);
    order.document.tags = [evil];
    order.number = evil.slice(0, 40);
    order.lines[0].title = evil;
    await route.fulfill({ json: order });
  });
  await page.goto(`${consoleUrl}/orders/${items[0]?.id}`);
  await expect(page.locator('.long')).toContainText('<script>alert(1)</script>');
  await expect(page.locator('main img')).toHaveCount(0);
  const over = await page.evaluate(() => document.body.scrollWidth - innerWidth);
  expect(over).toBeLessThanOrEqual(0);
  await keep(page, 'order-evil');
});

test('chosen orders become shipments, with progress', async ({ signedIn: page }) => {
  await page.goto(`${consoleUrl}/orders?status=placed`);
  await page
    .getByRole('checkbox', { name: /^Choose #/ })
    .first()
    .check();
  await page
    .getByRole('checkbox', { name: /^Choose #/ })
    .nth(1)
    .check();
  await expect(page.getByText('2 orders chosen')).toBeVisible();
  await keep(page, 'orders-bulk');
  const made: string[] = [];
  page.on('request', (r) => {
    if (r.method() === 'POST') made.push(r.url());
  });
  const make = page.getByRole('button', { name: 'Make shipments' });
  const dialog = page.locator('wa-dialog[open]');
  await make.click();
  await expect(dialog).toContainText('2 orders become a shipment each');
  await keep(page, 'orders-bulk-asked');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText('2 orders chosen')).toBeVisible();
  expect(made).toEqual([]);
  await make.click();
  await dialog.getByRole('button', { name: 'Make shipments' }).click();
  await expect(page.getByText('2 of 2 done')).toBeVisible();
  await expect(dialog).toHaveCount(1);
  await keep(page, 'orders-bulk-done');
  await page.getByRole('button', { name: 'Close', exact: true }).last().click();
  await expect(page.getByText('orders chosen')).toHaveCount(0);
  expect(made).toHaveLength(2);

  await page
    .getByRole('checkbox', { name: /^Choose #/ })
    .nth(2)
    .check();
  await make.click();
  await expect(dialog).toContainText('1 order becomes a shipment');
  await dialog.getByRole('button', { name: 'Make shipments' }).click();
  await page.getByRole('link', { name: 'To the shipments' }).click();
  await expect(page).toHaveURL(/\/shipments$/);
});

test('Ctrl-K answers where an order is', async ({ signedIn: page }) => {
  await page.goto(consoleUrl);
  await expect(page.locator('h1')).toBeVisible();
  const field = page.getByRole('searchbox', { name: 'Any number' });
  await page.keyboard.press('Control+k');
  await expect(field).toBeFocused();
  await page.keyboard.type('#1002');
  await expect(page.locator('.found').first()).toContainText('#1002');
  await keep(page, 'find');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/orders\/\d+/);
  await page.keyboard.press('Control+k');
  await expect(field).toBeFocused();
  await page.keyboard.type('#99999');
  await expect(page.getByText('is not in the Cloud App')).toBeVisible();
  // Then the stores themselves are asked.
  const says = page.locator('.found').filter({ hasText: 'Tea and More' });
  await expect(says.getByText('Not there')).toBeVisible();
  await keep(page, 'find-nowhere');
});

test('an order the store holds back is explained, with the buttons that settle it', async ({
  signedIn: page,
}) => {
  test.setTimeout(120_000);
  const stores = await machine<{ items: { id: string; label: string }[] }>('/connectors');
  const casa = stores.items.find((c) => c.label === 'Casa Verde');
  await machine(`/connectors/${casa?.id}`, 'PATCH', { automatic: false });
  const [held] = await (
    await fetch(`${world.sim}/control/shops/casa-verde.myshopify.com/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"count":1}',
    })
  ).json();
  try {
    const says = page.locator('.found').filter({ hasText: 'Casa Verde' });
    // The app hears of the order a moment later: until then it is asked again.
    await expect(async () => {
      await page.goto(consoleUrl);
      await expect(page.locator('h1')).toBeVisible();
      await page.keyboard.press('Control+k');
      await expect(page.getByRole('searchbox', { name: 'Any number' })).toBeFocused();
      await page.keyboard.type(held.name);
      await page.getByRole('button', { name: 'Ask the stores' }).click({ timeout: 10_000 });
      await expect(says).toContainText('automatic processes are off', { timeout: 10_000 });
    }).toPass({ timeout: 90_000 });
    await keep(page, 'find-automatic-off');
    await expect(says.getByRole('link', { name: 'To the switch' })).toHaveAttribute(
      'href',
      `/connectors/${casa?.id}`,
    );
    await says.getByRole('button', { name: 'Have the store send it' }).click();
    // It comes though the switch is off, and the answer follows it.
    const answer = says.filter({ hasText: 'It is in the Cloud App.' });
    await expect(answer.getByRole('link', { name: 'Open the order' })).toBeVisible({
      timeout: 30_000,
    });
    await keep(page, 'find-sent');
  } finally {
    await machine(`/connectors/${casa?.id}`, 'PATCH', { automatic: true });
  }
});

test('one timeline tells what both programs saw', async ({ signedIn: page }) => {
  const { items } = await machine<{ items: { order: { id: string } }[] }>('/shipments');
  await page.goto(`${consoleUrl}/orders/${items[0]?.order.id}`);
  const story = page.locator('.timeline');
  await expect(story.getByText('Shopify app').first()).toBeVisible();
  await expect(story.getByText('Cloud App', { exact: true }).first()).toBeVisible();
  await expect(story.getByText('Imported', { exact: true })).toBeVisible();
});
