// The link between a store and its connector: replaced, deleted, rotated,
// refused.  Nothing is lost and nothing doubled, whatever people do to it.

import assert from 'node:assert/strict';
import test from 'node:test';
import {
  addStore, asMachine, asStaff, connect, connection, held, heldOne, makeStore, makeWorld, newConnector, nothingTwice, ourTags, pause,
  place, refusal, seen, send, settled, shows, until,
} from './kit.mjs';

const disconnected = (world, store) => until('the app says disconnected, in words', async () => {
  const now = await connection(world, store);
  return now.state === 'disconnected' && now.reason?.length > 20;
});

/** From now on the world's store belongs to another connector. */
function moved(store, { id, link }) {
  Object.assign(store, { connector: id, link });
}

test('a connector replaced with orders behind it loses nothing, doubles nothing, and new orders flow', async (t) => {
  const { world, store } = await makeStore(t);
  await place(world, store, { count: 12 });
  await settled(world);
  const fresh = await newConnector(world, 'The new one');
  const placed = place(world, store, { count: 6 }); // some are under way while it happens
  const asked = await refusal(connect(world, store, fresh.link));
  assert.equal(asked.code, 'store_already_linked');
  assert.equal(asked.status, 409);
  await placed;
  await connect(world, store, { ...fresh.link, replace: true });
  moved(store, fresh);
  await place(world, store, { count: 5 });
  await until('all orders are the new connector\'s', async () => {
    const all = await held(world);
    return all.length === 23 && all.every((o) => o.connector === fresh.id);
  });
  await settled(world);
  const old = await asMachine(world, 'GET', '/connectors');
  assert.equal(old.items.filter((c) => c.linked).length, 1);
});

test('a connector deleted: the app says disconnected, orders wait, and a new connector makes them flow', async (t) => {
  const { world, store } = await makeStore(t);
  await place(world, store, { count: 4 });
  await settled(world);
  await asMachine(world, 'DELETE', `/connectors/${store.connector}`);
  const waiting = await place(world, store, { count: 5 });
  await disconnected(world, store);
  for (const order of waiting) await shows(world, store, order, 'no-sync');
  const refused = await refusal(send(world, store, [waiting[0].id]));
  assert.equal(refused.code, 'disconnected');
  assert.ok(refused.words.length > 20);
  const fresh = await newConnector(world, 'Again');
  await connect(world, store, fresh.link);
  await until('all nine are there', async () => (await held(world)).length === 9);
  await nothingTwice(world);
  for (const order of waiting) await shows(world, store, order, 'synced');
  assert.equal((await connection(world, store)).state, 'linked');
});

/** Made of all lines of the order, and left. */
async function shipped(world, order) {
  const [row] = await heldOne(world, order);
  const { id } = await asMachine(world, 'POST', `/orders/${row.id}/shipments`, {});
  await asMachine(world, 'POST', `/shipments/${id}/ship`, { courier: 'brt', tracking_numbers: [`N${row.id}`] });
  return id;
}

const isSent = (world, id) => until(`shipment ${id} is in the store`, async () => {
  const { store } = await asMachine(world, 'GET', `/shipments/${id}`);
  return store.state === 'sent' || assert.fail(JSON.stringify(store));
});

test('connectors replaced and deleted with shipments behind them: each is in the store once', async (t) => {
  const { world, store } = await makeStore(t);
  const orders = await place(world, store, { count: 4 });
  await settled(world);
  const before = await shipped(world, orders[0]);
  await isSent(world, before);
  const fresh = await newConnector(world, 'The new one');
  await connect(world, store, { ...fresh.link, replace: true });
  moved(store, fresh);
  const after = await shipped(world, orders[1]);
  await isSent(world, after);
  await asMachine(world, 'DELETE', `/connectors/${fresh.id}`);
  const between = await shipped(world, orders[2]);
  const last = await newConnector(world, 'The last one');
  await connect(world, store, last.link);
  moved(store, last);
  await isSent(world, between);
  for (const id of [before, after, between]) await asMachine(world, 'POST', `/shipments/${id}/deliver`, {});
  await until('each parcel is in the store, and brought, once', async () => {
    const now = await Promise.all(orders.map((o) => seen(world, store, o)));
    const told = now.map(({ fulfillments }) => fulfillments.map((f) => f.events.filter((e) => e.status === 'DELIVERED').length));
    assert.deepEqual(told, [[1], [1], [1], []]);
    return true;
  });
  await nothingTwice(world);
});

