// Many orders in the Cloud App's database: lists and searches must not notice.

import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { call } from '../demo/http.mjs';
import { addStore, asMachine, startWorld } from '../demo/world.mjs';
import { build, folder, forget, interleave, load, node24, pause, root, row } from './lib.mjs';

const SEEDS = 50;

/** Fifty orders that came the usual way: the rest are copies of them. */
async function seed(world) {
  const shop = 'tea.myshopify.com';
  await call('POST', `${world.sim}/control/shops/${shop}/orders`, { body: { shape: 'plain', count: SEEDS } });
  for (let i = 0; i < 1200; i++) {
    const { items } = await asMachine(world, 'GET', `/orders?limit=${SEEDS}&state=synced`);
    if (items.length === SEEDS) return items;
    await pause(100);
  }
  throw new Error('the first orders were not imported within two minutes');
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

export async function scaleRows({ quick, big, say }) {
  const dir = folder();
  const count = quick ? 20_000 : big ? 1_000_000 : 100_000;
  const world = await startWorld({ dir, build, sweepSeconds: 3600 });
  try {
    await addStore(world, 'tea.myshopify.com', { bucket: 1_000_000, restore: 1_000_000 });
    const [first] = await seed(world);
    const { document } = await asMachine(world, 'GET', `/orders/${first.id}`);
    const sku = document.lines.find((l) => l.sku)?.sku ?? 'TEA';
    const before = statSync(path.join(dir, 'cloud/cloud.db')).size;
    await world.cloud.stop();
    say(`${count} orders`);
    const file = path.join(dir, 'cloud/cloud.db');
    execFileSync(node24, [path.join(root, 'bench/copy.mjs'), file, String(count / SEEDS)], { stdio: 'inherit' });
    const size = (statSync(file).size - before) / count / 1024;
    await world.cloud.start();
    const deep = await deepCursor(world, quick ? 100 : 300);
    const n = quick ? 100 : 400;
    const q = (text) => `/orders?limit=50&q=${encodeURIComponent(text)}`;
    const lists = {
      'first page': '/orders?limit=50', 'deep page': `/orders?limit=50&cursor=${deep}`,
      'by number': q(first.number.replace('#', '')), 'by customer': q((first.destination ?? 'Rossi').split(/[ ,]/)[0]), 'by SKU': q(sku),
    };
    const m = await interleave(Object.fromEntries(Object.entries(lists).map(([name, where]) => [name, () => get(world, where, n)])), quick ? 1 : 3);
    return [
      ...Object.keys(lists).map((name) => row(`${count} orders: ${name}, p99`, { unit: 'ms', ours: m[name].p99_ms, most: 30, note: `p50 ${m[name].p50_ms.toFixed(1)}` })),
      row(`${count} orders: deep page against the first, p50`, { unit: 'ms', ours: m['deep page'].p50_ms, peer: m['first page'].p50_ms, of: 'peer', most: 1.5 }),
      row(`${count} orders: database, an order`, { unit: 'KB', ours: size }),
    ];
  } finally {
    await world.stop();
    forget(dir);
  }
}
