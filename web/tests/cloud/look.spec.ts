// What a newcomer stumbled over: where things stand, and that no page shows a key of
// ours, or English to who reads Italian.
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

test('on a telephone a line has two rows for what happened', async ({ signedIn: page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${consoleUrl}/log`);
  await expect(page.locator('.log-line').nth(3)).toBeVisible();
  const cut = await page.locator('.log-line .reason').evaluateAll((all) =>
    all
      .filter((e) => e.textContent && e.textContent.length < 75)
      .filter((e) => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1)
      .map((e) => e.textContent),
  );
  expect(cut).toEqual([]);
  await keep(page, 'log-room-390');
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
