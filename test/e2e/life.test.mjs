// Installed, uninstalled, installed again; personal data erased on request.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {
  asEdited, asMachine, asStaff, change, connect, connection, held, heldOne, log, makeStore, nothingTwice, pause, place, send, settled, sim, stats, until,
} from './kit.mjs';

/** All that the store was asked, also what it refused. */
const calls = async (world) => (await sim(world, 'GET', '/calls')).length;

/** The app has read the notice: it tells the Cloud App, too. */
const left = (world, store) => until('the app knows that it was uninstalled', async () =>
  !(await asMachine(world, 'GET', `/connectors/${store.connector}`)).linked);

test('uninstalled, the app calls the store no more; installed again, it goes on', async (t) => {
  const { world, store } = await makeStore(t);
  await place(world, store, { count: 4 });
  await settled(world);
  await sim(world, 'POST', `/shops/${store.shop}/uninstall`, {});
  await left(world, store);
  const before = await calls(world);
  await pause(4500); // two sweeps would have been
  assert.equal(await calls(world), before, 'no call after the uninstall');
  await sim(world, 'POST', `/shops/${store.shop}/install`, {});
  const now = await connection(world, store);
  assert.notEqual(now.state, 'disconnected');
  await connect(world, store, store.link);
  await place(world, store, { count: 3 });
  await until('the new orders are there, and those of before', async () => (await held(world)).length === 7);
  await nothingTwice(world);
});

test('an uninstall that comes late, after the new installation, is ignored', async (t) => {
  const { world, store } = await makeStore(t, { fronts: true });
  await place(world, store, { count: 2 });
  await settled(world);
  let release;
  const late = new Promise((r) => { release = r; });
  world.fronts.hooks.rule = () => late;
  await sim(world, 'POST', `/shops/${store.shop}/uninstall`, {});
  await pause(1100); // some clocks count seconds
  await sim(world, 'POST', `/shops/${store.shop}/install`, {});
  await connection(world, store); // opened once: the new life begins
  await connect(world, store, store.link);
  release('pass');
  await until('the late webhook was taken', async () => (await stats(world)).webhooks.pending === 0);
  await until('and ignored', async () => JSON.stringify(await asStaff(world, store.shop, 'GET', '/api/logs')).includes('A notice of uninstalling was ignored'));
  await place(world, store, { count: 3 });
  await settled(world);
  assert.equal((await connection(world, store)).state, 'linked');
  assert.equal((await held(world)).length, 5);
});

/** Does the text stand anywhere in the program's data folder? */
function stands(world, name, text) {
  const dir = path.join(world.dir, name);
  return readdirSync(dir).filter((f) => readFileSync(path.join(dir, f)).includes(text));
}

test('customers/redact reaches the Cloud App: nothing of that customer is left', async (t) => {
  const { world, store } = await makeStore(t);
  const canary = 'Zanzibarrito';
  const [order, other] = await place(world, store, { count: 2 });
  await change(world, store, order, 'edit', { address: { address1: `Via ${canary} 1` }, email: `${canary.toLowerCase()}@example.org` });
  await settled(world);
  const row = await asEdited(world, store, order, canary);
  const { document } = await asMachine(world, 'GET', `/orders/${row.id}`);
  await sim(world, 'POST', `/shops/${store.shop}/compliance`, {
    topic: 'customers/redact', customer: { id: document.customer.id, email: `${canary.toLowerCase()}@example.org`, phone: null },
    orders_to_redact: [order.legacy_id],
  });
  await until('the Cloud App shows nothing of the person', async () => {
    const text = JSON.stringify(await asMachine(world, 'GET', `/orders/${row.id}`)).toLowerCase();
    return !text.includes(canary.toLowerCase()) && !text.includes(document.customer.last_name.toLowerCase());
  });
  const [kept] = await heldOne(world, other);
  assert.ok((await asMachine(world, 'GET', `/orders/${kept.id}`)).document.customer, 'other people stay');
  assert.equal((await held(world)).length, 2, 'the order itself stays');
  await Promise.all([world.cloud.stop(), world.app.stop()]); // checkpointed, no WAL left
  // SQLite may leave pieces in the unused part of a page: said, not judged.
  for (const name of ['cloud', 'shopify']) {
    const left = stands(world, name, canary);
    if (left.length) t.diagnostic(`bytes of the erased address are still in ${name}/${left.join(', ')}, in no row`);
  }
});

test('customers/data_request is told, and shop/redact leaves no person in the Cloud App', async (t) => {
  const { world, store } = await makeStore(t);
  const [order] = await place(world, store);
  await settled(world);
  const [row] = await heldOne(world, order);
  const { document } = await asMachine(world, 'GET', `/orders/${row.id}`);
  await sim(world, 'POST', `/shops/${store.shop}/compliance`, {
    topic: 'customers/data_request', customer: { id: document.customer.id, email: document.email, phone: null },
    orders_requested: [order.legacy_id], data_request: { id: '99' },
  });
  await until('the Queue Log tells the manager', async () =>
    (await log(world, 'asked for their data')).some((e) => e.step === 'privacy.customer_data_request'));
  await sim(world, 'POST', `/shops/${store.shop}/uninstall`, {});
  await left(world, store); // Shopify asks 48 hours later
  await sim(world, 'POST', `/shops/${store.shop}/compliance`, { topic: 'shop/redact' });
  await until('nobody can be known from the order', async () => {
    const now = (await asMachine(world, 'GET', `/orders/${row.id}`)).document;
    const address = now.shipping_address ?? {};
    return now.customer === null && now.email === null && [address.name, address.address1, address.phone].every((x) => x == null);
  });
});
