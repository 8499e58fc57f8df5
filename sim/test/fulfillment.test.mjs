import assert from 'node:assert/strict';
import test from 'node:test';
import { startSim } from '../harness.mjs';

const READ = `query F($id: ID!) { order(id: $id) {
  fulfillmentOrders(first: 10) { nodes { id status assignedLocation { location { id } } } }
  fulfillments(first: 10) { id status trackingInfo(first: 5) { company number } } } }`;
const act = (sim, { legacy_id: id }, what, body = {}) => sim.control(`/shops/alpha/orders/${id}/${what}`, body);
const read = async (sim, order) => (await sim.ask(READ, { id: order.id })).data.order;

test('fulfilment orders are there a moment after their order', async (t) => {
  const sim = await startSim(t, { shop: { routing_ms: 300 } });
  const order = await sim.place({ shape: 'plain' });
  assert.deepEqual((await read(sim, order)).fulfillmentOrders.nodes, []);
  await sim.control('/clock', { advance_ms: 400 });
  assert.equal((await read(sim, order)).fulfillmentOrders.nodes.length, 1);
});

test('fulfilled by hand, an order has nothing left and one parcel a location', async (t) => {
  const sim = await startSim(t);
  const order = await sim.place({ shape: 'two_locations' });
  const shown = await act(sim, order, 'fulfill', { tracking: { company: 'BRT', number: 'H1' } });
  assert.deepEqual(shown.fulfillments.map((f) => f.author), ['merchant', 'merchant']);
  const now = await read(sim, order);
  assert.deepEqual(now.fulfillmentOrders.nodes.map(({ status }) => status), ['CLOSED', 'CLOSED']);
  assert.equal(now.fulfillments[0].trackingInfo[0].number, 'H1');
});

test('the control API says how much of an order is fulfilled', async (t) => {
  const sim = await startSim(t);
  const order = await sim.place({ shape: 'two_locations' });
  assert.equal(order.fulfillment, 'UNFULFILLED');
  const [one] = (await read(sim, order)).fulfillmentOrders.nodes;
  await sim.ask('mutation C($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) { fulfillment { id } } }',
    { f: { lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: one.id }] } });
  const listed = (await sim.control('/shops/alpha/orders')).find(({ id }) => id === order.id);
  assert.equal(listed.fulfillment, 'PARTIALLY_FULFILLED');
  assert.equal((await act(sim, order, 'fulfill')).fulfillment, 'FULFILLED');
});

test('moved, an order leaves from the other location; assigned elsewhere, the app is not shown it', async (t) => {
  const sim = await startSim(t);
  const order = await sim.place({ shape: 'plain' });
  const place = async () => (await read(sim, order)).fulfillmentOrders.nodes.map((one) => one.assignedLocation.location.id);
  const [before] = await place();
  await act(sim, order, 'move');
  const [after] = await place();
  assert.notEqual(after, before);
  await act(sim, order, 'elsewhere', { on: true });
  assert.deepEqual(await place(), []);
  await act(sim, order, 'elsewhere', { on: false });
  assert.deepEqual(await place(), [after]);
});
