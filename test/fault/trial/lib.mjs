// What the trials stand on: a world of their own, and what they ask of it.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { addStore, startWorld } from '../../../demo/world.mjs';
import { pause, quiet, sim, verdict } from '../calm.mjs';
import { clock } from '../pulse.mjs';

export const place = (world, store, wish = {}) => sim(world, 'POST', `/shops/${store.shop}/orders`, { shape: 'plain', ...wish });

export const webhooks = async (world) => (await sim(world, 'GET', '/stats')).webhooks;

/** Every process of ours. */
export const processes = (world) => [world.cloud, world.app].flatMap((s) => s.nodes ?? [s]);

/** One GET; {status, ms}, status 0 where nobody answered. */
export async function get(url, token) {
  const ms = clock();
  let status = 0;
  try {
    const answer = await fetch(url, { headers: token ? { authorization: `Bearer ${token}` } : {}, signal: AbortSignal.timeout(20_000) });
    await answer.arrayBuffer();
    status = answer.status;
  } catch { /* 0 says it */ }
  return { status, ms: Math.round(ms()) };
}

/** Waits until `test` answers something true; false if it does not in time. */
export async function comes(test, seconds) {
  for (const until = Date.now() + seconds * 1000; Date.now() < until; await pause(50)) {
    const answer = await test();
    if (answer) return answer;
  }
  return false;
}

/** CPU seconds that the processes have used so far. */
export const cpuSeconds = (world) => processes(world).reduce((sum, { child }) => {
  const parts = readFileSync(`/proc/${child.pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
  return sum + (Number(parts[11]) + Number(parts[12])) / 100;
}, 0);

/**
 * Runs `body(world, store)` in a world of its own, waits until all is quiet, and adds
 * what the judge says to what `body` answers.  Nobody may have died or been started.
 * `expected(words)`: what the judge finds wrong and is not, in this trial.
 */
export async function trial(o, wrong, { dir, expected = () => false, ...options }, body) {
  const place = dir ?? mkdtempSync(path.join(os.tmpdir(), 'logivery-trial-'));
  const world = await startWorld({ dir: place, build: o.build, seed: o.seed, onDeath: (words) => wrong.push(words), ...options });
  const before = wrong.length;
  try {
    const store = await addStore(world, 'tea.myshopify.com');
    const pids = processes(world).map((s) => s.child.pid);
    const figures = await body(world, store);
    const seen = await settle(world, wrong, expected);
    if (String(processes(world).map((s) => s.child.pid)) !== String(pids)) wrong.push('a program was started again');
    return { ...seen, ...figures };
  } finally {
    const ends = await world.stop();
    if (ends.some((e) => e !== 0)) wrong.push(`the programs ended with ${ends}`);
    if (!dir && wrong.length === before) rmSync(place, { recursive: true, force: true });
    else if (!dir) console.error(`logs and data are kept in ${place}`);
  }
}

async function settle(world, wrong, expected) {
  const began = Date.now();
  const stuck = await quiet(world);
  if (stuck) wrong.push(`not quiet, and nothing moves: ${stuck}`);
  const { wrong: words, ...seen } = await verdict(world);
  wrong.push(...words.filter((w) => !expected(w)));
  return { ...seen, stuck: stuck ? 1 : 0, quiet_s: Math.round((Date.now() - began) / 1000) };
}
