// As cloud/evil.spec.ts, on the app's own pages in the admin.
import { MARK, poison, taken, watch } from '../evil.ts';
import { expect, test, world } from '../kit.ts';
import { makeLinkedStore, openApp } from './kit.ts';

test("text is text on the app's pages", async ({ page }) => {
  const { shop } = await makeLinkedStore();
  const shown: string[] = [];
  await watch(page);
  await page.route(`${world.app}/api/**`, poison);
  for (const path of ['/', '/settings', '/logs']) {
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
