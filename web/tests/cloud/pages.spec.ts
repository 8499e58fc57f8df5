// Every page of the console, as it is with real data: no fault of axe in either
// theme, no sideways scrolling on a telephone, a picture of each to look at.
import { checkAxe, consoleUrl, dress, expect, keep, signIn, test, world } from '../kit.ts';
import { paths } from './paths.ts';

for (const theme of ['light', 'dark'] as const) {
  test(`every page, ${theme}`, async ({ signedIn: page }) => {
    test.setTimeout(240_000);
    await signIn(page, { theme, language: theme === 'dark' ? 'it' : 'en' });
    for (const [name, path] of Object.entries(await paths())) {
      await page.goto(consoleUrl + path);
      await expect(page.locator('h1')).toBeVisible();
      await expect(page.locator('.loading')).toHaveCount(0);
      await keep(page, `${name}-${theme}`);
      await checkAxe(page, `${name}-${theme}`);
    }
  });
}

test('every page on a telephone', async ({ signedIn: page }) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 390, height: 844 });
  for (const [name, path] of Object.entries(await paths())) {
    await page.goto(consoleUrl + path);
    await expect(page.locator('h1')).toBeVisible();
    await expect(page.locator('.loading')).toHaveCount(0);
    await keep(page, `${name}-390`);
    const wide = await page.evaluate(() =>
      document.documentElement.scrollWidth > document.documentElement.clientWidth
        ? [...document.querySelectorAll('main *')]
            .filter((e) => e.getBoundingClientRect().right > innerWidth)
            .map((e) => `${e.tagName}.${e.className}`)
        : [],
    );
    expect(wide, name).toEqual([]);
  }
});

test('a session that ended is told at the door, a first visit or a sign-out not', async ({
  page,
}) => {
  const over = page.getByText('Your session is over');
  await dress(page);
  await page.goto(consoleUrl);
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await expect(over).toHaveCount(0);
  await signIn(page);
  await page.goto(`${consoleUrl}/orders`);
  await expect(page.getByRole('table')).toBeVisible();
  await page.context().clearCookies();
  await expect(over).toBeVisible({ timeout: 30_000 });
  await keep(page, 'sign-in-over');
  await checkAxe(page, 'sign-in-over');
  await page.getByLabel('E-mail').fill(world.user ?? '');
  await page.getByRole('textbox', { name: 'Password' }).fill(world.password ?? '');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/orders$/);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await expect(over).toHaveCount(0);
});

test('sign-in refuses in words, then lets in', async ({ page }) => {
  await dress(page);
  await page.goto(consoleUrl);
  await checkAxe(page, 'sign-in');
  await page.getByLabel('E-mail').fill('nobody@logivery.example');
  await page.getByRole('textbox', { name: 'Password' }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('Check both and try again');
});
