// Which of several programs is in a job just now.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pause } from './calm.mjs';

const HOLDS = 160; // most moments find a node between jobs

export const logOf = (service) => readFileSync(service.log, 'utf8');

const ownerOf = (service) => logOf(service).match(/queue\.open owner=\S+/g)?.at(-1).split('=')[1];

/* What was claimed ahead has not begun: started_at is 0.  One that stands still while it
   opens its database lets nobody in: it is in no job. */
const BEGUN = `import sqlite3, sys
try:
    db = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True)
    for row in db.execute("SELECT uuid FROM job WHERE state = 'running' AND started_at > 0"): print(row[0])
except sqlite3.OperationalError as e:
    if not str(e).startswith(("locking protocol", "database is locked")): raise`;

/** The jobs that a process has running now.  It stands still on SQLite: nobody writes. */
export async function runningOf(world, service) {
  const name = (world.cloud.nodes ?? [world.cloud]).includes(service) ? 'cloud' : 'shopify';
  if (!world.pg) {
    const out = execFileSync('python3', ['-c', BEGUN, path.join(world.dir, name, `${name}.db`)], { encoding: 'utf8' });
    return out.split('\n').filter(Boolean);
  }
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
