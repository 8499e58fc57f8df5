// The app where its credentials are not this app's, and the stand-in admin by hand.
import { expect, keep, test, world } from '../kit.ts';
import { makeStore, openApp } from './kit.ts';

for (const [language, title] of [
  ['en', 'Logivery cannot verify who is calling'],
  ['it', 'Logivery non può verificare chi chiama'],
] as const) {
  test(`a client secret that is another app's is said, ${language}`, async ({ page }) => {
    const { shop } = await makeStore();
    // Signed with another secret than the program has.
    await page.route('**/id-token', async (route) => {
      const answer = await route.fetch();
      const { id_token } = await answer.json();
      const [head, body, signature] = id_token.split('.');
      const other = [...signature].reverse().join('');
      await route.fulfill({ json: { id_token: [head, body, other].join('.') } });
    });
    const loaded: string[] = [];
    page.on('request', (request) => {
      if (request.isNavigationRequest() && request.url().startsWith(world.app ?? ''))
        loaded.push(new URL(request.url()).pathname);
    });
    const app = await openApp(page, shop, '/', language);
    await expect(app.getByRole('heading', { name: title })).toBeVisible();
    await expect(app.getByText('--client-secret-file')).toBeVisible();
    // Twice a fresh token, and no third time.
    const { length } = loaded;
    expect(length).toBeLessThanOrEqual(5);
    await keep(page, `app-other-secret-${language}`);
    expect(loaded).toHaveLength(length);
  });
}

test('the stand-in admin says what a store may be called', async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem('language', 'it'));
  await page.goto(`${world.sim}/admin`);
  await expect(page).toHaveTitle('Finto pannello Shopify');
  const field = page.getByRole('textbox');
  await field.fill('Bad Name');
  await page.getByRole('button', { name: 'Crea un negozio' }).click();
  const said = 'Lettere minuscole, cifre e trattini, come in tea-and-more.';
  expect(await field.evaluate((e: HTMLInputElement) => e.validationMessage)).toBe(said);
  await field.fill('good-name');
  expect(await field.evaluate((e: HTMLInputElement) => e.validity.valid)).toBe(true);
  await keep(page, 'sim-store-name-it');
});

for (const [language, action, words] of [
  ['en', 'Make a store', 'There is a store tea-and-more already'],
  ['it', 'Crea un negozio', 'Esiste già un negozio tea-and-more'],
] as const)
  test(`the stand-in admin refuses a name in use in words, ${language}`, async ({ page }) => {
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    await page.addInitScript((to) => localStorage.setItem('language', to), language);
    await page.goto(`${world.sim}/admin`);
    await page.getByRole('textbox').fill('tea-and-more');
    await page.getByRole('button', { name: action }).click();
    await expect(page.getByRole('alert')).toContainText(words);
    // In use since this page was read, or refused for another reason.
    await page.route('**/control/shops', (route) =>
      route.fulfill({ status: 400, json: { error: 'it is there already' } }),
    );
    await page.getByRole('textbox').fill('another-name');
    await page.getByRole('button', { name: action }).click();
    await expect(page.getByRole('alert')).toHaveText('it is there already');
    expect(faults).toEqual([]);
    await keep(page, `sim-store-taken-${language}`);
  });

test('the stand-in admin that knows no app says how it learns of one', async ({ page }) => {
  const { shop } = await makeStore();
  await page.route('**/control/app', (route) => route.fulfill({ json: { url: null } }));
  await page.goto(`${world.sim}/admin/${shop}/apps/logivery`);
  await expect(page.getByRole('alert')).toContainText('does not know where the app is');
  await expect(page.getByText(`curl -X POST ${world.sim}/control/app`)).toBeVisible();
  await keep(page, 'sim-no-app');
});

test('a page that is told to go elsewhere stays where it is, whatever App Bridge would do', async ({
  page,
}) => {
  const { shop } = await makeStore();
  const left: string[] = [];
  await page.route('https://evil.example/**', (route) => {
    left.push(route.request().url());
    return route.fulfill({ body: 'elsewhere' });
  });
  // One that goes wherever the address says.
  const body =
    "const to = new URLSearchParams(location.search).get('shopify-reload'); if (to) location.replace(to);";
  await page.route('**/app-bridge.js', (route) =>
    route.fulfill({ contentType: 'text/javascript', body }),
  );
  const bounce = (to: string) =>
    `${world.app}/auth/session-token?shop=${shop}&shopify-reload=${encodeURIComponent(to)}`;
  await page.goto(bounce(`${world.app}/livez`));
  await expect(page).toHaveURL(`${world.app}/livez`);
  for (const to of ['https://evil.example/', '//evil.example', `${world.app}.evil.example/`]) {
    await page.goto(bounce(to));
    await expect(
      page.getByRole('heading', { name: 'This link leads out of Logivery' }),
    ).toBeVisible();
    expect(new URL(page.url()).origin).toBe(world.app);
  }
  expect(left).toEqual([]);
});
