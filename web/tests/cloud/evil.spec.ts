// Whatever a store's, a buyer's or a courier's text holds, it is text on every page: all
// that the program answers holds what would run if it were taken for anything else.
import { MARK, poison, taken, watch } from '../evil.ts';
import { consoleUrl, expect, test } from '../kit.ts';
import { paths } from './paths.ts';

test('text is text on every page', async ({ signedIn: page }) => {
  const errors: string[] = [];
  page.on('pageerror', (e) => errors.push(e.message));
  page.on('dialog', (d) => {
    errors.push(d.message());
    void d.dismiss();
  });
  await watch(page);
  const where = await paths();
  await page.route('**/api/v1/**', poison);
  const shown: string[] = [];
  for (const [name, path] of Object.entries(where)) {
    await page.goto(consoleUrl + path);
    await expect(page.locator('h1').first(), name).toBeVisible();
    await expect(page.locator('.loading')).toHaveCount(0);
    await page.locator('main details, main wa-details').evaluateAll((all) => {
      for (const e of all) e.setAttribute('open', '');
    });
    expect(await taken(page), name).toEqual([]);
    if ((await page.locator('main').textContent())?.includes(MARK)) shown.push(name);
  }
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  expect(errors).toEqual([]);
  expect(shown).toEqual(
    expect.arrayContaining(['orders', 'order', 'shipment', 'connector', 'log', 'job', 'couriers']),
  );
});
