// Many orders in the Cloud App's database: nothing may notice.

import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { call } from '../demo/http.mjs';
import { addStore, asMachine, startWorld } from '../demo/world.mjs';
import { build, folder, forget, interleave, load, median, node24, pause, root, row } from './lib.mjs';
import { screens } from './screens.mjs';
import { StoreSide } from './store.mjs';

const SEEDS = 50;
const DEEP_PAGES = 200;

/** Fifty orders that came the usual way: the rest are copies of them. */
async function seed(world) {
  const shop = 'tea.myshopify.com';
  await call('POST', `${world.sim}/control/shops/${shop}/orders`, { body: { shape: 'plain', count: SEEDS } });
  for (let i = 0; i < 1200; i++) {
    const { items } = await asMachine(world, 'GET', `/orders?limit=${SEEDS}&state=synced`);
    if (items.length === SEEDS) return Promise.all(items.map(({ id }) => asMachine(world, 'GET', `/orders/${id}`)));
    await pause(100);
  }
  throw new Error('the first orders were not imported within two minutes');
}

/** A Cloud App on a folder of its own, a few orders in it, and a store that sends more. */
export async function openWorld(dir) {
  const world = await startWorld({ dir, build, sweepSeconds: 3600 });
  try {
    world.file = path.join(dir, 'cloud/cloud.db');
    world.tea = await addStore(world, 'tea.myshopify.com', { bucket: 1_000_000, restore: 1_000_000 });
    world.seeds = await seed(world);
    world.count = SEEDS;
    world.store = await new StoreSide(world, 'wool.myshopify.com').start();
  } catch (e) {
    await world.stop();
    throw e;
  }
  return world;
}

export async function closeWorld(world) {
  world.store.stop();
  await world.stop();
}

/** Until it holds `count` orders; answers kilobytes each of them took, and ms to start again. */
export async function grow(world, count) {
  await world.cloud.stop();
  const before = statSync(world.file).size;
  const [from, to] = [world.count / SEEDS, count / SEEDS - 1];
  execFileSync(node24, [path.join(root, 'bench/copy.mjs'), world.file, from, to, SEEDS].map(String), { stdio: 'inherit' });
  const kb = (statSync(world.file).size - before) / (count - world.count) / 1024;
  world.count = count;
  return { kb, start: await startTime(world) };
}

async function startTime(world) {
  const began = performance.now();
  await world.cloud.start();
  return performance.now() - began;
}

const get = (world, where, count) => load(['--to', new URL(world.cloudUrl).host, '--get', '--path', `/api/v1${where}`,
  '--header', `Authorization: Bearer ${world.apiToken}`, '--connections', 1, '--count', count]);

/** The cursor behind so many pages. */
async function deepCursor(world, pages) {
  let cursor = '';
  for (let i = 0; i < pages; i++) {
    const page = await asMachine(world, 'GET', `/orders?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    if (!page.next_cursor) break;
    cursor = page.next_cursor;
  }
  return encodeURIComponent(cursor);
}

/** What people ask for: path behind /api/v1. */
async function questions(world) {
  const { document, ...first } = world.seeds[0];
  const sku = document.lines.find((l) => l.sku)?.sku ?? 'TEA';
  const name = (first.destination ?? 'Rossi').split(/[ ,]/)[0];
  const q = (text) => `/orders?limit=50&q=${encodeURIComponent(text)}`;
  const number = String(1000 + world.count / 2); // copies are numbered so
  return {
    'first page': '/orders?limit=50',
    'deep page': `/orders?limit=50&cursor=${await deepCursor(world, DEEP_PAGES)}`,
    'by number': q(number),
    'by customer': q(name),
    'by SKU': q(sku),
    'by SKU and customer': q(`${sku} ${name}`),
    'by SKU and a word that no order has': q(`${sku} xyzzy`),
    'Queue Log, first page': '/log?limit=50',
    'Queue Log, search': `/log?limit=50&q=${number}`,
    'Queue Log, errors': '/log?limit=50&level=error',
    'summary of the first page': '/summary',
  };
}

async function lists(world, quick) {
  const all = Object.entries(await questions(world));
  const contenders = Object.fromEntries(all.map(([name, where]) => [name, () => get(world, where, quick ? 100 : 400)]));
  for (const ask of Object.values(contenders)) await ask(); // the first reads from the disk
  const m = await interleave(contenders, quick ? 1 : 3);
  const at = `${world.count} orders`;
  return [
    ...all.map(([name]) => row(`${at}: ${name}, p99`, {
      unit: 'ms', ours: m[name].p99_ms, most: 30, note: `p50 ${m[name].p50_ms.toFixed(1)}`, curve: ['lists', name, world.count] })),
    row(`${at}: deep page against the first, p50`, { unit: 'ms', ours: m['deep page'].p50_ms, peer: m['first page'].p50_ms, of: 'peer', most: 1.5 }),
  ];
}

/** Orders a second, beside those of a world that holds few, in turn. */
async function imports(world, few, quick) {
  const count = quick ? 200 : 1000;
  const one = async (w) => ({ rate: count / await w.store.send(w.seeds.map((s) => s.document), count) });
  const m = await interleave({ few: () => one(few), many: () => one(world) }, quick ? 2 : 5);
  return row(`${world.count} orders: imported a second, against an empty database`, {
    unit: '/s', ours: m.many.rate, peer: m.few.rate, of: 'peer', least: 0.85, curve: ['import', 'of the empty rate', world.count] });
}

async function starts(world, first, quick) {
  const times = [first];
  for (let i = 0; i < (quick ? 1 : 4); i++) {
    await world.cloud.stop();
    times.push(await startTime(world));
  }
  return row(`${world.count} orders: start to ready`, { unit: 'ms', ours: median(times), curve: ['start', 'start to ready', world.count] });
}

export async function scaleRows({ quick, big, say }) {
  const dirs = [folder(), folder()];
  const counts = quick ? [20_000] : [100_000, 1_000_000, ...(big ? [3_000_000] : [])];
  const rows = [];
  const open = [];
  try {
    for (const dir of dirs) open.push(await openWorld(dir));
    const [few, world] = open;
    for (const count of counts) {
      say(`${count} orders`);
      const { kb, start } = await grow(world, count);
      rows.push(...await lists(world, quick), await imports(world, few, quick), await starts(world, start, quick),
        row(`${count} orders: database, an order`, { unit: 'KB', ours: kb, curve: ['size', 'database, an order', count] }));
    }
    say('screens');
    rows.push(...await screens(world, 'tea', { quick }));
  } finally {
    await Promise.all(open.map(closeWorld));
    dirs.forEach(forget);
  }
  return rows;
}
