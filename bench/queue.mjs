// The queue: added, and claimed + done, a second.

import path from 'node:path';
import { ask, folder, forget, interleave, node24, peer, row, tool } from './lib.mjs';
import { startPostgres } from './pg.mjs';

export async function queueRows({ quick, say }) {
  const dir = folder();
  const jobs = quick ? 800 : 20000;
  const rounds = quick ? 1 : 3;
  let n = 0;
  const pg = await startPostgres(path.join(dir, 'pg'));
  try {
    say(`${jobs} jobs, SQLite and PostgreSQL, pg-boss`);
    const m = await interleave({
      lite: () => ask(tool('queue'), ['sqlite', path.join(dir, `q${n++}.db`), jobs]),
      pg: async () => ask(tool('queue'), ['pg', await pg.database(`ours${n++}`), jobs]),
      boss: async () => ask(node24, [peer('pgboss.mjs'), await pg.database(`boss${n++}`), jobs]),
    }, rounds);
    return [
      row('queue SQLite: added', { unit: '/s', ours: m.lite.enqueued, least: 30000 }),
      row('queue SQLite: claimed and done', { unit: '/s', ours: m.lite.done, least: 30000 }),
      row('queue PostgreSQL: added, against pg-boss', { unit: '/s', ours: m.pg.enqueued, peer: m.boss.enqueued, of: 'peer', least: 3 }),
      row('queue PostgreSQL: claimed and done, against pg-boss', { unit: '/s', ours: m.pg.done, peer: m.boss.done, of: 'peer', least: 3 }),
    ];
  } finally {
    await pg.stop();
    forget(dir);
  }
}
