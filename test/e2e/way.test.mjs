// The way of an order, and what people do to it on the way.

import assert from 'node:assert/strict';
import test from 'node:test';
import {
  asMachine, automatic, change, held, heldOne, log, makeStore, ourTags, pause, place, seen, send, settled, shows, sim, until,
} from './kit.mjs';

const NO_SYNC = 'logivery-no-sync';

test('a placed order is in the Cloud App with all its data, and the store shows it', async (t) => {
  const { world, store } = await makeStore(t, { sweepSeconds: 300 }); // who asks while it is on its way may send it twice
  const [order] = await place(world, store, { lines: 3, tags: ['vip'] });
  await settled(world);
  const [row] = await heldOne(world, order);
  const read = () => asMachine(world, 'GET', `/orders/${row.id}`);
  const one = await until('the timeline has the store\'s steps', async () => { // they come a moment later
    const now = await read();
    return now.timeline.some((e) => e.step === 'order.synced') && now;
  });
  assert.equal(one.number, order.name);
  assert.equal(one.status, 'placed');
  assert.equal(one.lines.length, 3);
  assert.equal(one.document.gid, order.id);
  const steps = one.timeline.map((e) => e.step);
  for (const step of ['order.received', 'order.imported']) assert.ok(steps.includes(step), step);
  const told = one.timeline.map((e) => e.step)
    .filter((step) => /^order\.(waiting|sending|received|imported|synced)$/.test(step));
  assert.deepEqual(told, ['order.waiting', 'order.sending', 'order.received', 'order.imported', 'order.synced']);
  assert.ok((await log(world, order.name)).every((line) => line.order), 'each line has the order\'s number');
  assert.deepEqual((await seen(world, store, order)).tags, ['logivery-synced', 'vip']);
});

test('one bulk action that tags 50 old orders imports all 50', async (t) => {
  const { world, store } = await makeStore(t);
  const old = await place(world, store, { count: 50, age_days: 30 });
  const [untouched] = await place(world, store, { age_days: 30 });
  await pause(300);
  assert.equal((await held(world)).length, 0);
  await sim(world, 'POST', `/shops/${store.shop}/orders/tags`, { ids: old.map((o) => o.legacy_id), add: NO_SYNC });
  await settled(world);
  assert.equal((await held(world)).length, 50);
  assert.deepEqual(ourTags((await seen(world, store, untouched)).tags), []);
});

test('an unconfirmed, a cancelled and an old quiet order are left alone', async (t) => {
  const { world, store } = await makeStore(t);
  await place(world, store, { shape: 'unconfirmed' });
  await place(world, store, { shape: 'cancelled' });
  await place(world, store, { age_days: 20 });
  const [good] = await place(world, store);
  await settled(world);
  await pause(2500); // a sweep has been by
  assert.deepEqual((await held(world)).map((o) => o.external_id), [good.legacy_id]);
});

test('an order edited after its import is marked, sent again by hand, and stays one order', async (t) => {
  const { world, store } = await makeStore(t);
  const [order] = await place(world, store, { lines: 2 });
  await settled(world);
  await pause(1100); // updated_at counts seconds
  await change(world, store, order, 'edit', { note: 'Leave it at the gate' });
  await until('it is marked as changed in the store', async () => (await heldOne(world, order))[0].changed_in_store);
  assert.equal((await log(world, 'was updated')).length, 0, 'it is not sent by itself');
  await send(world, store, [order.id]);
  await until('the Cloud App has the new note', async () => {
    const [row] = await heldOne(world, order);
    return (await asMachine(world, 'GET', `/orders/${row.id}`)).document.note === 'Leave it at the gate';
  });
  await until('the mark is gone', async () => !(await heldOne(world, order))[0].changed_in_store);
  await settled(world);
  assert.equal((await held(world)).length, 1);
});

test('a tag taken off means left alone; put back, the order is imported', async (t) => {
  const { world, store } = await makeStore(t);
  await automatic(world, store, false);
  const [order] = await place(world, store);
  await shows(world, store, order, 'no-sync');
  await pause(1100);
  await change(world, store, order, 'tags', { remove: NO_SYNC });
  await until('the app has seen it', async () => (await log(world, 'is left alone')).length === 1);
  await automatic(world, store, true);
  await pause(3000); // the sweeps, too, leave it alone
  assert.equal((await held(world)).length, 0);
  assert.deepEqual(ourTags((await seen(world, store, order)).tags), []);
  await change(world, store, order, 'tags', { add: ` ${NO_SYNC.toUpperCase()}` });
  await settled(world);
  assert.equal((await held(world)).length, 1);
});

test('tags of others stay, in their spelling, also when the merchant tags in between', async (t) => {
  const { world, store } = await makeStore(t);
  const [order] = await place(world, store, { shape: 'odd_tags' });
  await change(world, store, order, 'tags', { add: 'Regalo' });
  await settled(world);
  const now = await seen(world, store, order);
  for (const tag of ['Logivery-Old', 'logivery-no-synch', 'naïve ☂', "it's", 'a:b', 'AND', 'Regalo']) assert.ok(now.tags.includes(tag), tag);
  const touched = now.tag_history.filter((h) => h.author === 'app').flatMap((h) => [...h.added, ...h.removed]);
  assert.deepEqual(touched.filter((x) => ourTags([x]).length === 0), []);
});

test('tagged no-sync once more, a synced order is sent again and stays one order', async (t) => {
  const { world, store } = await makeStore(t, { sweepSeconds: 300 }); // who asks while it is on its way may send it twice
  const [order] = await place(world, store);
  await settled(world);
  await pause(1100);
  await change(world, store, order, 'tags', { add: NO_SYNC });
  await until('it came again', async () => (await log(world, 'came again')).length === 1);
  await shows(world, store, order, 'synced');
  assert.equal((await held(world)).length, 1);
});
