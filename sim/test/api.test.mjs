import assert from 'node:assert/strict';
import test from 'node:test';
import { startSim } from '../harness.mjs';

const READ = 'query R($id: ID!) { order(id: $id) { id name } }';
const SEARCH = 'query S($q: String) { orders(first: 50, query: $q, sortKey: CREATED_AT) { nodes { id tags } } }';
const TAG = 'mutation T($id: ID!, $t: [String!]!) { tagsAdd(id: $id, tags: $t) { userErrors { message } } }';
const found = async (sim, q) => (await sim.ask(SEARCH, { q })).data.orders.nodes.map(({ id }) => id);

test('a field the schema does not know is an undefinedField error and nothing runs', async (t) => {
  const sim = await startSim(t);
  const { errors, data } = await sim.ask('query Q { order(id: "gid://shopify/Order/1") { parcelColour } }');
  assert.equal(data, undefined);
  assert.deepEqual(errors[0].extensions, { code: 'undefinedField', typeName: 'Order', fieldName: 'parcelColour' });
});

test('a malformed global id is an INVALID_VARIABLE error', async (t) => {
  const sim = await startSim(t);
  assert.equal((await sim.ask(READ, { id: 'order-17' })).errors[0].extensions.code, 'INVALID_VARIABLE');
});

test('a document over 1000 points is refused before it runs', async (t) => {
  const sim = await startSim(t);
  const { errors } = await sim.ask('{ orders(first: 250) { nodes { lineItems(first: 250) { nodes { variant { product { id } } product { id } customAttributes { key } taxLines { title } discountAllocations { discountApplication { index } } } } } } }');
  assert.equal(errors[0].extensions.code, 'MAX_COST_EXCEEDED');
});

test('an unknown filter name is a warning beside the data, not an error', async (t) => {
  const sim = await startSim(t);
  await sim.place({});
  const answer = await sim.ask(SEARCH, { q: "tagg:'x'" });
  assert.equal(answer.data.orders.nodes.length, 1);
  assert.equal(answer.extensions.search[0].warnings[0].field, 'tagg');
});

