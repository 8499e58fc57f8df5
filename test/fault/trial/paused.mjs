// The machine stands still for a while.  First one node of several, in the middle of a
// job and for longer than its lease; then all of both programs.

import { holdBusy, logOf, runningOf } from '../busy.mjs';
import { pause, quiet } from '../calm.mjs';
import { chance } from '../chance.mjs';
import { clock } from '../pulse.mjs';
import { comes, place, processes, trial } from './lib.mjs';

const NODES = 3;
const LEASE_S = 9;
const TAKEN_S = 5; // beside the lease, of time in which the machine ran
const FOUND_S = 60; // until somebody has seen it, on a slow one

const takenOver = (world, jobs) => processes(world).some((s) => jobs.some((job) => logOf(s).includes(`job.crashed job=${job}`)));

/** One in a job; orders come until there is. */
async function holdOne(world, store, dice) {
  let going = true;
  const coming = (async () => { for (; going; await pause(200)) await place(world, store, { count: 2 }); })();
  try {
    return await holdBusy(world, processes(world), dice);
  } finally {
    going = false;
    await coming;
  }
}

/** Its jobs are somebody else's before it goes on; its late word counts for nothing. */
async function oneStandsStill(world, store, dice, wrong) {
  await place(world, store, { count: 10 });
  const held = await holdOne(world, store, dice);
  const ms = clock();
  try {
    const jobs = await runningOf(world, held);
    if (!jobs.length) wrong.push('no node was found in a job');
    else if (!await comes(() => takenOver(world, jobs), LEASE_S + FOUND_S)) wrong.push(`nobody took over ${jobs} of ${held.name}`);
    const took = Math.round(ms());
    if (took > (LEASE_S + TAKEN_S) * 1000) wrong.push(`${jobs} of ${held.name} were taken over after ${took} ms`);
    return { held: jobs.length, taken_over_ms: took };
  } finally {
    held.child.kill('SIGCONT');
  }
}

async function allStandStill(world, store, seconds) {
  await place(world, store, { count: 10 });
  await pause(200); // in the middle of work
  for (const { child } of processes(world)) child.kill('SIGSTOP');
  await place(world, store, { count: 5 });
  await pause(seconds * 1000);
  for (const { child } of processes(world)) child.kill('SIGCONT');
}

export function paused(o, wrong) {
  const dice = chance(o.seed);
  return trial(o, wrong, { nodes: NODES, postgres: true, sweepSeconds: 2 }, async (world, store) => {
    const one = await oneStandsStill(world, store, dice, wrong);
    await quiet(world);
    await allStandStill(world, store, o.stillSeconds);
    return { nodes: NODES, ...one, seconds_still: o.stillSeconds };
  });
}
