// Whole orders, from the webhook to the tag: the pipeline, points, fairness.

import { all, call } from '../demo/http.mjs';
import { addStore, asMachine, ordersIn, startWorld } from '../demo/world.mjs';
import { build, folder, forget, pause, row, used } from './lib.mjs';

const control = (world, method, where, body) => call(method, `${world.sim}/control${where}`, { body });
const isSynced = (o) => o.tags.includes('logivery-synced');

async function makeWorld(stores, options = {}) {
  const dir = folder();
  const world = await startWorld({ dir, build, sweepSeconds: 3600, timeScale: 1, ...options });
  world.end = async () => {
    await world.stop();
    forget(dir);
  };
  try {
    for (const [name, wish] of Object.entries(stores)) await addStore(world, `${name}.myshopify.com`, wish);
  } catch (e) {
    await world.end();
    throw e;
  }
  return world;
}

async function until(what, test, seconds) {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const seen = await test();
    if (seen) return seen;
    if (performance.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await pause(20);
  }
}

/** Places `count` orders in lots; answers ms until all are synced, and each one's
    own time, seen every 20 ms. */
async function run(world, name, count, { seconds = 120, lot = 50 } = {}) {
  const shop = `${name}.myshopify.com`;
  const known = new Set((await ordersIn(world, { shop })).map((o) => o.legacy_id));
  const placed = new Map();
  const times = [];
  const began = performance.now();
  const place = (async () => {
    for (let i = 0; i < count; i += lot) {
      const some = await control(world, 'POST', `/shops/${shop}/orders`, { shape: 'plain', count: Math.min(lot, count - i) });
      for (const o of some) placed.set(o.legacy_id, performance.now());
    }
  })();
  await until(`${count} orders of ${name} are synced`, async () => {
    const now = performance.now();
    for (const o of await ordersIn(world, { shop })) {
      if (known.has(o.legacy_id) || !isSynced(o) || !placed.has(o.legacy_id)) continue;
      known.add(o.legacy_id);
      times.push(now - placed.get(o.legacy_id));
    }
    return times.length >= count;
  }, seconds);
  await place;
  times.sort((a, b) => a - b);
  return { ms: performance.now() - began, p50: times[times.length >> 1], p99: times[Math.floor(times.length * 0.99)] };
}

const UNTHROTTLED = { bucket: 10_000_000, restore: 10_000_000, search_lag_ms: 0 };

export async function pipelineRows({ quick, say }) {
  const world = await makeWorld({ tea: UNTHROTTLED });
  try {
    const count = quick ? 100 : 1000;
    await run(world, 'tea', 20);
    say(`${count} orders at once`);
    const before = { app: used(world.app.child.pid), cloud: used(world.cloud.child.pid) };
    const r = await run(world, 'tea', count);
    const after = { app: used(world.app.child.pid), cloud: used(world.cloud.child.pid) };
    const cpu = (after.app.cpu + after.cloud.cpu - before.app.cpu - before.cloud.cpu) * 1000 / count;
    say('one at a time');
    const alone = await run(world, 'tea', quick ? 10 : 50, { lot: 1 });
    return [
      row('pipeline: webhook to synced', { unit: '/s', ours: count * 1000 / r.ms }),
      row('pipeline: p99 of an order among them', { unit: 'ms', ours: r.p99 }),
      row('pipeline: p50 of a few', { unit: 'ms', ours: alone.p50 }),
      row('pipeline: CPU of both programs for an order', { unit: 'ms', ours: cpu }),
    ];
  } finally {
    await world.end();
  }
}

/** Points and calls while `work` runs. */
async function spent(world, work) {
  const before = await control(world, 'GET', '/stats');
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1000;
  const after = await control(world, 'GET', '/stats');
  return { points: after.points - before.points, calls: after.calls - before.calls,
    throttled: after.throttled - before.throttled, seconds };
}

/** Until no call was made for three seconds. */
async function quiet(world, seconds) {
  const end = performance.now() + seconds * 1000;
  let last = -1;
  let since = performance.now();
  while (performance.now() - since < 3000) {
    const { calls } = await control(world, 'GET', '/stats');
    if (calls !== last) since = performance.now();
    last = calls;
    if (performance.now() > end) throw new Error(`the store was still called after ${seconds} s`);
    await pause(100);
  }
}

async function shipAll(world, orders) {
  const ids = [];
  for (const o of orders) {
    const s = await asMachine(world, 'POST', `/orders/${o.id}/shipments`, { courier: 'brt', tracking_numbers: [`BENCH${o.id}`] });
    await asMachine(world, 'POST', `/shipments/${s.id}/ship`, {});
    ids.push(s.id);
  }
  return ids;
}

/* Shopify refuses operations, so that single calls are measured. */
const NO_BULK = { kind: 'bulk_refused', n: 1000 };

