// As cloud/evil.spec.ts, on the app's own pages in the admin.
import type { Locator, Page } from '@playwright/test';
import { PATHS } from '../../shopify/src/paths.ts';
import { EVIL, MARK, poison, taken, watch } from '../evil.ts';
import { expect, test, world } from '../kit.ts';
import { control, makeLinkedStore, openApp } from './kit.ts';

test("text is text on the app's pages", async ({ page }) => {
  const { shop } = await makeLinkedStore();
  const shown: string[] = [];
  await watch(page);
  await page.route(`${world.app}/api/**`, poison);
  for (const path of PATHS) {
    const app = await openApp(page, shop, path);
    await expect(app.locator('s-page')).toBeVisible();
    await expect(app.locator('s-spinner')).toHaveCount(0);
    const frame = page.frames().find((f) => f.url().startsWith(world.app ?? '-'));
    if (!frame) throw new Error('the app is in no frame');
    expect(await taken(frame), path).toEqual([]);
    expect(await taken(page), path).toEqual([]);
    if ((await frame.locator('body').textContent())?.includes(MARK)) shown.push(path);
  }
  expect(shown).toContain('/logs');
});

/** Opens an action of the admin, as far as what the extension draws. */
async function openAction(page: Page, name: string): Promise<Locator> {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('button', { name, exact: true }).click();
  return page.getByRole('dialog', { name });
}

test("text is text in the extensions' dialogs", async ({ page }) => {
  const { shop } = await makeLinkedStore();
  await control(`/shops/${shop}/orders`, { shape: 'plain' });
  const [order] = await control<{ id: string; legacy_id: string }[]>(`/shops/${shop}/orders`);
  const id = order?.id ?? '';
  await watch(page);
  await page.route('**/control/shops/*/query', (route) => {
    const { query } = route.request().postDataJSON();
    const data = query.includes('Tags')
      ? { order: { tags: ['logivery-syncing'] } }
      : { nodes: [{ id, name: EVIL }] };
    return route.fulfill({ json: { data } });
  });
  let isRefused = false;
  await page.route('**/api/actions/*', (route) => {
    const headers = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
    if (isRefused)
      return route.fulfill({
        status: 409,
        headers,
        json: { title: EVIL, detail: EVIL, next: EVIL, code: EVIL },
      });
    const orders = [{ id, state: 'error', code: EVIL, reason: EVIL, job: EVIL }];
    return route.fulfill({ headers, json: { orders } });
  });
  await page.goto(`${world.sim}/admin/${shop}/orders/${order?.legacy_id}`);
  for (const [name, button] of [
    ['Send Orders to Logivery', 'Send'],
    ['Update Sync Status', 'Ask again'],
  ] as const)
    for (isRefused of [false, true]) {
      const dialog = await openAction(page, name);
      if (isRefused || button === 'Send')
        await dialog.getByRole('button', { name: button, exact: true }).click();
      // The order's name and its reason; the refusal and what to do next.
      const texts = dialog.locator('s-text').filter({ hasText: MARK });
      await expect(texts).toHaveText([EVIL, EVIL]);
      expect(await taken(page), name).toEqual([]);
      await dialog.getByRole('button', { name: /^(Close|Cancel)$/ }).click();
      await expect(dialog).toHaveCount(0);
    }
});
