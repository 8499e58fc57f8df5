// Tokens die, Shopify throttles, programs are killed: nothing is lost, nothing
// is doubled, and all goes on by itself.

import assert from 'node:assert/strict';
import test from 'node:test';
import { makeRandom } from '../../sim/random.mjs';
import { asMachine, held, heldOne, makeStore, nothingTwice, pause, place, send, settled, sim, stats } from './kit.mjs';

const SEED = Number(process.env.LOGIVERY_SEED ?? 1);
const faults = (world) => sim(world, 'GET', '/faults');

test('an access token that dies half way is renewed once, and nobody notices', async (t) => {
  const { world, store } = await makeStore(t);
  await place(world, store, { count: 6 });
  await sim(world, 'POST', `/shops/${store.shop}/expire-tokens`, {});
  await place(world, store, { count: 6 });
  await settled(world);
  assert.equal((await held(world)).length, 12);
});

test('the answer of a refresh is lost: the old refresh token is tried again', async (t) => {
  const { world, store } = await makeStore(t);
  await place(world, store, { count: 2 });
  await settled(world);
  await sim(world, 'POST', '/faults', { kind: 'cut_after_apply', target: 'token', n: 2 });
  await sim(world, 'POST', `/shops/${store.shop}/expire-tokens`, {});
  await place(world, store, { count: 4 });
  await settled(world);
  assert.equal((await faults(world)).cut_after_apply, 2);
});

test('tokens of two seconds: they are renewed in time, all along', async (t) => {
  const { world, store } = await makeStore(t, {}, { expires_in: 2 });
  for (let i = 0; i < 4; i++) {
    await place(world, store, { count: 2 });
    await pause(1000);
  }
  await settled(world);
  assert.equal((await held(world)).length, 8);
});

test('a bucket of 100 points: nothing fails, it takes longer, and the bucket is not overdrawn', async (t) => {
  const { world, store } = await makeStore(t, {}, { bucket: 100, restore: 60 });
  await place(world, store, { count: 12 });
  await settled(world);
  assert.equal((await held(world)).length, 12);
  const { throttled, overdrawn, calls } = await stats(world);
  assert.ok(throttled <= calls / 5, `${throttled} of ${calls} calls were throttled`);
  assert.ok(overdrawn <= calls / 5, `${overdrawn} of ${calls} overdrawn`);
});

test('Shopify throttles every third call: nothing fails', async (t) => {
  const { world, store } = await makeStore(t);
  await sim(world, 'POST', '/weather', { throttle: 0.33 });
  await place(world, store, { count: 10 });
  await settled(world);
  assert.ok((await faults(world)).throttled >= 3);
});

test('the Cloud App is killed and started again in the middle', async (t) => {
  const { world, store } = await makeStore(t);
  await place(world, store, { count: 15 });
  await pause(makeRandom(SEED).int(50, 600));
  await world.cloud.crash();
  await place(world, store, { count: 15 });
  await pause(100);
  await world.cloud.crash();
  await settled(world);
  assert.equal((await held(world)).length, 30);
});

test('the Cloud App is away while orders come; by hand it says so; then all flow', async (t) => {
  const { world, store } = await makeStore(t);
  await world.cloud.stop('SIGKILL');
  const orders = await place(world, store, { count: 5 });
  await pause(800);
  const answer = await send(world, store, [orders[0].id]);
  assert.notEqual(answer.orders[0].state, 'synced');
  assert.ok(answer.orders[0].reason, JSON.stringify(answer));
  await world.cloud.start();
  await settled(world);
});

test(`the Shopify app is killed four times, at moments of the seed (${SEED})`, async (t) => {
  const { world, store } = await makeStore(t);
  const random = makeRandom(SEED);
  for (let i = 0; i < 4; i++) {
    await place(world, store, { count: 6 });
    await pause(random.int(5, 500));
    await world.app.crash();
  }
  await settled(world);
  assert.equal((await held(world)).length, 24);
});

test(`both are killed at the same moment, and again while they recover (${SEED})`, async (t) => {
  const { world, store } = await makeStore(t);
  const random = makeRandom(SEED + 100);
  await place(world, store, { count: 12 });
  for (let i = 0; i < 3; i++) {
    await pause(random.int(20, 400));
    await Promise.all([world.app.stop('SIGKILL'), world.cloud.stop('SIGKILL')]);
    await Promise.all([world.app.start(), world.cloud.start()]);
  }
  await settled(world);
});

test('SIGTERM in the middle of work drains and ends with 0; started again, it goes on', async (t) => {
  const { world, store } = await makeStore(t);
  await place(world, store, { count: 20 });
  await pause(150);
  const began = Date.now();
  assert.deepEqual(await Promise.all([world.app.stop(), world.cloud.stop()]), [0, 0]);
  assert.ok(Date.now() - began < 25_000);
  await Promise.all([world.app.start(), world.cloud.start()]);
  await settled(world);
});

test('orders changed while everything was down are found by the sweep', async (t) => {
  const { world, store } = await makeStore(t);
  await sim(world, 'POST', '/weather', { webhook_lost: 1 });
  await place(world, store, { count: 5 });
  await settled(world);
  const [old] = await place(world, store, { age_days: 10 });
  await sim(world, 'POST', `/shops/${store.shop}/orders/${old.legacy_id}/tags`, { add: 'logivery-no-sync' });
  await settled(world);
  assert.equal((await held(world)).length, 6);
  await nothingTwice(world);
});

test('orders of 300 and of 1,000 lines whose webhooks are lost are read page by page: all lines are there', async (t) => {
  const { world, store } = await makeStore(t);
  await sim(world, 'POST', '/weather', { webhook_lost: 1 });
  for (const [shape, lines] of [['many_lines', 300], ['thousand_lines', 1000]]) {
    const [order] = await place(world, store, { shape });
    await settled(world);
    const [row] = await heldOne(world, order);
    const ids = (await asMachine(world, 'GET', `/orders/${row.id}`)).lines.map((l) => l.id);
    assert.equal(new Set(ids).size, lines, shape);
  }
});
