// The random killer.  See test/fault/kill.

import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { addStore, asStaff, STALL, startWorld } from '../../demo/world.mjs';
import { CALM } from '../../sim/faults.mjs';
import { toxicWays } from './toxic.mjs';
import { deadJobs, pause, quiet, sim, verdict } from './calm.mjs';
import { holdBusy, logOf, runningOf } from './busy.mjs';
import { lateWritesOf } from './history.mjs';
import { chance } from './chance.mjs';
import { rests } from './pulse.mjs';

const RUNS_A_ROUND = 25;
const ROUNDS_A_WORLD = 4;
const AIMED = 40; // from so many runs on, half of them must hit a job
const TAKEN_OVER_MS = { sqlite: 1000, postgres: 10_000 };

const WEATHER = {
  webhook_lost: 0.05, webhook_doubled: 0.1, webhook_repeated: 0.05, webhook_reordered: 0.1, webhook_delay_ms: 500,
  api_fail: 0.1, api_kinds: ['http_500', 'http_502', 'http_503', 'cut_after_apply', 'slow', 'slow', 'slow', 'slow'], slow_ms: 250, tag_swallowed: 0.1, search_lag_ms: 500,
};

function options() {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '25' }, seed: { type: 'string', default: '1' }, nodes: { type: 'string', default: '1' },
      postgres: { type: 'boolean', default: false }, build: { type: 'string' }, keep: { type: 'boolean', default: false },
    },
  });
  const number = (name) => {
    if (!/^[1-9][0-9]{0,6}$/.test(values[name])) throw new Error(`--${name} takes a whole number from 1 up, not “${values[name]}”`);
    return Number(values[name]);
  };
  return { ...values, runs: number('runs'), seed: number('seed'), nodes: number('nodes'), build: path.resolve(values.build) };
}

/** Everything that can be killed, each a Service. */
const processes = (world) => [...(world.cloud.nodes ?? [world.cloud]), ...(world.app.nodes ?? [world.app])];

/** Orders come and change, people send them again, until `stop()`. */
function load(world, store, dice) {
  let going = true;
  const placed = [];
  const one = async () => {
    const made = await sim(world, 'POST', `/shops/${store.shop}/orders`, { shape: 'plain', count: 2 });
    placed.push(...[made].flat());
    const some = placed[dice.below(placed.length)];
    if (dice.below(3) === 0) await sim(world, 'POST', `/shops/${store.shop}/orders/${some.legacy_id}/edit`, { note: `n${placed.length}` });
    if (dice.below(4) === 0) await asStaff(world, store.shop, 'POST', '/api/actions/send-orders', { orderIds: [some.id] });
  };
  const run = (async () => {
    while (going) {
      await one().catch(() => {}); // whoever was asked is dead just now
      await pause(20 + dice.below(60));
    }
  })();
  return { placed, stop: async () => { going = false; await run; } };
}

/** When jobs were found whose program had died: {job, at}. */
const crashes = (services) => services.flatMap((s) =>
  [...logOf(s).matchAll(/^warn (\S+) job\.crashed job=(\S+)/gm)].map((m) => ({ job: m[2], at: Date.parse(m[1]) })));

/** Whom: any, on SQLite both programs at once now and then; mostly one that is in
    a job. */
async function choose(world, every, kind, dice) {
  const any = [every[dice.below(every.length)]];
  if (!world.pg && dice.below(10) === 0) return every;
  return kind === 'SIGKILL' && dice.below(8) > 0 ? [await holdBusy(world, every, dice)] : any;
}

const KINDS = [...Array(8).fill('SIGKILL'), 'SIGSTOP', 'SIGTERM'];

async function nap(victims, ms) {
  for (const v of victims) v.child.kill('SIGSTOP');
  await pause(ms);
  for (const v of victims) v.child.kill('SIGCONT');
}

async function strike(world, dice, tally) {
  const every = processes(world);
  await pause(dice.below(150));
  const kind = KINDS[dice.below(KINDS.length)];
  const victims = await choose(world, every, kind, dice);
  tally.runs += 1;
  tally.kinds[kind] = (tally.kinds[kind] ?? 0) + 1;
  if (kind === 'SIGSTOP') {
    await nap(victims, world.pg && dice.below(4) === 0 ? 11_000 : 100 + dice.below(900));
    return;
  }
  const at = Date.now();
  await Promise.all(victims.map((v) => v.stop(kind)));
  const jobs = world.pg && kind === 'SIGKILL' ? await runningOf(world, victims[0]) : null;
  const began = Date.now();
  await Promise.all(victims.map((v) => v.start()));
  tally.ready_ms.push(Date.now() - began);
  tally.strikes.push({ at, kind, jobs });
  if (dice.below(8) > 0) return;
  await pause(dice.below(50)); // and again, while it recovers
  await Promise.all(victims.map((v) => v.stop('SIGKILL')));
  await Promise.all(victims.map((v) => v.start()));
}

