// See test/fault/points.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { all } from '../../demo/http.mjs';
import { isTold, shipments } from '../../demo/ship.mjs';
import { addStore, asMachine, asStaff, ordersIn, startWorld } from '../../demo/world.mjs';
import { pause, quiet, sim, verdict } from './calm.mjs';

const REACHED_S = 40;
const TOLD_S = 90;
const JUDGED = 8; // points until somebody looks
const LOST = 'fulfil.read_back'; // only after an answer that was lost
const PROGRAMS = { cloud: ['cloud'], shopify: ['app'], queue: ['cloud', 'app'] };

function options() {
  const { values } = parseArgs({ options: { only: { type: 'string', default: '' }, build: { type: 'string' } } });
  return { only: values.only, build: path.resolve(values.build) };
}

/** Every point of the source, with the program that dies there. */
function pointsOf(only) {
  const found = [];
  for (const [folder, programs] of Object.entries(PROGRAMS)) {
    for (const file of readdirSync(path.join('src', folder)).filter((f) => f.endsWith('.c'))) {
      const text = readFileSync(path.join('src', folder, file), 'utf8');
      for (const [, name] of text.matchAll(/CRASH_POINT\("([^"]+)"\)/g)) {
        for (const program of programs) found.push({ name, program });
      }
    }
  }
  return found.filter(({ name }) => name.includes(only));
}

const at = (minutes) => new Date(Date.now() + minutes * 60_000).toISOString();

/* What people, machines and the weather do, one after the other, again and again. */
const DEEDS = [
  async ({ world, store }) => {
    await sim(world, 'POST', `/shops/${store.shop}/orders`, { shape: 'plain', count: 2 });
    await sim(world, 'POST', '/faults', { kind: 'webhook_doubled', n: 1 });
    await sim(world, 'POST', `/shops/${store.shop}/expire-tokens`, {});
  },
  async ({ world, store }) => {
    await asMachine(world, 'POST', `/connectors/${store.connector}/jobs`, { kind: 'import_orders' });
    await asMachine(world, 'POST', `/connectors/${store.connector}/jobs`, { kind: 'sync' });
  },
  async ({ world, store, n }) => {
    const order = (await ordersIn(world, store)).at(-1);
    await sim(world, 'POST', `/shops/${store.shop}/orders/${order.legacy_id}/edit`, { note: `n${n}` });
    await asStaff(world, store.shop, 'POST', '/api/actions/send-orders', { orderIds: [order.id] });
    await asStaff(world, store.shop, 'POST', '/api/actions/update-status', { orderId: order.id });
  },
  async ({ world, store, point, fresh }) => {
    if (point === LOST) await sim(world, 'POST', '/faults', { kind: 'cut_after_apply', operation: 'FulfillmentCreate', n: 1 });
    for (const order of (await fresh()).slice(0, 2)) {
      const s = await asMachine(world, 'POST', `/orders/${order.id}/shipments`, {});
      await asMachine(world, 'POST', `/shipments/${s.id}/ship`, { courier: 'brt', tracking_numbers: [`N${s.id}`], shipped_at: at(-60) });
    }
  },
  async ({ world, n }) => {
    for (const s of (await shipments(world)).filter(({ state }) => state === 'SHIPPED').slice(0, 2)) {
      await asMachine(world, 'POST', `/shipments/${s.id}/track`, { courier: 'sda', tracking_numbers: [`C${n}${s.id}`] });
      await pause(500); // the store hears of the correction by itself
      await asMachine(world, 'POST', `/shipments/${s.id}/deliver`, { delivered_at: at(-1) });
    }
  },
  async ({ world, fresh }) => {
    const [order] = await fresh();
    if (!order) return;
    const body = `order number,courier,tracking,shipped_at\n${order.name},brt,F${order.id},${at(-60)}\n`;
    await fetch(`${world.cloudUrl}/api/v1/shipments/csv`, {
      method: 'POST', body, headers: { authorization: `Bearer ${world.apiToken}`, 'content-type': 'text/csv' },
    });
  },
];

