// Every page of the console, as it is with real data: no fault of axe in either
// theme, no sideways scrolling on a telephone, a picture of each to look at.
import { checkAxe, consoleUrl, dress, expect, keep, machine, signIn, test } from '../kit.ts';

interface Items {
  items: { id: string; uuid: string; linked: boolean; order: { id: string } }[];
}

async function paths(): Promise<Record<string, string>> {
  const [connectors, shipments, jobs] = await Promise.all([
    machine<Items>('/connectors'),
    machine<Items>('/shipments'),
    machine<Items>('/jobs'),
  ]);
  const linked = connectors.items.find((c) => c.linked);
  return {
    home: '/',
    orders: '/orders',
    order: `/orders/${shipments.items[0]?.order.id}`,
    shipments: '/shipments',
    shipment: `/shipments/${shipments.items[0]?.id}`,
    import: '/shipments/import',
    connectors: '/connectors',
    'add-connector': '/connectors/add',
    'connector-label': '/connectors/add?technology=shopify',
    connector: `/connectors/${linked?.id}`,
    channels: '/channels',
    couriers: '/couriers',
    log: '/log',
    dead: '/log/dead',
    job: `/log/jobs/${jobs.items[0]?.uuid}`,
    users: '/users',
    tokens: '/tokens',
    audit: '/audit',
    profile: '/profile',
    nowhere: '/nowhere',
  };
}

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

test('sign-in refuses in words, then lets in', async ({ page }) => {
  await dress(page);
  await page.goto(consoleUrl);
  await checkAxe(page, 'sign-in');
  await page.getByLabel('E-mail').fill('nobody@logivery.example');
  await page.getByRole('textbox', { name: 'Password' }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('Check both and try again');
});
