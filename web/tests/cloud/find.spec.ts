// Ctrl-K: what a store answers there stays to be read, and no key is lost.
import { consoleUrl, expect, keep, machine, signIn, test } from '../kit.ts';

const QUESTION = '#77001';
const CTRL = 2; // as the DevTools protocol has it
const ID = '6832000077001';

interface Store {
  id: string;
  label: string;
  linked: boolean;
}

for (const language of ['en', 'it'] as const) {
  test(`what a store answers to "send" stays to be read, ${language}`, async ({
    signedIn: page,
  }) => {
    const it = language === 'it';
    const { items } = await machine<{ items: Store[] }>('/connectors');
    const store = items.find((c) => c.linked);
    let asked = 0;
    let isSent = false;
    const known = { order: null, external_id: ID, number: QUESTION, reason: 'In the store.' };
    await page.route('**/api/v1/find?**', (route) => {
      const coming = { ...known, connector: store?.id, job: null, code: 'importing', where: '' };
      const answers = isSent ? [{ ...coming, next: null, action: 'none' }] : [];
      return route.fulfill({ json: { answers } });
    });
    await page.route('**/api/v1/connectors/*/lookup', (route) => {
      const isIt = route
        .request()
        .url()
        .includes(store?.id ?? '');
      asked += isIt ? 1 : 0;
      const says = { ...known, next: null, can_send: isIt, others: 0, found: isIt };
      const [code, action] = !isIt
        ? ['not_visible', 'none']
        : isSent
          ? ['sending', 'ask']
          : ['no_tag', 'send'];
      return route.fulfill({ json: { ...says, code, action } });
    });
    const none = { external_id: ID, code: null, job: null };
    let sent: object = { ...none, state: 'error', reason: 'Order #77001 is not sent.' };
    await page.route('**/api/v1/connectors/*/send', (route) =>
      route.fulfill({ json: { results: [sent] } }),
    );

    await signIn(page, { language });
    await page.goto(`${consoleUrl}/users`);
    await expect(page.locator('main table')).toBeVisible();
    await page.keyboard.press('Control+k');
    const dialog = page.locator('wa-dialog[open]');
    const field = dialog.getByRole('searchbox');
    await field.fill(QUESTION);
    const name = page.locator('strong', { hasText: store?.label ?? 'none' });
    const says = dialog.locator('.found').filter({ has: name });
    const send = says.getByRole('button', {
      name: it ? 'Fallo inviare dal negozio' : 'Have the store send it',
    });
    const note = says.locator('.note');

    // It will not: it is asked anew, and its word is still there.
    await send.click();
    await expect.poll(() => asked).toBe(2);
    await expect(send).toBeVisible();
    await expect(note).toContainText(it ? 'Il negozio non lo invia' : 'The store does not send it');
    await expect(note).toContainText(it ? 'non viene inviato' : 'is not sent');
    await keep(page, `find-not-sent-${language}`);

    // It will: then there is no button any more, and not only the store knows of it.
    sent = { ...none, state: 'waiting', reason: null };
    isSent = true;
    await send.click();
    await expect(says).toContainText(
      it ? 'Lo si sta inviando in questo momento.' : 'It is being sent at this moment.',
    );
    await expect(send).toHaveCount(0);
    const comes = it
      ? 'Il negozio lo invia: arriva da solo'
      : 'The store sends it: it comes by itself';
    await expect(dialog.locator('.found').first()).toContainText(
      it ? 'importazione aspetta' : 'its import waits',
    );
    await expect(note).toContainText(comes);
    await keep(page, `find-sent-${language}`);

    // Another one is looked for: what was said of this one goes.
    isSent = false;
    await field.fill('#77002');
    await expect(send).toBeVisible();
    await expect(dialog.locator('.note')).toHaveCount(0);
  });
}

test('once a store says that it is here, nothing else is said of it', async ({
  signedIn: page,
}) => {
  const { items } = await machine<{ items: Store[] }>('/connectors');
  const store = items.find((c) => c.linked);
  const steps = ['no_tag', 'sending', 'held'];
  let step = 0;
  await page.route('**/api/v1/find?**', (route) => {
    const found = {
      order: null,
      external_id: ID,
      number: QUESTION,
      connector: store?.id,
      job: null,
    };
    const answer = { ...found, code: 'waiting', where: 'It is here.', next: null, action: 'none' };
    return route.fulfill({ json: { answers: steps[step] === 'held' ? [answer] : [] } });
  });
  await page.route('**/api/v1/connectors/*/lookup', (route) => {
    const says = { order: null, external_id: ID, number: QUESTION, can_send: true, others: 0 };
    const isIt = route.request().url().includes(`${store?.id}`);
    if (isIt && steps[step] === 'sending') step++;
    const code = isIt ? steps[step] : 'not_visible';
    const action = code === 'no_tag' ? 'send' : 'none';
    return route.fulfill({
      json: { ...says, reason: 'In words.', next: null, found: isIt, code, action },
    });
  });
  await page.route('**/api/v1/connectors/*/send', (route) => {
    step = 1;
    const sent = { external_id: ID, code: null, job: null, state: 'waiting', reason: null };
    return route.fulfill({ json: { results: [sent] } });
  });

  await page.goto(`${consoleUrl}/users`);
  await expect(page.locator('main table')).toBeVisible();
  await page.keyboard.press('Control+k');
  const dialog = page.locator('wa-dialog[open]');
  await dialog.getByRole('searchbox').fill(QUESTION);
  await expect(dialog.getByText('is not in the Cloud App')).toBeVisible();
  await dialog.getByRole('button', { name: 'Have the store send it' }).click();
  await expect(dialog.getByText('It is here.')).toBeVisible();
  await expect(dialog.getByText('is not in the Cloud App')).toHaveCount(0);
  await expect(dialog.locator('.note')).toHaveCount(0);
});

test('every key that is pressed after Ctrl-K is in the field', async ({ signedIn: page }) => {
  test.setTimeout(180_000);
  await page.route('**/api/v1/find?**', (route) => route.fulfill({ json: { answers: [] } }));
  await page.goto(`${consoleUrl}/users`);
  await expect(page.locator('main table')).toBeVisible();
  const field = page.getByRole('searchbox', { name: 'Any number' });
  const dialog = page.locator('wa-dialog');
  const cdp = await page.context().newCDPSession(page);
  const lost: string[] = [];
  for (let i = 0; i < 50; i++) {
    const keys = `#${1000 + i}`;
    // The next key does not wait for what the page makes of the one before.
    const press = (key: string, more: object) =>
      cdp.send('Input.dispatchKeyEvent', { type: 'keyDown', key, ...more });
    await Promise.all([
      press('k', { code: 'KeyK', modifiers: CTRL }),
      ...[...keys].map((key) => press(key, { text: key })),
    ]);
    await expect(field).toBeFocused();
    const typed = await field.inputValue();
    if (typed !== keys) lost.push(`${keys}: "${typed}"`);
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
  }
  expect(lost).toEqual([]);
});
