// What settles things before or after they go wrong: the rule that gives orders
// their date, and the dead letters that are queued again.
import { choose, consoleUrl, expect, keep, machine, signIn, test } from '../kit.ts';

test('a rule gives orders their date, until it is removed', async ({ signedIn: page }) => {
  const made = await machine<{ id: string }>('/connectors', 'POST', {
    technology: 'shopify',
    label: `Rule ${Date.now()}`,
  });
  const rule = async () =>
    (await machine<{ shipping_rule: unknown }>(`/connectors/${made.id}`)).shipping_rule;
  await page.goto(`${consoleUrl}/connectors/${made.id}`);
  await expect(page.getByText('No rule: orders come without a date')).toBeVisible();
  await page.getByRole('button', { name: 'Set a rule' }).click();
  await page.getByLabel('Open days to add').fill('2');
  await page.getByLabel('Cut-off time').fill('11:30');
  await page.getByLabel('More closed days').fill('2026-12-24, sometime');
  await keep(page, 'rule-edit');
  await page.getByRole('button', { name: 'Save the rule' }).click();
  await expect(page.getByText('sometime is not a date')).toBeVisible();
  await keep(page, 'rule-refused');
  expect(await rule()).toBeNull();

  await page.getByLabel('More closed days').fill('2026-12-24, 2026-12-31');
  await page.getByRole('switch', { name: 'Saturdays are open' }).press('Space');
  await page.getByRole('button', { name: 'Save the rule' }).click();
  await expect(page.getByText('2 open days')).toBeVisible();
  await expect(page.getByText('11:30, Europe/Rome')).toBeVisible();
  await keep(page, 'rule');
  expect(await rule()).toMatchObject({
    days: 2,
    cut_off: '11:30',
    zone: 'Europe/Rome',
    saturday: true,
    holidays: 'it',
    closed: ['2026-12-24', '2026-12-31'],
  });

  await page.getByRole('button', { name: 'Remove the rule' }).click();
  await expect(page.getByRole('button', { name: 'Set a rule' })).toBeVisible();
  expect(await rule()).toBeNull();
});

test('dead letters of one kind are queued again together', async ({ signedIn: page }) => {
  const asked: URLSearchParams[] = [];
  const dead = {
    uuid: '01982f6e-7c1a-7b52-9d0e-3f5a6b7c8d91',
    kind: 'ship',
    state: 'dead',
    attempts: 5,
    created_at: '2026-11-20T09:14:12Z',
    finished_at: '2026-11-20T09:30:00Z',
    next_at: null,
    code: 'store_refused',
    reason: 'The store refused the shipment.',
    next: null,
    connector: null,
    order: null,
  };
  let items = [dead];
  await page.route(/\/api\/v1\/jobs\?/, (route) => {
    const { searchParams } = new URL(route.request().url());
    asked.push(searchParams);
    const kind = searchParams.get('kind');
    return route.fulfill({
      json: { items: items.filter((j) => !kind || j.kind === kind), next_cursor: null },
    });
  });
  await page.route('**/api/v1/jobs/redrive', async (route) => {
    expect(route.request().postDataJSON()).toEqual({ kind: 'ship' });
    items = [];
    await route.fulfill({ status: 202, json: { queued: 1 } });
  });
  await page.goto(`${consoleUrl}/log/dead`);
  await page.getByRole('checkbox', { name: /^Choose Shipment to the store/ }).check();
  await choose(page, 'Kind of job', 'Sync');
  await expect(page.getByText('No dead letter matches these filters')).toBeVisible();
  await choose(page, 'Kind of job', 'Shipment to the store');
  await expect(page).toHaveURL(/kind=ship/);
  expect(asked.at(-1)?.get('state')).toBe('dead');
  // What was chosen among others is chosen no more.
  await expect(page.getByRole('button', { name: 'Redrive 0 chosen' })).toBeDisabled();
  await keep(page, 'dead-letters');
  await page.getByRole('button', { name: 'Redrive all' }).click();
  const dialog = page.locator('wa-dialog[open]');
  await expect(dialog).toContainText('Every dead letter that these filters show');
  await dialog.getByRole('button', { name: 'Redrive all' }).click();
  await expect(page.getByText('No dead letter matches these filters')).toBeVisible();
});

test('a dead letter says which order it is about', async ({ signedIn: page }) => {
  interface Item {
    uuid: string;
    kind: string;
    order: string | null;
  }
  const { items } = await machine<{ items: Item[] }>('/jobs?limit=100');
  const imported = items.find((j) => j.kind === 'import' && j.order);
  const numberOf = async (j: Item | undefined) => {
    const log = await machine<{ items: { order: string | null }[] }>(`/log?job=${j?.uuid}`);
    return log.items.find((line) => line.order)?.order;
  };
  const first = (await numberOf(imported)) ?? 'none';
  // One that has told of its order; some found nothing to do.
  let shipped: Item | undefined;
  let second: string | null | undefined;
  for (const job of items.filter((j) => j.kind === 'ship')) {
    shipped = job;
    second = await numberOf(job);
    if (second) break;
  }
  // Their log is gone, or even the order is; and one that is about none.
  const without = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;
  const dead = [
    imported,
    shipped,
    { ...imported, uuid: without(1) },
    { ...imported, uuid: without(2), order: '999999' },
    { ...shipped, uuid: without(3) },
    { ...shipped, uuid: without(4), kind: 'export_shipped' },
  ].map((j) => ({ ...j, state: 'dead', reason: 'The store refused the shipment.' }));
  await page.route(/\/api\/v1\/jobs\?/, (route) =>
    route.fulfill({ json: { items: dead, next_cursor: null } }),
  );
  for (const language of ['en', 'it'] as const) {
    await signIn(page, { language });
    await page.goto(`${consoleUrl}/log/dead`);
    const cells = page.locator('main tbody td:nth-of-type(4)');
    const order = language === 'it' ? 'Ordine 999999' : 'Order 999999';
    await expect(cells).toHaveText([first, second ?? 'none', first, order, '–', '–']);
    await expect(cells.first().getByRole('link')).toHaveAttribute(
      'href',
      `/orders/${imported?.order}`,
    );
    await keep(page, `dead-letters-orders-${language}`);
  }
  await page.goto(`${consoleUrl}/log/jobs/${imported?.uuid}`);
  await expect(page.getByRole('link', { name: first, exact: true }).first()).toBeVisible();
});
