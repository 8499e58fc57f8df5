// PostgreSQL is gone for a while under three nodes of each program, and comes back.

import { pause, quiet } from '../calm.mjs';
import { comes, cpuSeconds, get, place, processes, trial, webhooks } from './lib.mjs';

const NODES = 3;
const TRIES_S = 4 * 3600; // so long Shopify tries again
const LEAST_SCALE = 600;
const SLOW_MS = 1000; // a refusal later than that is none
const CPU_SHARE = 0.5; // of a core, all six together: nobody spins

/** Acknowledged so far, at a moment when no webhook waits for its answer. */
async function answered(world) {
  const { sent, acked, failed } = await webhooks(world);
  return sent === acked + failed && acked;
}

/** Every node lives, says that it is not ready, and says so at once. */
async function ask(world, seen) {
  for (const { url } of processes(world)) {
    const [live, ready] = [await get(`${url}/livez`), await get(`${url}/readyz`)];
    seen.asked += 1;
    if (live.status !== 200) seen.dead += 1;
    if (ready.status !== 503) seen.ready += 1;
    seen.slowest = Math.max(seen.slowest, live.ms, ready.ms);
  }
  const orders = await get(`${world.cloudUrl}/api/v1/orders?limit=5`, world.apiToken);
  if (orders.status !== 503) seen.answered += 1;
  seen.slowest = Math.max(seen.slowest, orders.ms);
}

async function whileGone(world, store, seconds, wrong) {
  const seen = { asked: 0, dead: 0, ready: 0, answered: 0, slowest: 0 };
  const used = cpuSeconds(world);
  const began = Date.now();
  while (Date.now() - began < seconds * 1000) {
    await place(world, store);
    await ask(world, seen);
    await pause(Math.min(1000, seconds * 10));
  }
  const cpu = (cpuSeconds(world) - used) / ((Date.now() - began) / 1000);
  await comes(async () => (await webhooks(world)).failed > 0, 30);
  const { acked, failed } = await webhooks(world);
  if (seen.dead) wrong.push(`${seen.dead} of ${seen.asked} times a node did not say that it lives`);
  if (seen.ready) wrong.push(`${seen.ready} of ${seen.asked} times a node did not say that it is not ready`);
  if (seen.answered) wrong.push(`${seen.answered} times the orders were answered without a database`);
  if (seen.slowest > SLOW_MS) wrong.push(`a refusal took ${seen.slowest} ms`);
  if (cpu > CPU_SHARE) wrong.push(`without a database the nodes used ${cpu.toFixed(2)} of a core`);
  if (!failed) wrong.push('no webhook was refused');
  return { asked: seen.asked, refusal_ms_max: seen.slowest, cores: Number(cpu.toFixed(3)), webhooks_refused: failed, acked };
}

export function database(o, wrong) {
  // Gone for longer than Shopify tries: then the sweeps find what came meanwhile.
  const timeScale = Math.max(LEAST_SCALE, Math.round(TRIES_S / (o.goneSeconds + 5)));
  return trial(o, wrong, { nodes: NODES, postgres: true, sweepSeconds: 2, timeScale }, async (world, store) => {
    await place(world, store, { count: 5 });
    await quiet(world);
    await place(world, store, { count: 10 }); // in the middle of work
    await world.pg.crash();
    const before = await comes(() => answered(world), 30); // what was committed before, may be said now
    const { acked, ...figures } = await whileGone(world, store, o.goneSeconds, wrong);
    if (acked > before) wrong.push(`${acked - before} webhooks were acknowledged without a database`);
    await world.pg.start();
    const back = Date.now();
    const ready = async () => (await Promise.all(processes(world).map((s) => get(`${s.url}/readyz`)))).every((a) => a.status === 200);
    if (!await comes(ready, 30)) wrong.push('not every node was ready 30 s after the database came back');
    return { nodes: NODES, seconds_gone: o.goneSeconds, ...figures, ready_ms: Date.now() - back };
  });
}
