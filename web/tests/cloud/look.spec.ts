// What a newcomer stumbled over: where things stand, and that no page shows a key of
// ours, or English to who reads Italian.
import type { Page } from '@playwright/test';
import { consoleUrl, expect, keep, machine, signIn, test } from '../kit.ts';

test.use({ viewport: { width: 1280, height: 900 } });

test('a line of the log has room, and opens in sight', async ({ signedIn: page }) => {
  await machine('/connectors', 'POST', { technology: 'shopify', label: `Room ${Date.now()}` });
  for (const language of ['en', 'it'] as const) {
    await signIn(page, { language });
    // What happens meanwhile would be the last line.
    await page.route('**/log/stream**', () => {});
    await page.goto(`${consoleUrl}/log`);
    // The language came with the session, after the first drawing.
    const filters = page.getByRole('search').getByRole('combobox');
    await expect(filters).toHaveCount(2);
    for (const filter of await filters.all())
      await expect(filter).toHaveValue(language === 'it' ? 'Tutti' : 'Any');
    const line = page.locator('.log-line').last();
    const reason = await line.locator('.reason').boundingBox();
    expect(reason?.width).toBeGreaterThan(420);
    await line.click();
    const details = page.locator('.log-details');
    await expect(details).toBeInViewport({ ratio: 0.9 });
    await expect(line).toBeInViewport({ ratio: 0.9 });
    const [above, below] = await Promise.all([line.boundingBox(), details.boundingBox()]);
    expect((above?.y ?? 0) + (above?.height ?? 0)).toBeLessThan(below?.y ?? 0);
    // Its step is told in words.
    await expect(details).not.toContainText(/\b[a-z]+\.[a-z_]+\b/);
    await keep(page, `log-room-${language}`);
  }
});

/** Times, steps and messages of which not all is to be seen. */
const cutIn = (page: Page) =>
  page
    .locator('.log-line :is(time, .step, .reason)')
    .evaluateAll((all) =>
      all
        .filter((e) => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1)
        .map((e) => e.textContent),
    );

/** Scrolls the log by so much until there is no more; what is wrong on the way, and how many
    lines were seen whole. */
const walk = (page: Page, by: number) =>
  page.getByRole('log').evaluate(async (box, step) => {
    const drawn = () =>
      new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const read = () =>
      [...box.querySelectorAll('.log-line')].map((row) => {
        const { top, bottom, height } = row.getBoundingClientRect();
        const columns = [...row.children].map((c) => Math.round(c.getBoundingClientRect().left));
        return { text: row.textContent, top, bottom, height, columns: columns.join() };
      });
    const edge = box.getBoundingClientRect();
    const wrong = new Set<string>();
    const seen = new Set<string>();
    type Row = ReturnType<typeof read>[number];
    const isApart = (r: Row, i: number, all: Row[]) =>
      i > 0 && Math.abs(r.top - (all[i - 1] as Row).bottom) > 0.6;
    const isCut = (e: Element) =>
      e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1;
    const look = (rows: Row[]) => {
      const [first, last] = [rows[0] as Row, rows.at(-1) as Row];
      const cells = [...box.querySelectorAll('.log-line :is(time, .step, .reason)')];
      const faults = {
        'columns are not aligned': new Set(rows.map((r) => r.columns)).size !== 1,
        'a line is too low': rows.some((r) => r.height < 34),
        'lines overlap or leave a gap': rows.some(isApart),
        'the box is not full': first.top > edge.top + 1.5 || last.bottom < edge.bottom - 1.5,
      };
      for (const [fault, isSo] of Object.entries(faults)) if (isSo) wrong.add(fault);
      for (const cell of cells.filter(isCut)) wrong.add(`cut: ${cell.textContent}`);
      for (const r of rows.filter((r) => r.bottom > edge.top && r.top < edge.bottom))
        seen.add(r.text);
    };
    const isEnd = () =>
      step < 0 ? box.scrollTop <= 0 : box.scrollTop + box.clientHeight >= box.scrollHeight - 1;
    for (let i = 0; i < 300; i++) {
      const before = read();
      look(before);
      if (isEnd()) break;
      box.scrollTop += step;
      await drawn();
      // Whatever is measured above: what is in sight moves as far as it was scrolled, and
      // less than a row of the lowest from the end on to the end.
      const by = read().flatMap((r) =>
        before.filter((b) => b.text === r.text).map((b) => Math.abs(b.top - r.top)),
      );
      const most = Math.abs(step) + (step > 0 && isEnd() ? 34 : 0) + 1;
      if (Math.min(...by) > most) wrong.add(`lines jumped by ${Math.min(...by)}`);
    }
    return { wrong: [...wrong], seen: seen.size };
  }, by);

