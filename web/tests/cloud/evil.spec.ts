// Whatever a store's, a buyer's or a courier's text holds, it is text on every page: all
// that the program answers holds what would run if it were taken for anything else.
import type { Page } from '@playwright/test';
import { EVIL, MARK, poison, poisoned, taken, watch } from '../evil.ts';
import { test as base, consoleUrl, expect, machine } from '../kit.ts';
import { paths } from './paths.ts';

interface Line {
  id: string;
}

interface Linked {
  id: string;
  linked: boolean;
}

/** Pages that show nothing of what others wrote. */
const OURS_ALONE = ['import', 'add-connector', 'connector-label', 'nowhere'];

/** A page that looks out for what runs; at its end nothing has. */
const test = base.extend<{ watched: Page }>({
  watched: async ({ signedIn: page }, use) => {
    const errors: string[] = [];
    page.on('pageerror', (e) => errors.push(e.message));
    page.on('dialog', (d) => {
      errors.push(d.message());
      void d.dismiss();
    });
    await watch(page);
    await use(page);
    expect(await taken(page)).toEqual([]);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    expect(errors).toEqual([]);
  },
});

test('text is text on every page', async ({ watched: page }) => {
  const where = await paths();
  await page.route('**/api/v1/**', poison);
  const without: string[] = [];
  for (const [name, path] of Object.entries(where)) {
    await page.goto(consoleUrl + path);
    await expect(page.locator('h1').first(), name).toBeVisible();
    await expect(page.locator('.loading')).toHaveCount(0);
    await page.locator('main details, main wa-details').evaluateAll((all) => {
      for (const e of all) e.setAttribute('open', '');
    });
    expect(await taken(page), name).toEqual([]);
    if (!(await page.locator('main').textContent())?.includes(MARK)) without.push(name);
  }
  expect(without).toEqual(OURS_ALONE);
});

test('text is text in a line that comes while the log is open', async ({ watched: page }) => {
  const { items } = await machine<{ items: Line[] }>('/log?limit=1');
  const line = { ...poisoned(items[0]), id: '9000000000000000000', step: EVIL, job: EVIL };
  const words = { order: EVIL, reason: EVIL, next: EVIL, time: new Date().toISOString() };
  let send = () => {};
  const isOpen = new Promise<void>((opened) => {
    send = opened;
  });
  await page.route(
    '**/api/v1/log/stream*',
    async (route) => {
      await isOpen;
      const body = `event: log\ndata: ${JSON.stringify({ ...line, ...words })}\n\n`;
      await route.fulfill({ contentType: 'text/event-stream', body });
    },
    { times: 1 },
  );
  await page.goto(`${consoleUrl}/log`);
  await expect(page.locator('.log-line').first()).toBeVisible();
  await expect(page.getByText(MARK)).toHaveCount(0);
  send();
  const last = page.locator('.log-line').last();
  for (const part of ['.order', '.step', '.reason'])
    await expect(last.locator(part), part).toHaveText(EVIL);
  await last.click();
  const details = page.getByRole('region', { name: 'The line' });
  for (const part of ['strong >> nth=0', 'p >> nth=0', 'a >> nth=0', 'a >> nth=1'])
    await expect(details.locator(part), part).toHaveText(EVIL);
  await expect(details).toContainText(`What to do: ${EVIL}`);
});

test('text is text in what is found, and in what a store says', async ({ watched: page }) => {
  const found = page.locator('wa-dialog[open] .found');
  const { items } = await machine<{ items: Linked[] }>('/connectors');
  const linked = items.find((one) => one.linked);
  await page.route('**/api/v1/**', poison);
  await page.route(/\/api\/v1\/find\?/, async (route) => {
    const answer = await route.fetch();
    const { answers } = poisoned(await answer.json());
    // A code that the console has no words for: the program's are shown.
    const all = answers.map((one: object) => ({ ...one, code: EVIL, where: EVIL }));
    const elsewhere = { order: null, external_id: '1', action: 'send', connector: linked?.id };
    const more = all.slice(0, 1).map((one: object) => ({ ...one, ...elsewhere }));
    await route.fulfill({ response: answer, json: { answers: [...all, ...more] } });
  });
  const store = { found: true, order: null, number: EVIL, code: EVIL, reason: EVIL, next: EVIL };
  await page.route('**/api/v1/connectors/*/lookup', (route) =>
    route.fulfill({ json: { ...store, external_id: '1', action: 'send', can_send: true } }),
  );
  await page.route('**/api/v1/connectors/*/send', (route) =>
    route.fulfill({ json: { results: [{ state: 'error', code: EVIL, reason: EVIL }] } }),
  );
  await page.goto(`${consoleUrl}/users`);
  await expect(page.locator('main table')).toBeVisible();
  await page.keyboard.press('Control+k');
  const field = page.locator('wa-dialog[open]').getByRole('searchbox');
  await field.fill('#1001');
  await expect(found.first().locator('strong')).toHaveText(EVIL);
  await expect(found.first().locator('[dir=auto]').first()).toHaveText(EVIL);
  await expect(found.first().locator('.quiet', { hasText: MARK })).not.toHaveCount(0);
  await found.last().getByRole('button', { name: 'Have the store send it' }).click();
  await expect(found.last().locator('.note p')).toHaveText(EVIL);

  // What was typed is shown again, and the stores are asked.
  await field.fill(EVIL);
  await expect(page.locator('wa-dialog[open] p > strong')).toContainText(EVIL);
  for (const part of ['strong', '.badge', '[dir=auto]', '.quiet'])
    await expect(found.first().locator(part).first(), part).toHaveText(EVIL);
});

test('text is text in a file that is looked at, and in its faults', async ({ watched: page }) => {
  const cell = `"${EVIL.replaceAll('"', '""')}"`;
  const choose = (text: string) =>
    page
      .getByLabel(/CSV file/)
      .setInputFiles({ name: 'evil.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  await page.goto(`${consoleUrl}/shipments/import`);
  await choose(`order number;courier;tracking;${cell}\n${`${cell};`.repeat(3)}${cell}\n`);
  await expect(page.getByRole('columnheader').last()).toHaveText(EVIL);
  await expect(page.getByRole('cell')).toHaveText([EVIL, EVIL, EVIL, EVIL]);
  expect(await taken(page)).toEqual([]);
  const send = page.getByRole('button', { name: 'Import 1 line' });
  await send.click();
  await expect(page.getByRole('alert')).toContainText(`a column that is not known: '">${MARK}`);
  await choose(`order number;courier;tracking\n${cell};brt;1\n`);
  await send.click();
  const faults = page.getByRole('table', { name: 'Lines that were refused' });
  await expect(faults).toContainText(`there is no order '">${MARK}`);
});