export async function pointRows({ quick, say }) {
  const count = quick ? 40 : 2000;
  const restore = quick ? 40 : 100;
  const store = { bucket: 20 * restore, restore };
  const world = await makeWorld({ tea: store });
  try {
    await control(world, 'POST', '/shops/tea.myshopify.com/empty-bucket', {});
    await control(world, 'POST', '/faults', NO_BULK);
    say(`a backlog of ${count} orders, ${restore} points a second`);
    const took = await spent(world, () => run(world, 'tea', count, { seconds: 600, lot: 100 }));
    const share = 100 * took.points / (0.8 * restore * took.seconds);
    const few = quick ? 10 : 100;
    const orders = (await all(`${world.cloudUrl}/api/v1/orders?limit=100`, world.apiToken)).slice(0, few);
    await control(world, 'POST', '/shops/tea.myshopify.com', UNTHROTTLED);
    await pause(500);
    say(`${few} shipped, then delivered`);
    const shipped = await spent(world, async () => {
      world.shipments = await shipAll(world, orders);
      await quiet(world, 120);
    });
    const delivered = await spent(world, async () => {
      for (const id of world.shipments) await asMachine(world, 'POST', `/shipments/${id}/deliver`, {});
      await quiet(world, 120);
    });
    return [
      row('points for an order imported', { unit: 'pts', ours: took.points / count, most: 10 }),
      row('points for an order shipped', { unit: 'pts', ours: shipped.points / few, most: 30 }),
      row('points for an order delivered', { unit: 'pts', ours: delivered.points / few, most: 14 }),
      row('of what background work may use, used', { unit: '%', ours: share, least: 95 }),
      row('throttled of 1,000 calls', { unit: '', ours: took.throttled * 1000 / Math.max(1, took.calls), most: 2 }),
    ];
  } finally {
    await world.end();
  }
}

export async function fairRows({ quick, say }) {
  const world = await makeWorld({ big: UNTHROTTLED, small: UNTHROTTLED });
  try {
    const few = quick ? 15 : 100;
    await run(world, 'small', 5, { lot: 1 });
    say('the small store alone');
    const alone = await run(world, 'small', few, { lot: 1 });
    say('beside a store with a backlog');
    const backlog = quick ? 400 : 4000;
    for (let i = 0; i < backlog; i += 200) {
      await control(world, 'POST', '/shops/big.myshopify.com/orders', { shape: 'plain', count: 200 });
    }
    const beside = await run(world, 'small', few, { lot: 1 });
    const left = (await ordersIn(world, { shop: 'big.myshopify.com' })).filter((o) => !isSynced(o)).length;
    return [row('fairness: p99 of a store beside a backlog, against alone', {
      unit: 'ms', ours: beside.p99, peer: alone.p99, of: 'peer', most: 2, note: `${left} of ${backlog} were still waiting` })];
  } finally {
    await world.end();
  }
}

/* Slower than the stand-in is by itself: half a minute for a thousand lines. */
const BULK_PACE = { bulk_start_ms: 5000, bulk_line_ms: 25 };

/** Points and seconds until `count` waiting orders all show it, from an empty bucket. */
async function tagAll({ count, restore, bucket, single }) {
  const shop = 'tea.myshopify.com';
  const world = await makeWorld({ tea: { bucket, restore } });
  try {
    await asMachine(world, 'PATCH', `/connectors/${world.stores[0].connector}`, { automatic: false });
    if (single) await control(world, 'POST', '/faults', NO_BULK);
    await control(world, 'POST', `/shops/${shop}`, BULK_PACE);
    await control(world, 'POST', `/shops/${shop}/empty-bucket`, {});
    return await spent(world, async () => {
      for (let i = 0; i < count; i += 25) {
        await control(world, 'POST', `/shops/${shop}/orders`, { shape: 'plain', count: Math.min(25, count - i) });
        await pause(600); // a page of the sweep holds the orders of one second
      }
      await until(`${count} orders are tagged`, async () => {
        const orders = await ordersIn(world, { shop });
        return orders.length === count && orders.every((o) => o.tags.includes('logivery-no-sync'));
      }, 600);
    });
  } finally {
    await world.end();
  }
}

export async function bulkRows({ quick, say }) {
  const size = quick ? { count: 125, restore: 40, bucket: 80 } : { count: 1000, restore: 100, bucket: 2000 };
  say(`${size.count} orders to tag, ${size.restore} points a second: one by one, and in bulk`);
  // Beside each other: both wait for points most of the time.
  const [single, bulk] = await Promise.all([tagAll({ ...size, single: true }), tagAll(size)]);
  return [
    row(`bulk: seconds for ${size.count} orders to tag, against single calls`, {
      unit: 's', ours: bulk.seconds, peer: single.seconds, of: 'peer', most: 1 }),
    row(`bulk: points for ${size.count} orders to tag, against single calls`, {
      unit: 'pts', ours: bulk.points, peer: single.points, of: 'peer', most: 1 }),
  ];
}
