// Outgoing calls; start and idle; readers of the live log; size.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { once } from 'node:events';
import { addStore, startWorld } from '../demo/world.mjs';
import { ask, build, folder, forget, interleave, median, node24, pause, peer, Rival, row, tool, used } from './lib.mjs';

export async function callRows({ quick, say }) {
  const stub = new Rival(node24, [peer('stub.mjs')]);
  await stub.start();
  try {
    say('eight threads, keep-alive');
    const url = `http://127.0.0.1:${stub.port}/`;
    const m = await interleave({
      ours: () => ask(tool('calls'), ['ours', url, quick ? 1 : 3]),
      bare: () => ask(tool('calls'), ['bare', url, quick ? 1 : 3]),
    }, quick ? 3 : 5);
    return [
      row('outgoing calls: of bare libcurl', { unit: '/s', ours: m.ours.rate, limit: m.bare.rate, of: 'limit', least: 0.7 }),
      row('outgoing calls: CPU each', { unit: 'us', ours: m.ours.cpu, limit: m.bare.cpu, of: 'limit' }),
    ];
  } finally {
    await stub.stop();
  }
}

/** Times a thread of it was put to sleep of its own will: wake-ups, about. */
function switches(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)[1]);
}

async function wakeUps(pid, ms) {
  const all = () => readdirSync(`/proc/${pid}/task`).reduce((n, t) => n + switches(`${pid}/task/${t}`), 0);
  const before = all();
  await pause(ms);
  return (all() - before) * 1000 / ms;
}

async function startTime(service) {
  await service.stop();
  const began = performance.now();
  await service.start();
  return performance.now() - began;
}

/** So many connections that read the live log; megabytes they cost. */
async function listeners(world, count) {
  const { port } = new URL(world.cloudUrl);
  const { pid } = world.cloud.child;
  const before = used(pid);
  const sockets = [];
  let streaming = 0;
  for (let i = 0; i < count; i++) {
    const s = net.connect(port, '127.0.0.1');
    s.on('error', () => {});
    s.once('data', (d) => { if (d.toString().startsWith('HTTP/1.1 200')) streaming += 1; });
    await once(s, 'connect');
    s.write(`GET /api/v1/log/stream HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${world.apiToken}\r\nAccept: text/event-stream\r\n\r\n`);
    sockets.push(s);
  }
  for (let i = 0; i < 100 && streaming < count; i++) await pause(50);
  const after = used(pid);
  const wakes = await wakeUps(pid, 2000);
  sockets.forEach((s) => s.destroy());
  return { streaming, mb: (after.rss - before.rss) / 1024, wakes };
}

export async function idleRows({ quick, say }) {
  const dir = folder();
  const official = new Rival(node24, [peer('express.mjs'), path.join(dir, 'o.db'), 'hush']);
  const world = await startWorld({ dir: path.join(dir), build, sweepSeconds: 3600 });
  try {
    await addStore(world, 'bench.myshopify.com');
    say('starting, resting');
    const starts = { app: [], cloud: [] };
    for (let i = 0; i < (quick ? 3 : 7); i++) {
      starts.app.push(await startTime(world.app));
      starts.cloud.push(await startTime(world.cloud));
    }
    const began = performance.now();
    await official.start();
    const nodeStart = performance.now() - began;
    await pause(3000);
    const app = used(world.app.child.pid);
    const cloud = used(world.cloud.child.pid);
    const node = used(official.pid);
    const wakes = Math.max(...await Promise.all([world.app, world.cloud].map(({ child }) => wakeUps(child.pid, 3000))));
    say('1,000 readers of the live log');
    const sse = await listeners(world, 1000);
    const mb = (name) => statSync(path.join(build, `src/${name}/logivery-${name}`)).size / 1048576;
    return [
      row('start to ready (shopify)', { unit: 'ms', ours: median(starts.app), peer: nodeStart }),
      row('start to ready (cloud)', { unit: 'ms', ours: median(starts.cloud), peer: nodeStart }),
      row('memory, idle (shopify)', { unit: 'MB', ours: app.rss / 1024, peer: node.rss / 1024, most: 20 }),
      row('memory, idle (cloud)', { unit: 'MB', ours: cloud.rss / 1024, peer: node.rss / 1024, most: 20 }),
      row('wake-ups, idle (the higher of the two)', { unit: '/s', ours: wakes }),
      row('1,000 idle readers of the live log: memory', { unit: 'MB', ours: sse.mb, note: `${sse.streaming} streaming, ${sse.wakes.toFixed(1)} wake-ups/s` }),
      row('size of the program (shopify)', { unit: 'MB', ours: mb('shopify') }),
      row('size of the program (cloud)', { unit: 'MB', ours: mb('cloud') }),
    ];
  } finally {
    if (official.child) await official.stop();
    await world.stop();
    forget(dir);
  }
}