/** Orders that are in the Cloud App and of which nothing was shipped. */
const freshIn = (world) => async () => {
  const taken = new Set((await shipments(world)).map((s) => s.order.id));
  const held = await all(`${world.cloudUrl}/api/v1/orders?limit=100`, world.apiToken);
  return held.filter((o) => o.state === 'synced' && o.status === 'placed' && !taken.has(o.id));
};

/** Works until the program has died; it may have at its very start. */
async function work(world, store, service, name, tally) {
  for (const until = Date.now() + REACHED_S * 1000; service.alive() && Date.now() < until; tally.deeds += 1) {
    const deed = DEEDS[tally.deeds % DEEDS.length];
    await deed({ world, store, n: tally.deeds, point: name, fresh: freshIn(world) })
      .catch((e) => { tally.last = e.message; }); // whoever was asked is dead just now
    await pause(50);
  }
}

/** Starts the program with the point as its end, works until it came, and starts it again. */
async function dieAt(world, store, { name, program }, tally) {
  const service = world[program];
  const { env, onDeath } = service;
  await service.stop();
  service.onDeath = null; // it is to die
  service.env = { ...env, LOGIVERY_CRASH: name };
  await service.start().catch((e) => { if (service.child.signalCode !== 'SIGKILL') throw e; });
  await work(world, store, service, name, tally);
  if (service.alive()) {
    tally.wrong.push(`${program} did not come to ${name} (last: ${tally.last})`);
    await service.stop();
  } else if (service.child.signalCode !== 'SIGKILL') {
    tally.wrong.push(`${program} ended with ${service.child.signalCode ?? service.child.exitCode} before ${name}; see ${service.log}`);
  } else tally.reached += 1;
  Object.assign(service, { env, onDeath });
  await service.start();
}

async function look(world, store, tally) {
  let told = false;
  const stuck = await quiet(world);
  for (const until = Date.now() + TOLD_S * 1000; !told && Date.now() < until; await pause(200)) {
    told = isTold(await shipments(world), await ordersIn(world, store));
  }
  if (!stuck && told) return;
  tally.stuck += 1;
  tally.wrong.push(`not quiet, and nothing moves: ${stuck ?? 'a shipment is not told'}`);
}

async function main() {
  const o = options();
  const began = Date.now();
  const points = pointsOf(o.only);
  const dir = mkdtempSync(path.join(os.tmpdir(), 'logivery-points-'));
  const tally = { points: points.length, reached: 0, deeds: 0, stuck: 0, wrong: [] };
  const world = await startWorld({ dir, build: o.build, sweepSeconds: 2, onDeath: (words) => tally.wrong.push(words) });
  let seen;
  try {
    const store = await addStore(world, 'tea.myshopify.com');
    for (const [i, point] of points.entries()) {
      await dieAt(world, store, point, tally);
      if (i % JUDGED === JUDGED - 1 || i === points.length - 1) await look(world, store, tally);
      console.error(`${point.program} ${point.name}: ${tally.reached} of ${i + 1} reached, ${tally.wrong.length} findings`);
    }
    seen = await verdict(world);
    tally.wrong.push(...seen.wrong);
  } finally {
    const ends = await world.stop();
    if (ends.some((e) => e !== 0)) tally.wrong.push(`the programs ended with ${ends}`);
    if (tally.wrong.length === 0) rmSync(dir, { recursive: true, force: true });
    else console.error(`logs and data are kept in ${dir}`);
  }
  for (const words of tally.wrong.slice(0, 30)) console.error(words);
  console.log(JSON.stringify({
    points: tally.points, reached: tally.reached, orders: seen.orders, lost: seen.lost, duplicated: seen.duplicated, stuck: tally.stuck,
    findings: tally.wrong.length, seconds: Math.round((Date.now() - began) / 1000),
  }));
  return seen.lost + seen.duplicated + tally.wrong.length === 0 && tally.reached === points.length ? 0 : 1;
}

main().then((code) => { process.exitCode = code; }, (e) => { console.error(`points: ${e.message}`); process.exitCode = 1; });