test('an order older than 60 days is null by id, null among nodes, and not found by search', async (t) => {
  const sim = await startSim(t);
  const old = await sim.place({ age_days: 61 });
  const young = await sim.place({ age_days: 59 });
  assert.equal((await sim.ask(READ, { id: old.id })).data.order, null);
  const { data } = await sim.ask('query N($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: [old.id, young.id] });
  assert.deepEqual(data.nodes, [null, { id: young.id }]);
  assert.deepEqual(await found(sim, ''), [young.id]);
  assert.equal(old.why_not, 'older_than_60_days');
});

test('an order ages out of sight while time goes by', async (t) => {
  const sim = await startSim(t, { shop: { expires_in: 1e8 } });
  const order = await sim.place({ age_days: 59 });
  await sim.control('/clock', { advance_ms: 2 * 86400000 });
  assert.equal((await sim.ask(READ, { id: order.id })).data.order, null);
});

test('an order of another store is null', async (t) => {
  const sim = await startSim(t);
  await sim.control('/shops', { shop: 'beta' });
  const [foreign] = await sim.control('/shops/beta/orders', {});
  assert.equal((await sim.ask(READ, { id: foreign.id })).data.order, null);
});

test('protected data that nobody approved are withheld, field by field', async (t) => {
  const sim = await startSim(t);
  const order = await sim.place({ shape: 'plain' });
  const read = 'query P($id: ID!) { order(id: $id) { name email shippingAddress { city address1 } } }';
  assert.equal((await sim.ask(read, { id: order.id })).errors, undefined);
  await sim.control('/shops/alpha', { protected_data: false });
  const { data, errors } = await sim.ask(read, { id: order.id });
  assert.equal(data.order.name, order.name);
  assert.equal(data.order.email, null);
  assert.deepEqual(errors.map((one) => [one.path.at(-1), one.extensions.code]),
    [['email', 'ACCESS_DENIED'], ['address1', 'ACCESS_DENIED']]);
});

test('search by tag lags behind the store and then catches up', async (t) => {
  const sim = await startSim(t, { shop: { search_lag_ms: 5000 } });
  const order = await sim.place({ tags: ['Logivery-No-Sync'] });
  assert.deepEqual(await found(sim, "tag:'logivery-no-sync'"), []);
  await sim.control('/clock', { advance_ms: 5000 });
  assert.deepEqual(await found(sim, "tag:'logivery-no-sync'"), [order.id]);
  await sim.ask('mutation R($id: ID!) { tagsRemove(id: $id, tags: ["Logivery-No-Sync"]) { node { id } } }', { id: order.id });
  assert.deepEqual(await found(sim, "tag:'logivery-no-sync'"), [order.id], 'the index still finds what was moved on');
  await sim.control('/clock', { advance_ms: 5000 });
  assert.deepEqual(await found(sim, "tag:'logivery-no-sync'"), []);
});

test('search combines filters, negation and brackets', async (t) => {
  const sim = await startSim(t);
  const a = await sim.place({ tags: ['red'] });
  const b = await sim.place({ tags: ['red', 'blue'] });
  const c = await sim.place({ tags: ['green'] });
  assert.deepEqual(await found(sim, "tag:red AND tag_not:'blue'"), [a.id]);
  assert.deepEqual(await found(sim, '(tag:blue OR tag:green) status:not_closed'), [b.id, c.id]);
  assert.deepEqual(await found(sim, `-tag:red created_at:>='2020-01-01T00:00:00Z'`), [c.id]);
  assert.deepEqual(await found(sim, `id:>${a.legacy_id}`), [b.id, c.id]);
  assert.deepEqual(await found(sim, `name:${a.name}`), [a.id]);
});

test('pages of lines follow each other until all 300 are read', async (t) => {
  const sim = await startSim(t);
  const order = await sim.place({ shape: 'many_lines' });
  const page = 'query P($id: ID!, $after: String) { order(id: $id) { lineItems(first: 250, after: $after) { pageInfo { hasNextPage endCursor } nodes { id } } } }';
  const first = (await sim.ask(page, { id: order.id })).data.order.lineItems;
  const second = (await sim.ask(page, { id: order.id, after: first.pageInfo.endCursor })).data.order.lineItems;
  assert.equal(new Set([...first.nodes, ...second.nodes].map(({ id }) => id)).size, 300);
  assert.deepEqual([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage], [true, false]);
});

test('a bucket that cannot hold the requested cost throttles with HTTP 200 and refills by the second', async (t) => {
  const sim = await startSim(t, { shop: { bucket: 25, restore: 10 } });
  const order = await sim.place({});
  const call = () => sim.raw(TAG, { id: order.id, t: ['x'] });
  const ok = await (await call()).json();
  assert.deepEqual(ok.extensions.cost, {
    requestedQueryCost: 10, actualQueryCost: 10, throttleStatus: { maximumAvailable: 25, currentlyAvailable: 15, restoreRate: 10 },
  });
  await call();
  const refused = await call();
  const body = await refused.json();
  assert.equal(refused.status, 200);
  assert.equal(body.data, undefined);
  assert.equal(body.errors[0].extensions.code, 'THROTTLED');
  assert.equal(body.extensions.cost.actualQueryCost, null);
  await sim.control('/clock', { advance_ms: 1000 });
  assert.ok((await (await call()).json()).data);
  const stats = await sim.control('/stats');
  assert.deepEqual([stats.calls, stats.points, stats.throttled, stats.overdrawn], [4, 30, 1, 1]);
});

test('an answer smaller than what was asked for gives the difference back', async (t) => {
  const sim = await startSim(t, { shop: { bucket: 100, restore: 0.001 } });
  const { extensions } = await sim.ask('{ orders(first: 250) { nodes { id } } }');
  assert.equal(extensions.cost.requestedQueryCost, 13);
  assert.equal(extensions.cost.actualQueryCost, 2);
  assert.equal(extensions.cost.throttleStatus.currentlyAvailable, 98);
});

test('a parcel is made once per call, and refused in the recorded words when nothing is left', async (t) => {
  const sim = await startSim(t);
  const order = await sim.place({ shape: 'plain' });
  const { data } = await sim.ask('query F($id: ID!) { order(id: $id) { fulfillmentOrders(first: 5) { nodes { id status } } } }', { id: order.id });
  const [one] = data.order.fulfillmentOrders.nodes;
  const create = 'mutation C($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) { fulfillment { id status } userErrors { message } } }';
  const f = { lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: one.id }], trackingInfo: { company: 'BRT', number: '1' } };
  assert.equal((await sim.ask(create, { f })).data.fulfillmentCreate.fulfillment.status, 'SUCCESS');
  const again = (await sim.ask(create, { f })).data.fulfillmentCreate;
  assert.equal(again.userErrors[0].message, `Fulfillment order ${one.id.split('/').at(-1)} has an unfulfillable status= closed.`);
});
