// The queue: added, and claimed + done, a second; on three nodes; beside many
// finished jobs.

import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { ask, folder, forget, interleave, node24, peer, root, row, tool } from './lib.mjs';
import { startPostgres } from './pg.mjs';

const queue = (engine, where, jobs, nodes = 1) => ask(tool('queue'), [engine, where, jobs, nodes]);

export async function queueRows({ quick, say }) {
  const dir = folder();
  const jobs = quick ? 8000 : 20000;
  let n = 0;
  const pg = await startPostgres(path.join(dir, 'pg'));
  try {
    say(`${jobs} jobs, SQLite and PostgreSQL, pg-boss`);
    const m = await interleave({
      lite: () => queue('sqlite', path.join(dir, `q${n++}.db`), jobs),
      pg: async () => queue('pg', await pg.database(`ours${n++}`), jobs),
      three: async () => queue('pg', await pg.database(`ours${n++}`), jobs, 3),
      boss: async () => ask(node24, [peer('pgboss.mjs'), await pg.database(`boss${n++}`), jobs]),
    }, quick ? 1 : 3);
    return [
      row('queue SQLite: added', { unit: '/s', ours: m.lite.enqueued, least: 30000 }),
      row('queue SQLite: claimed and done', { unit: '/s', ours: m.lite.done, least: 30000 }),
      row('queue PostgreSQL: added, against pg-boss', { unit: '/s', ours: m.pg.enqueued, peer: m.boss.enqueued, of: 'peer', least: 3 }),
      row('queue PostgreSQL: claimed and done, against pg-boss', { unit: '/s', ours: m.pg.done, peer: m.boss.done, of: 'peer', least: 3 }),
      row('queue PostgreSQL: claimed and done by three nodes, against pg-boss', { unit: '/s', ours: m.three.done, peer: m.boss.done, of: 'peer', least: 3 }),
    ];
  } finally {
    await pg.stop();
    forget(dir);
  }
}

const SOME = 400; // done jobs that are copied
const ROUND = 4000; // some claims' worth, and few beside what is there

/** Each done job so many times more, with a name of its own. */
function copySql(columns, times) {
  const names = columns.filter((c) => c !== 'id');
  const values = names.map((c) => (c === 'uuid' ? 'CAST(10000000 + s.k AS TEXT) || substr(j.uuid, 9)' : `j.${c}`));
  return `WITH RECURSIVE s(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM s WHERE k < ${times})
    INSERT INTO job (${names.join(', ')}) SELECT ${values.join(', ')} FROM s CROSS JOIN job j WHERE j.state = 'done'`;
}

const sqlite = (file, text) => JSON.parse(execFileSync(node24, [path.join(root, 'bench/sqlite.mjs'), file, text], { encoding: 'utf8' }));

/** A queue on which `count` jobs were run before: [engine, where it is]. */
async function worked(pg, engine, name, count) {
  const where = engine === 'pg' ? await pg.database(name) : path.join(pg.dir, `../${name}.db`);
  await queue(engine, where, SOME);
  const times = Math.round(count / SOME) - 1;
  if (times > 0 && engine === 'pg') {
    const columns = pg.psql(name, "SELECT column_name FROM information_schema.columns WHERE table_name = 'job'").split('\n');
    pg.psql(name, copySql(columns, times));
    pg.psql(name, 'VACUUM ANALYZE job');
  } else if (times > 0) {
    sqlite(where, copySql(sqlite(where, "SELECT name FROM pragma_table_info('job')").map((c) => c.name), times));
  }
  return [engine, where];
}

export async function finishedRows({ quick, say }) {
  const dir = folder();
  const count = quick ? 100_000 : 1_000_000;
  const pg = await startPostgres(path.join(dir, 'pg'));
  const rows = [];
  try {
    for (const [engine, title] of [['sqlite', 'SQLite'], ['pg', 'PostgreSQL']]) {
      say(`${count} finished jobs, ${title}`);
      const few = await worked(pg, engine, `few_${engine}`, SOME);
      const many = await worked(pg, engine, `many_${engine}`, count);
      const m = await interleave({ few: () => queue(...few, ROUND), many: () => queue(...many, ROUND) }, quick ? 3 : 5);
      rows.push(row(`queue ${title}: claimed and done beside ${count} finished jobs`, {
        unit: '/s', ours: m.many.done, peer: m.few.done, of: 'peer', least: 0.85 }));
    }
    return rows;
  } finally {
    await pg.stop();
    forget(dir);
  }
}
