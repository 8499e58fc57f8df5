// What every end-to-end test stands on: a world of its own in a folder of its
// own, ways to do what merchants and staff do, and waiting for what must come.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { all, call, Refused } from '../../demo/http.mjs';
import { isQuiet, look, ourTags } from '../../demo/judge.mjs';
import { addStore, asMachine, asStaff, startWorld } from '../../demo/world.mjs';
import { startFront } from './front.mjs';

export { addStore, all, asMachine, asStaff, call, look, ourTags, Refused };

export const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const given = process.env.LOGIVERY_BUILD;
export const build = given ? path.resolve(root, given)
  : path.join(root, existsSync(path.join(root, 'build-test/src/cloud/logivery-cloud')) ? 'build-test' : 'build');

/** Was it built with the test-only switches? */
export const hasSwitches = (name) =>
  readFileSync(path.join(build, 'src', name, `logivery-${name}`)).includes('LOGIVERY_FAULT_OFF');

/**
 * A world that ends with the test: both programs must then end in order, with
 * nothing to say by a sanitizer.  `fronts: true` puts a front before each.
 */
export async function makeWorld(t, { fronts = false, ...options } = {}) {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'logivery-e2e-'));
  const made = {};
  const front = async (name, url) => {
    if (!fronts) return url;
    made[name] = await startFront(url);
    return made[name].url;
  };
  const world = await startWorld({ dir, build, sweepSeconds: 2, front, ...options });
  world.fronts = made;
  t.after(async () => {
    const ends = await world.stop();
    for (const one of Object.values(made)) one.close();
    const logs = ['cloud.log', 'shopify.log'].map((n) => readFileSync(path.join(dir, n), 'utf8')).join('');
    const said = logs.split('\n').find((l) => /Sanitizer|runtime error:/.test(l));
    assert.equal(said, undefined, `a sanitizer spoke; see ${dir}`);
    assert.deepEqual(ends.filter((e) => e !== null), ends.filter((e) => e !== null).map(() => 0), `SIGTERM ends with 0; see ${dir}`);
    if (!process.env.LOGIVERY_E2E_KEEP) rmSync(dir, { recursive: true, force: true });
  });
  return world;
}

/** A world with one store in it. */
export async function makeStore(t, options = {}, store = {}) {
  const world = await makeWorld(t, options);
  return { world, store: await addStore(world, 'tea.myshopify.com', store) };
}

export const sim = (world, method, where, body) => call(method, `${world.sim}/control${where}`, { body });

export const place = (world, store, wish = {}) => sim(world, 'POST', `/shops/${store.shop}/orders`, { shape: 'plain', ...wish });

export const seen = (world, store, order) => sim(world, 'GET', `/shops/${store.shop}/orders/${order.legacy_id}`);

export const change = (world, store, order, what, body = {}) =>
  sim(world, 'POST', `/shops/${store.shop}/orders/${order.legacy_id}/${what}`, body);

export const held = (world) => all(`${world.cloudUrl}/api/v1/orders?limit=100`, world.apiToken);

export const heldOne = async (world, order) => (await held(world)).filter((o) => o.external_id === order.legacy_id);

export const log = (world, words) => all(`${world.cloudUrl}/api/v1/log?limit=100&q=${encodeURIComponent(words)}`, world.apiToken);

export const send = (world, store, orderIds) => asStaff(world, store.shop, 'POST', '/api/actions/send-orders', orderIds ? { orderIds } : {});

/** The Cloud App's row of an order that was edited to hold `text`, sent again if it was taken before the edit. */
export async function asEdited(world, store, order, text) {
  const [row] = await heldOne(world, order);
  const holds = async () => JSON.stringify(await asMachine(world, 'GET', `/orders/${row.id}`)).includes(text);
  if (!(await holds())) await until('it is sent again', () => send(world, store, [order.id])); // in any weather
  await until('the Cloud App has the order as edited', holds);
  return row;
}

/** The last figures of all webhooks: what is still under way. */
export const stats = (world) => sim(world, 'GET', '/stats');

/** Waits until `test` answers something true, and answers it. */
export async function until(what, test, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  let last;
  for (;;) {
    try {
      last = await test();
      if (last) return last;
    } catch (e) {
      last = e.message;
    }
    if (Date.now() > end) assert.fail(`within ${seconds} s not so: ${what} (last: ${JSON.stringify(last)?.slice(0, 600)})`);
    await new Promise((r) => setTimeout(r, 50));
  }
}

export const shows = (world, store, order, tag) => until(`${order.name} shows ${tag}`, async () => {
  const { tags, tag_history: history } = await seen(world, store, order);
  const ours = ourTags(tags);
  assert.deepEqual(ours, tag ? [`logivery-${tag}`] : [], JSON.stringify(history));
  return true;
});

export const pause = (ms) => new Promise((r) => setTimeout(r, ms));

/** Everything where it belongs, nothing under way, and each imported once. */
export async function settled(world, seconds = 120) {
  await until('every order is where it belongs', async () => {
    const picture = await look(world);
    const bad = picture.verdicts.filter((v) => v.state !== 'synced' && v.state !== 'left');
    return (isQuiet(picture) && bad.length === 0 && (await stats(world)).webhooks.pending === 0)
      || assert.fail(JSON.stringify(bad.slice(0, 4).map((v) => [v.order.name, v.state, v.tags])));
  }, seconds);
  await nothingTwice(world);
}

export async function nothingTwice(world) {
  const imported = (await log(world, 'is in the Cloud App')).filter((e) => e.step === 'order.imported');
  const names = imported.map((e) => `${e.connector}/${e.order}`);
  assert.equal(new Set(names).size, names.length, 'no order is imported twice');
  const ids = (await held(world)).map((o) => `${o.channel}/${o.external_id}`);
  assert.equal(new Set(ids).size, ids.length, 'no order is held twice');
}

/** A new connector, not linked yet. */
export async function newConnector(world, label) {
  const { id, app_url: appUrl, token } = await asMachine(world, 'POST', '/connectors', { technology: 'shopify', label });
  return { id, link: { app_url: appUrl, token } };
}

export const connect = (world, store, link) => asStaff(world, store.shop, 'PUT', '/api/connection', link);

export const connection = (world, store) => asStaff(world, store.shop, 'GET', '/api/connection');

/** The connector's switch, and the app has heard of it. */
export async function automatic(world, store, on) {
  await asMachine(world, 'PATCH', `/connectors/${store.connector}`, { automatic: on });
  await until(`the app knows that automatic is ${on}`, async () => (await connection(world, store)).automatic === on);
}

/** What a call was refused with: {status, code, words}. */
export async function refusal(promise) {
  try {
    await promise;
  } catch (e) {
    if (!(e instanceof Refused)) throw e;
    return { status: e.status, code: e.body?.code, words: e.body?.detail ?? '' };
  }
  return assert.fail('it was not refused');
}
