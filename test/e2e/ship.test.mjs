// Shipments over the real programs: by REST, by CSV, and through kills.

import assert from 'node:assert/strict';
import test from 'node:test';
import { asMachine, hasSwitches, heldOne, makeStore, pause, place, refusal, seen, until } from './kit.mjs';

const at = (minutes) => new Date(Date.now() + minutes * 60_000).toISOString();

/** An order that is in the Cloud App: the store's and ours. */
async function ready(world, store) {
  const [placed] = await place(world, store);
  const [order] = await until(`${placed.name} is in the Cloud App`, async () => {
    const found = await heldOne(world, placed);
    return found.length && found;
  });
  const full = await asMachine(world, 'GET', `/orders/${order.id}`);
  return { placed, order: full };
}

const ship = (world, id, verb, body = {}) => asMachine(world, 'POST', `/shipments/${id}/${verb}`, body);

const parcels = async (world, store, order) => (await seen(world, store, order)).fulfillments;

const sent = (world, id) => until(`shipment ${id} is in the store`, async () => {
  const s = await asMachine(world, 'GET', `/shipments/${id}`);
  return s.store.state === 'sent' ? s : assert.fail(JSON.stringify(s.store));
});

test('shipped, corrected, delivered: the store has one parcel with the last number', async (t) => {
  const { world, store } = await makeStore(t);
  const { placed, order } = await ready(world, store);
  const s = await asMachine(world, 'POST', `/orders/${order.id}/shipments`, {});
  assert.equal(s.state, 'CREATED');
  assert.equal((await refusal(ship(world, s.id, 'deliver'))).code, 'not_shipped');
  await ship(world, s.id, 'ship', { courier: 'brt', tracking_numbers: ['N1'], shipped_at: at(-60) });
  await sent(world, s.id);
  await ship(world, s.id, 'track', { courier: 'sda', tracking_numbers: ['N2', 'N3'] });
  await until('the store shows the correction', async () => {
    const [one, ...more] = await parcels(world, store, placed);
    assert.equal(more.length, 0);
    return one.tracking.map(({ number }) => number).join() === 'N2,N3';
  });
  await ship(world, s.id, 'deliver', { delivered_at: at(-1) });
  await until('the store was told', async () => {
    const { events } = await asMachine(world, 'GET', `/shipments/${s.id}`);
    return events.some((e) => e.kind === 'DELIVERED' && e.state === 'sent');
  });
  assert.equal((await parcels(world, store, placed)).length, 1);
});

test('every bad item is refused with its reason, and the rest is taken', async (t) => {
  const { world, store } = await makeStore(t);
  const { placed, order } = await ready(world, store);
  const other = await ready(world, store);
  const line = order.lines[0];
  const make = (body) => asMachine(world, 'POST', `/orders/${order.id}/shipments`, body);
  const refused = async (promise, status, code) => {
    const r = await refusal(promise);
    assert.deepEqual([r.status, r.code], [status, code], r.words);
    assert.ok(r.words.length > 10, 'it says why');
  };
  await refused(make({ lines: [{ line_id: line.id, quantity: line.current_quantity + 1 }] }), 422, 'quantity_over_left');
  await refused(make({ lines: [{ line_id: other.order.lines[0].id, quantity: 1 }] }), 422, 'line_not_in_order');
  await refused(make({ courier: 'nobody' }), 422, 'unknown_courier');
  await refused(make({ tracking_numbers: ['9'.repeat(300)] }), 422, 'bad_input');
  const s = await make({});
  await refused(ship(world, s.id, 'deliver'), 409, 'not_shipped');
  await refused(ship(world, s.id, 'ship', { shipped_at: at(120) }), 422, 'in_the_future');
  await refused(ship(world, s.id, 'ship', { shipped_at: '2026-11-21T10:00:00' }), 422, 'bad_input');
  await ship(world, s.id, 'ship', { courier: 'BRT', tracking_numbers: ['N1'], shipped_at: at(-60) });
  await refused(ship(world, s.id, 'deliver', { delivered_at: at(-120) }), 422, 'delivered_before_shipped');
  const event = (id, shipment, kind, happened_at) => ({ id, shipment, kind, happened_at });
  const { results } = await asMachine(world, 'POST', '/shipments/events', { source: 'wms', events: [
    event('e1', s.id, 'IN_TRANSIT', at(-30)), event('e1', s.id, 'IN_TRANSIT', at(-20)),
    event('e2', 'nosuchshipment00', 'DELIVERED', at(-10)), event('e3', s.id, 'DELIVERED', '2026-11-21'),
    event('e4', s.id, 'TELEPORTED', at(-10)), event('e5', s.id, 'DELIVERED', at(60)),
    event('e6', s.id, 'DELIVERED', at(-10)), event('e6', s.id, 'DELIVERED', at(-10))] });
  assert.deepEqual(results.map((r) => [r.id, r.result, r.code]), [
    ['e1', 'applied', null], ['e1', 'error', 'event_id_reused'], ['e2', 'error', 'unknown_shipment'],
    ['e3', 'error', 'bad_time'], ['e4', 'error', 'unknown_kind'], ['e5', 'error', 'in_the_future'],
    ['e6', 'applied', null], ['e6', 'repeated', null]]);
  await sent(world, s.id);
  assert.equal((await parcels(world, store, placed)).length, 1);
});

