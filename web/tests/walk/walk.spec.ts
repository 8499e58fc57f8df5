// The way of the product page, by hand: Apps, Logivery, wizard, connector,
// "Connection established"; orders, tags, sending by hand, logs on both sides,
// a shipment, and the store that shows it. Once in each language.
import { type BrowserContext, expect, type Page } from '@playwright/test';
import type { World } from '../../../demo/world.mjs';
import { choose } from '../kit.ts';
import { Admin, Album, Console, watchFaults } from './tabs.ts';
import { type Language, WORDS, type Words } from './words.ts';
import { test } from './world.ts';

const STORE = 'tea-and-more';
const LABEL = 'Tea and More';
const TRACKING = '084040001234';

/** The person, with both tabs. */
interface Person {
  w: Words;
  album: Album;
  world: World;
  admin: Admin;
  console: Console;
}

/** A page in a new tab, opened by what is clicked. */
async function opened(context: BrowserContext, click: () => Promise<void>): Promise<Page> {
  const [page] = await Promise.all([context.waitForEvent('page'), click()]);
  return page;
}

async function installsTheApp({ admin, album, w, world }: Omit<Person, 'console'>) {
  await admin.page.goto(`${world.sim}/admin`);
  await album.keep(admin.page, 'stores');
  await admin.makeStore(STORE);
  await album.keep(admin.page, 'no-orders');
  await admin.go('Logivery');
  await admin.press(w.install);
  await expect(admin.app.getByRole('textbox', { name: w.token })).toBeVisible();
  await album.keep(admin.page, 'wizard');
}

async function opensTheConsole(person: Omit<Person, 'console'>): Promise<Console> {
  const { admin, album, w, world } = person;
  await admin.pressInApp(w.viewUrl);
  await expect(admin.app.getByText(w.hostUrl, { exact: true })).toBeVisible();
  await album.keep(admin.page, 'host-url');
  const link = admin.app.getByRole('link', { name: world.cloudUrl });
  const console = new Console(await opened(admin.page.context(), () => link.click()), w);
  await expect(console.page.getByRole('heading', { name: w.signIn })).toBeVisible();
  await album.keep(console.page, 'sign-in');
  await console.signIn(world.user, world.password);
  await expect(console.page.getByText(w.noStore)).toBeVisible();
  await album.keep(console.page, 'console-empty');
  return console;
}

async function makesAConnector({ admin, console, album, w }: Person) {
  await admin.page.bringToFront();
  await admin.pressInApp(w.howTo);
  await album.keep(admin.page, 'guide');
  await admin.pressInApp(w.close);
  await console.addConnector(LABEL);
  await console.press(w.show);
  await expect(console.page.getByText(/^lgv_[\w-]{43}$/)).toBeVisible();
  await album.keep(console.page, 'connector');
}

async function pastesAndChecks({ admin, console, album, w }: Person) {
  await console.copy(w.copyToken);
  await admin.paste(w.token);
  await console.copy(w.copyUrl);
  await admin.paste(w.appUrl);
  await album.keep(admin.page, 'pasted');
  await admin.pressInApp(w.check);
  await expect(admin.app.getByText(w.established)).toBeVisible();
  await album.keep(admin.page, 'established');
  await admin.pressInApp(w.save);
  await expect(admin.page.getByText(w.saved, { exact: true })).toBeVisible();
  await expect(admin.app.getByText(w.isOn, { exact: true })).toBeVisible();
  await album.keep(admin.page, 'status');
}

async function sendsByHand({ admin, console, album, w }: Person) {
  await console.switchAutomatic(LABEL, false);
  await album.keep(console.page, 'automatic-off');
  await admin.awaitStatus(w.isOff);
  await album.keep(admin.page, 'status-off');
  await admin.go(w.orders);
  for (const order of ['#1001', '#1002', '#1003']) {
    await admin.press(w.place);
    await expect(admin.row(order)).toContainText('logivery-no-sync');
  }
  await album.keep(admin.page, 'waiting');
  await admin.choose('#1001');
  await admin.openSend();
  await album.keep(admin.page, 'send-chosen');
  await admin.send(['#1001']);
  await album.keep(admin.page, 'sent-chosen');
  await admin.closeDialog();
  await expect(admin.row('#1001')).toContainText('logivery-synced');
  await expect(admin.row('#1002')).toContainText('logivery-no-sync');
  await album.keep(admin.page, 'synced-chosen');
}

async function sendsFromAnOrder({ admin, album, w }: Person) {
  await admin.row('#1002').getByRole('link').click();
  await admin.openSend();
  await admin.send(['#1002']);
  await admin.closeDialog();
  await expect(admin.page.getByText('+logivery-synced')).toBeVisible();
  await admin.openActions();
  await expect(admin.page.getByRole('button', { name: w.sendOrders })).toBeVisible();
  await expect(admin.page.getByRole('button', { name: w.updateStatus })).toHaveCount(0);
  await album.keep(admin.page, 'order-sent');
}