test('messages of the log are read whole, and keep their place', async ({ signedIn: page }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  const { items } = await machine<{ items: { reason: string }[] }>('/log?limit=100');
  const long = 'The store refused the shipment, and says why in many words of its own. '.repeat(7);
  const shown = items.map((line, i) => {
    const reason = i % 5 ? line.reason : long.slice(0, 40 + i * 4);
    return { ...line, reason: `${i}: ${reason}` };
  });
  await page.route('**/api/v1/log?**', (route) =>
    route.fulfill({ json: { items: shown, next_cursor: null } }),
  );
  await page.route('**/log/stream**', () => {});
  for (const language of ['en', 'it'] as const) {
    await signIn(page, { language });
    await page.goto(`${consoleUrl}/log`);
    const lines = page.locator('.log-line');
    await expect(lines.last()).toBeInViewport({ ratio: 0.9 });
    await keep(page, `log-whole-${language}`);
    for (const by of [-120, 120])
      expect(await walk(page, by)).toEqual({ wrong: [], seen: shown.length });
    await expect(lines.last()).toBeInViewport({ ratio: 0.9 });
  }
});

test('on a telephone a line has rows enough for what happened', async ({ signedIn: page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${consoleUrl}/log`);
  await expect(page.locator('.log-line').nth(3)).toBeVisible();
  expect(await cutIn(page)).toEqual([]);
  await keep(page, 'log-room-390');
});

/** A line each of a level, at the time of day that takes most room. */
const linesOf = (day: Date) =>
  (['error', 'warn', 'info', 'debug'] as const).map((level, i) => ({
    id: String(100 - i),
    time: new Date(new Date(day).setHours(12, 58, 58, 0)).toISOString(),
    level,
    connector: null,
    job: null,
    order: '#1001',
    program: 'cloud',
    step: 'order.imported',
    reason: 'Told.',
    next: null,
  }));

test.describe('where the time of day has AM and PM', () => {
  test.use({ locale: 'en-US' });
  // Most that a line with few words may be high.
  const cases = [
    { width: 1280, daysAgo: 0, most: 34 },
    { width: 1280, daysAgo: 10, most: 34 },
    { width: 380, daysAgo: 0, most: 34 },
    { width: 380, daysAgo: 10, most: 50 },
  ];
  for (const { width, daysAgo, most } of cases)
    test(`time and level of a line are read, ${width} px, ${daysAgo} days ago`, async ({
      signedIn: page,
    }) => {
      const items = linesOf(new Date(Date.now() - daysAgo * 86_400_000));
      await page.route('**/log/stream**', () => {});
      await page.route('**/api/v1/log?**', (route) =>
        route.fulfill({ json: { items, next_cursor: null } }),
      );
      await page.setViewportSize({ width, height: 800 });
      await page.goto(`${consoleUrl}/log`);
      const lines = page.locator('.log-line');
      await expect(lines).toHaveCount(4);
      await expect(lines.first().locator('time')).toContainText(/12:58:58.PM/);
      expect(await cutIn(page)).toEqual([]);
      await expect(lines.locator('.badge')).toHaveText(['Debug', 'Info', 'Warning', 'Error']);
      for (const badge of await lines.locator('.badge').all()) await expect(badge).toBeVisible();
      const box = await lines.first().boundingBox();
      expect(box?.height).toBeLessThanOrEqual(most);
      await keep(page, `log-time-${width}-${daysAgo}`);
    });
});

test('titles stand at one height, with actions that look alike', async ({ signedIn: page }) => {
  const tops = new Map<string, number | undefined>();
  for (const path of ['/orders', '/shipments', '/couriers', '/log']) {
    await page.goto(consoleUrl + path);
    await expect(page.locator('h1')).toBeVisible();
    await expect(page.locator('.loading')).toHaveCount(0);
    tops.set(path, (await page.locator('h1').boundingBox())?.y);
  }
  expect(new Set(tops.values()).size, JSON.stringify([...tops])).toBe(1);
  await page.goto(`${consoleUrl}/shipments`);
  const buttons = page.locator('.page > header wa-button');
  await expect(buttons).toHaveCount(2);
  const heights = await buttons.evaluateAll((all) =>
    all.map((e) => e.getBoundingClientRect().height),
  );
  expect(heights[0]).toBe(heights[1]);
  const [file] = await Promise.all([page.waitForEvent('download'), buttons.first().click()]);
  expect(file.suggestedFilename()).toMatch(/\.csv$/);
  await keep(page, 'shipments-actions');
});

test('refusals are read in Italian', async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem('language', 'it'));
  await page.goto(consoleUrl);
  await page.getByLabel('E-mail').fill('nobody@logivery.example');
  await page.getByRole('textbox', { name: 'Password' }).fill('not the password');
  await page.getByRole('button', { name: 'Accedi' }).click();
  await expect(page.getByRole('alert')).toHaveText(/E-mail o password/);
  await expect(page.getByRole('alert')).not.toContainText(/right|Check/);
  await keep(page, 'sign-in-refused-it');
  await signIn(page, { language: 'it' });
  await page.goto(`${consoleUrl}/orders/nope`);
  const alert = page.getByRole('main').getByRole('alert');
  await expect(alert).toContainText('Non trovato');
  await expect(alert).not.toContainText(/There|such/);
  await keep(page, 'no-such-order-it');
});