const csv = (world, body) => fetch(`${world.cloudUrl}/api/v1/shipments/csv`, {
  method: 'POST', body, headers: { authorization: `Bearer ${world.apiToken}`, 'content-type': 'text/csv' },
}).then((r) => r.json());

const done = (world, id) => until(`CSV import ${id} is done`, async () => {
  const im = await asMachine(world, 'GET', `/shipments/csv/${id}`);
  return im.state === 'done' && im;
}, 120);

test('a CSV file with a mark, semicolons, quotes and bad lines; twice', async (t) => {
  const { world, store } = await makeStore(t);
  const { placed } = await ready(world, store);
  const file = `\ufeff"order number";courier;tracking;shipped_at;delivered_at\r\n`
    + `"${placed.name}";"brt";"N1 N2";${at(-60)};${at(-5)}\r\n`
    + `#999999;brt;N3;${at(-60)};\r\n`
    + `${placed.name};brt;N1;tomorrow;\r\n`
    + `${placed.name};"brt;N1\r\n`;
  const first = await done(world, (await csv(world, file)).id);
  assert.deepEqual([first.lines, first.taken, first.refused], [4, 1, 3]);
  const { items } = await asMachine(world, 'GET', `/shipments/csv/${first.id}/errors`);
  assert.deepEqual(items.map((e) => [e.line, e.code]), [[3, items[0].code], [4, 'bad_time'], [5, 'csv_line']]);
  const again = await done(world, (await csv(world, file)).id);
  assert.deepEqual([again.taken, again.unchanged, again.refused], [0, 1, 3]);
  await until('the store has it', async () => (await parcels(world, store, placed)).length === 1);
});

test('killed again and again while it exports, nothing is doubled or forgotten', async (t) => {
  const { world, store } = await makeStore(t);
  const all = [];
  for (let i = 0; i < 6; i++) all.push(await ready(world, store));
  for (const one of all) one.shipment = await asMachine(world, 'POST', `/orders/${one.order.id}/shipments`, {});
  const events = all.flatMap(({ shipment }, i) => [
    { id: `d${i}`, shipment: shipment.id, kind: 'DELIVERED', happened_at: at(-5) },
    { id: `s${i}`, shipment: shipment.id, kind: 'SHIPPED', happened_at: at(-60), courier: 'brt', tracking_numbers: [`N${i}`] }]);
  await asMachine(world, 'POST', '/shipments/events', { source: 'wms', events });
  for (let i = 0; i < 4; i++) {
    await pause(150 + 120 * i);
    await (i % 2 ? world.cloud : world.app).crash();
  }
  for (const { placed, shipment } of all) {
    await until(`${placed.name} is delivered in the store`, async () => {
      const s = await asMachine(world, 'GET', `/shipments/${shipment.id}`);
      return s.store.state === 'sent' && s.events.every((e) => e.state !== 'owed' && e.state !== 'kept');
    }, 180);
    assert.equal((await parcels(world, store, placed)).length, 1, placed.name);
  }
});

/** Starts a program anew, to be killed at a point; answers when it was. */
async function killAt(service, point) {
  const { env } = service;
  await service.stop('SIGKILL');
  service.env = { ...env, LOGIVERY_CRASH: point };
  await service.start();
  service.wanted = true;
  const { ended } = service;
  return async () => {
    assert.equal((await ended)[1], 'SIGKILL', point);
    service.env = env;
    await service.start();
  };
}

/** The file is taken, and at work, before its answer is out: a kill there may take the answer along, nothing else. */
const csvOfTheKilled = (world, body) => csv(world, body).catch(({ message, cause }) => {
  assert.match(cause?.code ?? message, /^(UND_ERR_SOCKET|ECONNRESET)$/);
});

test('killed before its call, after it, and between slices of a file', { skip: !hasSwitches('cloud') }, async (t) => {
  const { world, store } = await makeStore(t);
  for (const point of ['ship.before_call', 'ship.after_call', 'csv.before_slice']) {
    const { placed, order } = await ready(world, store);
    const s = await asMachine(world, 'POST', `/orders/${order.id}/shipments`, {});
    const killed = await killAt(world.cloud, point);
    const file = `shipment,order number,courier,tracking,shipped_at\n${s.id},${placed.name},brt,N1,${at(-60)}\n`;
    await csvOfTheKilled(world, file);
    await killed();
    assert.equal((await sent(world, s.id)).store.fulfillments.length, 1);
    assert.equal((await parcels(world, store, placed)).length, 1, point);
  }
});
