// Webhook intake, durable: signed orders of 8 KB, 200 only after they are kept.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { call } from '../demo/http.mjs';
import { addStore, startWorld } from '../demo/world.mjs';
import { build, folder, forget, interleave, load, node24, peer, Rival, row, tool, used } from './lib.mjs';
import { startPostgres } from './pg.mjs';

const SHOP = 'bench.myshopify.com';
const SIZE = 8000;

/** Orders as the store would send them, one a line, filled up to 8 KB with a
    note; older than the installation, so that each is read and held against the
    ledger, and nothing follows. */
export async function writeBodies(world, file, count = 64) {
  const found = [];
  for (let seed = 1; found.length < count && seed < 60; seed++) {
    const some = await call('POST', `${world.sim}/control/shops/${SHOP}/orders/generate`,
      { body: { count: 64, seed, shape: 'plain' } });
    for (const { rest } of some) {
      const bare = rest.replace(/"created_at":\s*"[^"]*"/g, '"created_at":"2026-01-05T10:00:00Z"')
        .replace(/"note":\s*(null|"[^"]*")/, '"note":""');
      const short = SIZE - Buffer.byteLength(bare);
      if (short >= 0 && short < SIZE / 2) found.push(bare.replace('"note":""', `"note":"${'n'.repeat(short)}"`));
    }
  }
  if (found.length < count) throw new Error(`only ${found.length} orders fit into ${SIZE} bytes`);
  writeFileSync(file, `${found.slice(0, count).join('\n')}\n`);
}

/** Our program, installed in one store, and the orders to send it. */
export async function startOurs(dir, options = {}) {
  mkdirSync(dir, { recursive: true });
  const world = await startWorld({ dir, build, sweepSeconds: 3600, ...options });
  await addStore(world, SHOP);
  world.bodies = path.join(dir, 'bodies.jsonl');
  await writeBodies(world, world.bodies);
  return world;
}

const nodesOf = (world) => world.app.nodes ?? [world.app];

async function stopOurs(world) {
  nodesOf(world).forEach((n) => process.kill(n.child.pid, 'SIGCONT'));
  await world.stop();
}

const knock = (world, port, more) => load(['--to', `127.0.0.1:${port}`, '--path', '/webhooks',
  '--bodies', world.bodies, '--secret', world.clientSecret, '--shop', SHOP, ...more]);

const portOf = (world) => new URL(world.appUrl).port;

/** Figures of one run against a process. */
async function take(world, port, pid, more) {
  const before = used(pid);
  const r = await knock(world, port, more);
  const after = used(pid);
  return { rate: r.rate, p99: r.p99_ms, cpu: (after.cpu - before.cpu) * 1e6 / r.requests, peak: after.peak / 1024 };
}

/** Ours works off what came in while it is measured, and stands still while the
    others are. */
async function takeOurs(world, more) {
  const { pid } = world.app.child;
  process.kill(pid, 'SIGCONT');
  try {
    return await take(world, portOf(world), pid, more);
  } finally {
    process.kill(pid, 'SIGSTOP');
  }
}

function contenders(world, rivals, more) {
  const list = { ours: () => takeOurs(world, more) };
  for (const [name, r] of Object.entries(rivals)) list[name] = () => take(world, r.port, r.pid, more);
  return list;
}

export async function intakeSqlite({ quick, say }) {
  const dir = folder();
  const world = await startOurs(path.join(dir, 'ours'));
  const secret = world.clientSecret;
  const rivals = {
    file: new Rival(tool('limit'), ['file', path.join(dir, 'file'), secret]),
    bare: new Rival(tool('limit'), ['sqlite', path.join(dir, 'bare.db'), secret]),
    official: new Rival(node24, [peer('express.mjs'), path.join(dir, 'official.db'), secret]),
    prisma: new Rival(node24, [peer('prisma.mjs'), path.join(dir, 'prisma.db'), secret, SHOP]),
    node: new Rival(node24, [peer('node_raw.mjs'), path.join(dir, 'node.db'), secret]),
  };
  try {
    for (const r of Object.values(rivals)) await r.start();
    say('64 connections');
    const m = await interleave(contenders(world, rivals, ['--connections', 64, '--seconds', quick ? 1 : 4]), quick ? 3 : 7);
    const { file, bare, official, prisma, node, ours } = m;
    say('500 a second');
    const steady = await interleave({
      ours: () => takeOurs(world, ['--rate', 500, '--seconds', quick ? 1 : 6, '--connections', 64]),
      official: () => take(world, rivals.official.port, rivals.official.pid, ['--rate', 500, '--seconds', quick ? 1 : 6, '--connections', 64]),
    }, quick ? 1 : 3);
    say('a burst of 10,000');
    const burst = await interleave({
      ours: () => takeOurs(world, ['--count', 10000, '--connections', 1000]),
    }, quick ? 1 : 3);
    const official10k = await take(world, rivals.official.port, rivals.official.pid, ['--count', quick ? 1000 : 10000, '--connections', 1000]);
    return [
      row('intake SQLite: of bare epoll + SQLite group commit', { unit: '/s', ours: ours.rate, limit: bare.rate, of: 'limit', least: 0.7 }),
      row('intake SQLite: of bare epoll + file', { unit: '/s', ours: ours.rate, limit: file.rate, of: 'limit' }),
      row('intake SQLite: shopify-app-express + better-sqlite3', { unit: '/s', ours: ours.rate, peer: official.rate, of: 'peer', least: 10 }),
      row('intake SQLite: shopify-app-express + Prisma', { unit: '/s', ours: ours.rate, peer: prisma.rate, of: 'peer', least: 15 }),
      row('intake SQLite: hand-tuned Node', { unit: '/s', ours: ours.rate, peer: node.rate, of: 'peer', least: 1.5 }),
      row('intake SQLite: CPU per request', { unit: 'us', ours: ours.cpu, peer: official.cpu, limit: bare.cpu, of: 'limit' }),
      row('intake SQLite: p99 at 500/s', { unit: 'ms', ours: steady.ours.p99, peer: steady.official.p99, most: 25 }),
      row('intake SQLite: p99 in a burst of 10,000 on 1,000 connections', { unit: 'ms', ours: burst.ours.p99, peer: official10k.p99, most: 250 }),
      row('intake SQLite: memory, loaded', { unit: 'MB', ours: burst.ours.peak, peer: official.peak, limit: bare.peak, most: 100 }),
    ];
  } finally {
    await Promise.all(Object.values(rivals).map((r) => r.child && r.stop()));
    await stopOurs(world);
    forget(dir);
  }
}

export async function intakePg({ quick, say }) {
  const dir = folder();
  const pg = await startPostgres(path.join(dir, 'pg'));
  const world = await startOurs(path.join(dir, 'ours'), { appArgs: ['--database', await pg.database('ours')] });
  const rivals = {
    pipeline: new Rival(tool('limit'), ['pg', await pg.database('pipeline'), world.clientSecret]),
    each: new Rival(tool('limit'), ['pg', await pg.database('each'), world.clientSecret, 'each']),
  };
  try {
    for (const r of Object.values(rivals)) await r.start();
    say('64 connections');
    const m = await interleave(contenders(world, rivals, ['--connections', 64, '--seconds', quick ? 1 : 4]), quick ? 3 : 7);
    return [
      row('intake PostgreSQL: of bare epoll + libpq pipeline', { unit: '/s', ours: m.ours.rate, limit: m.pipeline.rate, of: 'limit', least: 0.7 }),
      row('intake PostgreSQL: one transaction each', { unit: '/s', ours: m.ours.rate, peer: m.each.rate, of: 'peer' }),
    ];
  } finally {
    await Promise.all(Object.values(rivals).map((r) => r.child && r.stop()));
    await stopOurs(world);
    await pg.stop();
    forget(dir);
  }
}

/** One node and three on PostgreSQL, one load that is shared out among them. */
export async function intakeNodes({ quick, say }) {
  const dir = folder();
  const connections = 64;
  const worlds = [];
  const freeze = (world, signal) => nodesOf(world).forEach((n) => process.kill(n.child.pid, signal));
  const takeAll = async (world) => {
    const nodes = nodesOf(world);
    freeze(world, 'SIGCONT');
    try {
      const all = await Promise.all(nodes.map((n) => knock(world, new URL(n.url).port,
        ['--connections', Math.ceil(connections / nodes.length), '--seconds', quick ? 1 : 4])));
      return { rate: all.reduce((sum, r) => sum + r.rate, 0), p99: Math.max(...all.map((r) => r.p99_ms)) };
    } finally {
      freeze(world, 'SIGSTOP');
    }
  };
  try {
    for (const nodes of [1, 3]) {
      const world = await startOurs(path.join(dir, `n${nodes}`), { nodes, postgres: true });
      worlds.push(world);
      freeze(world, 'SIGSTOP');
    }
    say('one node, three nodes');
    const m = await interleave({ one: () => takeAll(worlds[0]), three: () => takeAll(worlds[1]) }, quick ? 1 : 5);
    return [row('intake PostgreSQL: three nodes, against one', { unit: '/s', ours: m.three.rate, peer: m.one.rate, of: 'peer' }),
      row('intake PostgreSQL: three nodes, p99', { unit: 'ms', ours: m.three.p99, peer: m.one.p99 })];
  } finally {
    await Promise.all(worlds.map(stopOurs));
    forget(dir);
  }
}

/** 2 ms more for every fsync, as disks have it; against a commit per request. */
export async function intakeDisk({ quick, say }) {
  const dir = folder();
  const slow = { LD_PRELOAD: tool('slowsync.so') };
  const world = await startOurs(path.join(dir, 'ours'), { env: slow });
  const each = new Rival(tool('limit'), ['sqlite', path.join(dir, 'each.db'), world.clientSecret, 'each'], { env: slow });
  try {
    await each.start();
    say('64 connections, every fsync 2 ms slower');
    const m = await interleave(contenders(world, { each }, ['--connections', 64, '--seconds', quick ? 2 : 4]), quick ? 1 : 5);
    return [row('intake SQLite, fsync + 2 ms: one commit per request', { unit: '/s', ours: m.ours.rate, peer: m.each.rate, of: 'peer', least: 15 })];
  } finally {
    if (each.child) await each.stop();
    await stopOurs(world);
    forget(dir);
  }
}