/** A kill hit a running job if somebody found that job afterwards. */
function count(world, tally) {
  const found = crashes(processes(world));
  tally.strikes.forEach(({ at, kind, jobs }, i) => {
    const until = jobs ? Infinity : tally.strikes[i + 1]?.at ?? Infinity;
    const hits = found.filter((f) => f.at >= at && f.at < until && (!jobs || jobs.includes(f.job))).map((f) => f.at - at);
    if (kind !== 'SIGKILL' || (jobs ? !jobs.length : !hits.length)) return;
    tally.in_job += 1;
    if (hits.length) tally.take_over_ms.push(Math.round(Math.min(...hits) - rests(at, at + Math.min(...hits))));
    else tally.wrong.push(`a job of a killed node was never taken over: ${jobs}`);
  });
  tally.strikes.length = 0;
}

async function round({ world, store, ways }, runs, dice, tally) {
  await sim(world, 'POST', '/weather', WEATHER);
  ways.bad(true);
  const work = load(world, store, dice);
  try {
    for (let i = 0; i < runs; i += 1) await strike(world, dice, tally);
  } finally {
    await work.stop();
  }
  await sim(world, 'POST', '/weather', CALM);
  ways.bad(false);
  const stuck = await quiet(world);
  if (stuck) {
    tally.stuck += 1;
    tally.wrong.push(`not quiet, and nothing moves: ${stuck}`);
  }
  count(world, tally);
}

async function inWorld(o, number, runs, tally) {
  const dice = chance(o.seed * 1000 + number);
  const dir = mkdtempSync(path.join(os.tmpdir(), 'logivery-kill-'));
  const ways = toxicWays(o.seed * 1000 + number + 500);
  const world = await startWorld({
    dir, build: o.build, seed: o.seed + number, nodes: o.nodes, postgres: o.postgres, sweepSeconds: 2, front: ways.front, env: { ...STALL, LOGIVERY_HISTORY: '1' },
    onDeath: (words) => tally.wrong.push(words),
  });
  const wrong = tally.wrong.length;
  try {
    const store = await addStore(world, 'tea.myshopify.com');
    for (let done = 0; done < runs; done += RUNS_A_ROUND) {
      await round({ world, store, ways }, Math.min(RUNS_A_ROUND, runs - done), dice, tally);
    }
    const seen = await verdict(world);
    tally.orders += seen.orders;
    tally.lost += seen.lost;
    tally.duplicated += seen.duplicated;
    const { lines, late } = lateWritesOf(processes(world));
    tally.writes += lines;
    tally.wrong.push(...seen.wrong, ...late);
    tally.dead += await deadJobs(world);
  } finally {
    await world.stop();
    ways.close();
    for (const [name, n] of Object.entries(ways.counts)) tally.ways[name] = (tally.ways[name] ?? 0) + n;
    if (tally.wrong.length === wrong && !o.keep) rmSync(dir, { recursive: true, force: true });
    else console.error(`logs and data are kept in ${dir}`);
  }
}

const middle = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? null;

async function main() {
  const o = options();
  const tally = {
    runs: 0, in_job: 0, orders: 0, lost: 0, duplicated: 0, stuck: 0, dead: 0, writes: 0,
    kinds: {}, ways: {}, ready_ms: [], take_over_ms: [], strikes: [], wrong: [],
  };
  const began = Date.now();
  for (let number = 0; tally.runs < o.runs; number += 1) {
    await inWorld(o, number, Math.min(RUNS_A_ROUND * ROUNDS_A_WORLD, o.runs - tally.runs), tally);
    console.error(`${tally.runs} kills, ${tally.in_job} in a job, ${tally.orders} orders, ${tally.wrong.length} findings`);
  }
  for (const words of tally.wrong.slice(0, 20)) console.error(words);
  const limit = TAKEN_OVER_MS[o.postgres ? 'postgres' : 'sqlite'];
  const slow = tally.take_over_ms.filter((ms) => ms > limit).length;
  console.log(JSON.stringify({
    runs: tally.runs, in_job: tally.in_job, lost: tally.lost, duplicated: tally.duplicated, stuck: tally.stuck,
    findings: tally.wrong.length, orders: tally.orders, dead_jobs: tally.dead, writes: tally.writes, kinds: tally.kinds, ways: tally.ways,
    ready_ms: middle(tally.ready_ms), take_over_ms: middle(tally.take_over_ms), take_over_ms_max: Math.max(0, ...tally.take_over_ms),
    taken_over_late: slow, engine: o.postgres ? 'postgres' : 'sqlite', nodes: o.nodes, seed: o.seed,
    seconds: Math.round((Date.now() - began) / 1000),
  }));
  const aimed = tally.runs < AIMED || tally.in_job * 2 >= tally.runs;
  return tally.lost + tally.duplicated + tally.stuck + tally.wrong.length + slow === 0 && aimed ? 0 : 1;
}

main().then((code) => { process.exitCode = code; }, (e) => { console.error(`kill: ${e.message}`); process.exitCode = 1; });