async function sendsWhatWaits({ admin, album, w }: Person) {
  await admin.go(w.orders);
  await admin.row('#1001').getByRole('checkbox').uncheck();
  await admin.openSend();
  await album.keep(admin.page, 'send-waiting');
  await admin.send(['#1003']);
  await admin.closeDialog();
  await expect(admin.row('#1003')).toContainText('logivery-synced');
}

async function letsThemComeByThemselves({ admin, console, album, w }: Person) {
  await console.switchAutomatic(LABEL, true);
  await admin.awaitStatus(w.isOn);
  await admin.go(w.orders);
  await admin.press(w.placeMany);
  for (const order of ['#1004', '#1008'])
    await expect(admin.row(order)).toContainText('logivery-synced');
  await album.keep(admin.page, 'by-themselves');
  await console.go(w.orders);
  await expect(console.page.getByRole('link', { name: '#1008', exact: true })).toBeVisible();
  await album.keep(console.page, 'orders');
}

async function readsTheLogs({ admin, console, album, w }: Person) {
  await admin.page.bringToFront();
  await admin.go('Logivery');
  await admin.go(w.logs);
  const job = admin.app.locator('s-table-row', { hasText: '#1008' }).getByRole('button').first();
  await expect(job).toBeVisible();
  await album.keep(admin.page, 'app-logs');
  await job.click();
  await expect(admin.app.getByText(w.cloudLog, { exact: true })).toBeVisible();
  await album.keep(admin.page, 'app-job');
  await console.go(w.queueLog);
  await console.page.getByRole('searchbox', { name: w.search }).fill('#1001');
  await expect(console.page).toHaveURL(/q=%231001/);
  await expect(console.page.getByRole('log')).toContainText(w.imported);
  await album.keep(console.page, 'queue-log');
}

async function ships({ console, album, w }: Person) {
  await console.find('1001');
  await expect(console.dialog).toContainText(w.noShipment);
  await album.keep(console.page, 'where-is-it');
  await console.dialog.getByRole('link', { name: w.makeShipment }).click();
  await console.press(w.newShipment);
  await album.keep(console.page, 'shipment-new');
  await console.press(w.makeIt);
  await expect(console.page.getByText(w.allInShipments)).toBeVisible();
  await console.page.getByRole('table', { name: w.shipments }).getByRole('link').first().click();
  await console.press(w.markShipped);
  await choose(console.page, w.courier, 'BRT');
  await console.dialog.getByRole('textbox', { name: w.tracking }).fill(TRACKING);
  await album.keep(console.page, 'shipment-ship');
  await console.dialog.getByRole('button', { name: w.markShipped }).click();
  await expect(console.page.getByText(w.told, { exact: true })).toBeVisible();
  await album.keep(console.page, 'shipment-told');
}

async function seesTheStoreFulfilled({ admin, console, album, w }: Person) {
  await admin.page.bringToFront();
  await admin.go(w.orders);
  await expect(admin.row('#1001')).toContainText(w.fulfilled);
  await admin.row('#1001').getByRole('link').click();
  await expect(admin.page.getByText(`BRT ${TRACKING}`)).toBeVisible();
  await album.keep(admin.page, 'fulfilled');
  await console.page.bringToFront();
  await console.press(w.markDelivered);
  await console.dialog.getByRole('button', { name: w.markDelivered }).click();
  await expect(console.page.getByText(w.delivered, { exact: true }).first()).toBeVisible();
  await console.page.getByRole('link', { name: '#1001' }).click();
  await expect(console.page.getByText(w.fulfilmentMade)).toBeVisible();
  await album.keep(console.page, 'one-story');
  await admin.page.bringToFront();
  await expect(admin.page.getByText(w.parcelDelivered, { exact: true })).toBeVisible();
  await album.keep(admin.page, 'delivered');
  await console.go(w.home);
  await album.keep(console.page, 'home');
}

async function walk(context: BrowserContext, world: World, language: Language) {
  const w = WORDS[language];
  const admin = new Admin(await context.newPage(), w);
  const alone = { w, album: new Album(language), world, admin };
  await installsTheApp(alone);
  const person = { ...alone, console: await opensTheConsole(alone) };
  for (const part of [
    makesAConnector,
    pastesAndChecks,
    sendsByHand,
    sendsFromAnOrder,
    sendsWhatWaits,
    letsThemComeByThemselves,
    readsTheLogs,
    ships,
    seesTheStoreFulfilled,
  ])
    await test.step(part.name, () => part(person));
}

for (const [language, locale] of [
  ['en', 'en-GB'],
  ['it', 'it-IT'],
] as const) {
  test(`the way of the product page, ${language}`, async ({ browser, empty }) => {
    // Three quarters of a minute alone; far more beside other work.
    test.setTimeout(240_000);
    const context = await browser.newContext({
      locale,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    context.setDefaultTimeout(20_000);
    const faults = watchFaults(context);
    await walk(context, empty, language);
    expect(faults).toEqual([]);
    await context.close();
  });
}
