// See test/fault/preload.

import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { addStore, startWorld } from '../../demo/world.mjs';
import { pause, quiet, sim, verdict } from './calm.mjs';
import { chance } from './chance.mjs';
import { KINDS, makeDials } from './dials.mjs';

const ORDERS = 3; // a run's
const STRUCK_S = 5;
const THROUGH_S = 30;
const JUDGED = 8; // runs until somebody looks

/* A program may end where memory is short, never where a call failed. */
const MAY_DIE = { malloc: true };

function options() {
  const { values } = parseArgs({
    options: { runs: { type: 'string', default: '80' }, seed: { type: 'string', default: '1' }, build: { type: 'string' } },
  });
  return { runs: Number(values.runs), seed: Number(values.seed), build: path.resolve(values.build) };
}

const place = (world, store) => sim(world, 'POST', `/shops/${store.shop}/orders`, { shape: 'plain', count: ORDERS });

const both = (world) => [world.cloud, world.app];

/** How many calls of each kind a program makes for a run's orders. */
async function measure(world, store, dials) {
  await quiet(world);
  const before = both(world).map((s) => KINDS.map((k) => dials.of(s.name).calls(k)));
  await place(world, store);
  await quiet(world);
  return both(world).map((s, i) => Object.fromEntries(KINDS.map((k, j) => [k, dials.of(s.name).calls(k) - before[i][j]])));
}

/** What dies is started again, as a supervisor would. */
async function revive(world, kind, tally) {
  for (const service of both(world)) {
    if (service.alive()) continue;
    tally.died[kind] = (tally.died[kind] ?? 0) + 1;
    const signal = service.child.signalCode;
    if (!MAY_DIE[kind] || signal !== 'SIGABRT') {
      tally.wrong.push(`${service.name} ended with ${signal ?? service.child.exitCode} where a ${kind} failed; see ${service.log}`);
    }
    await service.start();
  }
}

/** It has died of what struck it, or it serves on. */
async function through(service) {
  for (const until = Date.now() + THROUGH_S * 1000; service.alive() && Date.now() < until; await pause(20)) {
    if (await service.isReady()) return;
  }
}

/** One call fails while a few orders come. */
async function run(world, store, dials, usual, dice, tally) {
  const which = dice.below(2);
  const kind = KINDS[tally.runs % KINDS.length];
  const service = both(world)[which];
  const own = dials.of(service.name);
  if (kind === 'connect') { // connections are kept: only who starts makes some
    await service.stop();
    await service.start();
  }
  const k = 1 + dice.below(Math.max(1, usual[which][kind]));
  const at = own.fail(kind, k);
  await place(world, store);
  for (const until = Date.now() + STRUCK_S * 1000; service.alive() && own.calls(kind) < at && Date.now() < until;) await pause(20);
  const struck = own.calls(kind) >= at;
  await pause(50); // what it does to the program
  own.heal();
  await through(service);
  tally.runs += 1;
  if (struck) tally.struck[kind] += 1;
  await revive(world, kind, tally);
}

async function look(world, tally) {
  const stuck = await quiet(world);
  await revive(world, 'nothing', tally);
  if (stuck) {
    tally.stuck += 1;
    tally.wrong.push(`not quiet, and nothing moves: ${stuck}`);
  }
}

async function main() {
  const o = options();
  const began = Date.now();
  const dice = chance(o.seed);
  const dir = mkdtempSync(path.join(os.tmpdir(), 'logivery-preload-'));
  const dials = makeDials(o.build, dir, ['logivery-cloud', 'logivery-shopify']);
  const tally = { runs: 0, struck: Object.fromEntries(KINDS.map((k) => [k, 0])), died: {}, stuck: 0, wrong: [] };
  const world = await startWorld({ dir, build: o.build, seed: o.seed, sweepSeconds: 2, env: dials.env });
  let seen;
  try {
    const store = await addStore(world, 'tea.myshopify.com');
    const usual = await measure(world, store, dials);
    console.error(`usual for ${ORDERS} orders: ${JSON.stringify(usual)}`);
    while (tally.runs < o.runs) {
      await run(world, store, dials, usual, dice, tally);
      if (tally.runs % JUDGED === 0 || tally.runs === o.runs) await look(world, tally);
    }
    seen = await verdict(world);
    tally.wrong.push(...seen.wrong);
  } finally {
    const ends = await world.stop();
    if (ends.some((e) => e !== 0)) tally.wrong.push(`the programs ended with ${ends}`);
    dials.close();
    if (tally.wrong.length === 0) rmSync(dir, { recursive: true, force: true });
    else console.error(`logs and data are kept in ${dir}`);
  }
  for (const words of tally.wrong.slice(0, 20)) console.error(words);
  const { wrong, ...figures } = tally;
  console.log(JSON.stringify({
    ...figures, orders: seen.orders, lost: seen.lost, duplicated: seen.duplicated, findings: wrong.length, seed: o.seed,
    seconds: Math.round((Date.now() - began) / 1000),
  }));
  return wrong.length + seen.lost + seen.duplicated + tally.stuck === 0 ? 0 : 1;
}

main().then((code) => { process.exitCode = code; }, (e) => { console.error(`preload: ${e.message}`); process.exitCode = 1; });
