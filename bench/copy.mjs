// Copies the orders of a Cloud App's database that is not being served, again and
// again, each copy an order of its own.  Run with a Node that has node:sqlite.
//
//   copy.mjs FILE TIMES

import { DatabaseSync } from 'node:sqlite';

const [file, times] = process.argv.slice(2);
const db = new DatabaseSync(file);
db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000');
const columns = (table) => db.prepare(`SELECT name FROM pragma_table_info(?)`).all(table).map((c) => c.name);
const { first, last } = db.prepare('SELECT min(id) AS first, max(id) AS last FROM orders').get();
const STEP = 10_000_000;

/** INSERT … SELECT of all columns, some of them made otherwise; $k is the copy. */
function copier(table, made, { where = 'true', drop = [] } = {}) {
  const names = columns(table).filter((c) => !drop.includes(c));
  return db.prepare(`INSERT INTO ${table} (${names.join(', ')})
    SELECT ${names.map((c) => made[c] ?? c).join(', ')} FROM ${table} WHERE ${where}`);
}

const seeds = `BETWEEN ${first} AND ${last}`;
const ext = `external_id || '0' || $k`;
const steps = [
  copier('orders', { id: `id + $k * ${STEP}`, external_id: ext, name: `'#' || (id + $k * 1000)` }, { where: `id ${seeds}` }),
  copier('order_line', { order_id: `order_id + $k * ${STEP}`, external_id: ext }, { where: `order_id ${seeds}`, drop: ['id'] }),
  copier('order_sync', { external_id: ext }, { where: `external_id IN (SELECT external_id FROM orders WHERE id ${seeds})` }),
  copier('order_word', { order_id: `order_id + $k * ${STEP}` }, { where: `order_id ${seeds}` }),
];
for (let k = 1; k <= Number(times); k++) {
  if (k % 200 === 1) db.exec('BEGIN');
  for (const s of steps) s.run({ $k: k });
  if (k % 200 === 0 || k === Number(times)) db.exec('COMMIT');
}
db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
db.close();
