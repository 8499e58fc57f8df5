import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import test from 'node:test';
import { startApp, startSim, webhookEvent } from '../harness.mjs';

const ONLY_ORDERS = ['orders/create', 'orders/updated', 'orders/edited', 'orders/cancelled'];

async function start(t, respond, options) {
  const app = await startApp(t, respond);
  const sim = await startSim(t, options);
  await sim.control('/app', { url: app.url, topics: ONLY_ORDERS });
  return { app, sim };
}

test('a placed order is told to the app, signed over the raw body', async (t) => {
  const { app, sim } = await start(t);
  const order = await sim.place({ shape: 'unicode' });
  const [delivery] = await app.received(1);
  const mark = createHmac('sha256', 'hush').update(delivery.body).digest('base64');
  assert.equal(delivery.path, '/webhooks');
  assert.equal(delivery.headers['x-shopify-hmac-sha256'], mark);
  assert.equal(delivery.topic, 'orders/create');
  assert.equal(delivery.headers['x-shopify-shop-domain'], 'alpha.myshopify.com');
  assert.equal(JSON.parse(delivery.body).admin_graphql_api_id, order.id);
});

test('a failed delivery is tried again with the same body and the same Webhook-Id', async (t) => {
  const { app, sim } = await start(t, (_delivery, n) => (n < 3 ? 503 : 200), { timeScale: 1e6 });
  const acked = webhookEvent(sim.world, 'acked');
  await sim.place({});
  const tries = await app.received(3);
  assert.equal(new Set(tries.map(({ body }) => body.toString())).size, 1);
  assert.equal(new Set(tries.map(({ headers }) => headers['x-shopify-webhook-id'])).size, 1);
  assert.equal((await acked).tries, 3);
});

test('after eight more tries a delivery is given up', async (t) => {
  const { app, sim } = await start(t, () => 500, { timeScale: 1e7 });
  await sim.place({});
  await app.received(9);
  let stats;
  do { stats = (await sim.control('/stats')).webhooks; } while (stats.pending);
  assert.deepEqual([stats.sent, stats.failed, stats.given_up], [9, 9, 1]);
});

test('the app\'s own tag write comes back as orders/updated, a write that changes nothing does not', async (t) => {
  const { app, sim } = await start(t);
  const order = await sim.place({});
  const tag = 'mutation T($id: ID!) { tagsAdd(id: $id, tags: ["logivery-syncing"]) { node { id } } }';
  await sim.ask(tag, { id: order.id });
  await sim.ask(tag, { id: order.id });
  await sim.control(`/shops/alpha/orders/${order.legacy_id}/cancel`, {});
  const topics = (await app.received(4)).map(({ topic }) => topic).sort();
  assert.deepEqual(topics, ['orders/cancelled', 'orders/create', 'orders/updated', 'orders/updated']);
});

test('an edit of a line is told as orders/edited and as orders/updated', async (t) => {
  const { app, sim } = await start(t);
  const order = await sim.place({ shape: 'plain', lines: 2, quiet: true });
  await sim.control(`/shops/alpha/orders/${order.legacy_id}/edit`, { line: { index: 0, quantity: 9 }, note: 'more' });
  const deliveries = await app.received(2);
  const of = (topic) => JSON.parse(deliveries.find((one) => one.topic === topic).body);
  assert.ok(of('orders/edited').order_edit.line_items.additions[0].delta > 0);
  assert.equal(of('orders/updated').line_items[0].current_quantity, 9);
});

test('one action on fifty orders sends fifty deliveries that share one Event-Id', async (t) => {
  const { app, sim } = await start(t);
  await sim.control('/shops/alpha/orders', { count: 50, age_days: 3 });
  await sim.control('/shops/alpha/orders/tags', { add: ['logivery-no-sync'] });
  const deliveries = await app.received(50);
  const distinct = (header) => new Set(deliveries.map(({ headers }) => headers[header])).size;
  assert.equal(distinct('x-shopify-event-id'), 1);
  assert.equal(distinct('x-shopify-webhook-id'), 50);
});

test('weather loses, doubles and reorders its share, and says how many', async (t) => {
  const { app, sim } = await start(t);
  await sim.control('/weather', { webhook_lost: 0.1, webhook_doubled: 0.1, webhook_reordered: 0.1 });
  await sim.control('/shops/alpha/orders', { count: 60, shape: 'plain' });
  const faults = await sim.control('/faults');
  for (const kind of ['webhook_lost', 'webhook_doubled', 'webhook_reordered']) assert.ok(faults[kind] >= 4, `${kind}: ${faults[kind]}`);
  const deliveries = await app.received(60 - faults.webhook_lost + faults.webhook_doubled);
  assert.equal(new Set(deliveries.map(({ headers }) => headers['x-shopify-webhook-id'])).size, 60 - faults.webhook_lost);
});

test('a reordered delivery arrives after one that was sent later', async (t) => {
  const { app, sim } = await start(t);
  await sim.control('/faults', { kind: 'webhook_reordered', n: 1 });
  const first = await sim.place({ shape: 'plain' });
  const second = await sim.place({ shape: 'plain' });
  const ids = (await app.received(2)).map(({ body }) => JSON.parse(body).admin_graphql_api_id);
  assert.deepEqual(ids, [second.id, first.id]);
});

test('a subscription of the store itself delivers the same change once more, with another Webhook-Id', async (t) => {
  const { app, sim } = await start(t);
  await sim.ask(`mutation W($uri: String!) { webhookSubscriptionCreate(topic: ORDERS_CREATE, webhookSubscription: { uri: $uri }) { userErrors { message } } }`,
    { uri: `${app.url}/more` });
  await sim.place({});
  const deliveries = await app.received(2);
  assert.deepEqual(deliveries.map(({ path }) => path).sort(), ['/more', '/webhooks']);
  assert.notEqual(deliveries[0].headers['x-shopify-webhook-id'], deliveries[1].headers['x-shopify-webhook-id']);
});

test('an app that is busy with 64 deliveries does not make the others time out', async (t) => {
  const { app, sim } = await start(t);
  await sim.control('/shops/alpha/orders', { count: 400, shape: 'plain' });
  await app.received(400);
  let stats;
  do { stats = (await sim.control('/stats')).webhooks; } while (stats.pending);
  assert.deepEqual([stats.sent, stats.failed], [400, 0]);
});

test('an order out of sight sends nothing', async (t) => {
  const { app, sim } = await start(t);
  await sim.place({ age_days: 61, quiet: false });
  const young = await sim.place({});
  const [delivery] = await app.received(1);
  assert.equal(JSON.parse(delivery.body).admin_graphql_api_id, young.id);
});

test('compliance topics reach the app also after it was uninstalled', async (t) => {
  const { app, sim } = await start(t);
  await sim.control('/shops/alpha/uninstall', {});
  await sim.control('/shops/alpha/compliance', { topic: 'customers/redact', customer: { id: '9007199254740993' }, orders_to_redact: ['1'] });
  const [delivery] = await app.received(1);
  assert.match(delivery.body.toString(), /"id":9007199254740993\b/);
});

test('a repeated delivery comes again later, acknowledged or not, under the same Webhook-Id', async (t) => {
  const { app, sim } = await start(t);
  await sim.control('/faults', { kind: 'webhook_repeated', ms: 50 });
  await sim.place({});
  const [first, second] = await app.received(2);
  assert.equal(first.headers['x-shopify-webhook-id'], second.headers['x-shopify-webhook-id']);
  assert.deepEqual(first.body, second.body);
});
