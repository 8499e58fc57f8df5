// See test/fault/restart.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { freePort } from '../../demo/port.mjs';
import { Service } from '../../demo/world.mjs';

const LIMIT_MS = 300;

const FILL = `
import sqlite3, sys, time, uuid
db = sqlite3.connect(sys.argv[1])
now = int(time.time() * 1000)
db.execute("DELETE FROM job")
db.executemany("INSERT INTO job (uuid, kind, tenant, subject, state, prio, run_at, asleep, created_at)"
    " VALUES (?, 'confirm', ?, 0, 'waiting', 0, ?, 0, ?)",
    ((str(uuid.uuid4()), 1000 + i % 50, now, now) for i in range(int(sys.argv[2]))))
db.commit()
db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
`;

const { values } = parseArgs({
  options: { times: { type: 'string', default: '20' }, jobs: { type: 'string', default: '100000' }, build: { type: 'string' } },
});
const times = Number(values.times);
const jobs = Number(values.jobs);

const dir = mkdtempSync(path.join(os.tmpdir(), 'logivery-restart-'));
const data = path.join(dir, 'cloud');
mkdirSync(data, { mode: 0o700 });
const url = `http://127.0.0.1:${await freePort()}`;
const cloud = new Service('logivery-cloud', path.resolve(values.build, 'src/cloud/logivery-cloud'),
  ['serve', '--data', data, '--listen', url.slice(7), '--public-url', url, '--allow-private-hosts'],
  { url, log: path.join(dir, 'log') });

const ready = [];
let left = 0;
try {
  await cloud.start();
  await cloud.stop();
  for (let i = 0; i < times; i += 1) {
    if (i % 5 === 0) execFileSync('python3', ['-c', FILL, path.join(data, 'cloud.db'), String(jobs)]);
    const began = performance.now();
    await cloud.start();
    ready.push(Math.round(performance.now() - began));
    await new Promise((r) => setTimeout(r, 100)); // it works
    await cloud.stop('SIGKILL');
    left = Number(execFileSync('python3', ['-c',
      'import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute("SELECT count(*) FROM job WHERE state IN (\'waiting\', \'running\')").fetchone()[0])',
      path.join(data, 'cloud.db')], { encoding: 'utf8' }));
  }
} finally {
  await cloud.stop('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
}
ready.sort((a, b) => a - b);
const median = ready[Math.floor(ready.length / 2)];
console.log(JSON.stringify({ times, jobs, jobs_left: left, ready_ms: median, ready_ms_max: ready.at(-1), limit_ms: LIMIT_MS }));
process.exitCode = median < LIMIT_MS ? 0 : 1;