test('a token rotated without overlap disconnects the app; the new token makes all flow', async (t) => {
  const { world, store } = await makeStore(t);
  await place(world, store, { count: 3 });
  await settled(world);
  const { token } = await asMachine(world, 'POST', `/connectors/${store.connector}/token`, { overlap_hours: 0 });
  const [order] = await place(world, store);
  await disconnected(world, store);
  await shows(world, store, order, 'no-sync');
  await connect(world, store, { ...store.link, token });
  await settled(world);
  assert.equal((await held(world)).length, 4);
});

test('a token rotated with overlap stops nothing', async (t) => {
  const { world, store } = await makeStore(t);
  const { token } = await asMachine(world, 'POST', `/connectors/${store.connector}/token`, { overlap_hours: 1 });
  await place(world, store, { count: 3 });
  await settled(world);
  assert.equal((await connection(world, store)).state, 'linked');
  await connect(world, store, { ...store.link, token });
  await place(world, store, { count: 3 });
  await settled(world);
  assert.equal((await held(world)).length, 6);
});

test('a second store on one connector is refused in words, and nothing of the first one changes', async (t) => {
  const { world, store } = await makeStore(t);
  const other = await addStore(world, 'coffee.myshopify.com');
  const fresh = await newConnector(world, 'Third');
  const refused = await refusal(connect(world, other, store.link));
  assert.equal(refused.status, 409);
  assert.equal(refused.code, 'connector_already_linked');
  assert.match(refused.words, /tea\.myshopify\.com/);
  const taken = await refusal(asStaff(world, other.shop, 'PUT', '/api/connection', fresh.link));
  assert.equal(taken.code, 'store_already_linked');
  await place(world, store, { count: 2 });
  await place(world, other, { count: 3 });
  await settled(world);
});

test('two stores never see each other\'s orders, though their ids look alike', async (t) => {
  const world = await makeWorld(t);
  const one = await addStore(world, 'one.myshopify.com');
  const two = await addStore(world, 'two.myshopify.com');
  await Promise.all([place(world, one, { count: 8 }), place(world, two, { count: 8 })]);
  await settled(world);
  const all = await held(world);
  assert.equal(all.filter((o) => o.connector === one.connector).length, 8);
  assert.equal(all.filter((o) => o.connector === two.connector).length, 8);
});

test('the app lets go on purpose: orders wait, and saving the link again makes them flow', async (t) => {
  const { world, store } = await makeStore(t);
  await asStaff(world, store.shop, 'DELETE', '/api/connection');
  const [order] = await place(world, store);
  await pause(2500);
  assert.equal((await held(world)).length, 0);
  assert.notDeepEqual(ourTags((await seen(world, store, order)).tags), ['logivery-synced']);
  await connect(world, store, store.link);
  await settled(world);
});

test('a wrong token, a wrong connector and an address that is none are refused in words', async (t) => {
  const { world, store } = await makeStore(t);
  const wrong = [
    { ...store.link, token: `lgv_${'A'.repeat(43)}` },
    { ...store.link, app_url: store.link.app_url.replace(/[^/]+$/, 'zzzzzzzzzzzz') },
    { ...store.link, app_url: 'not an address' },
    { ...store.link, token: 'with blanks inside' },
  ];
  for (const link of wrong) {
    const refused = await refusal(asStaff(world, store.shop, 'POST', '/api/connection/check', link));
    assert.ok(refused.status >= 400 && refused.status < 500, JSON.stringify(refused));
    assert.ok(refused.words.length > 15, JSON.stringify(refused));
  }
  assert.equal((await connection(world, store)).state, 'linked');
});
