// Which of several nodes on PostgreSQL is in a job just now.

import { readFileSync } from 'node:fs';
import { pause } from './calm.mjs';

const HOLDS = 40;

export const logOf = (service) => readFileSync(service.log, 'utf8');

const ownerOf = (service) => logOf(service).match(/queue\.open owner=\S+/g)?.at(-1).split('=')[1];

/** On PostgreSQL anybody can look: the jobs that a process has running now. */
export async function runningOf(world, service) {
  const name = (world.cloud.nodes ?? [world.cloud]).includes(service) ? 'cloud' : 'shopify';
  const rows = await world.pg.ask(name, `SELECT uuid FROM job WHERE state = 'running' AND lease_owner = '${ownerOf(service)}'`);
  return rows.split('\n').filter(Boolean);
}

/** Held still, so that what it is in stays so; let go if that is nothing, and the next
    one is held.  In the end whoever is there, in a job or not. */
export async function holdBusy(world, every, dice) {
  for (let tries = HOLDS; ; tries -= 1) {
    const one = every[dice.below(every.length)];
    one.child.kill('SIGSTOP');
    if (tries === 0 || (await runningOf(world, one)).length) return one;
    one.child.kill('SIGCONT');
    await pause(dice.below(20));
  }
}
