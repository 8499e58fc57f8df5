// Copies the orders of a Cloud App's database that is not being served, again and
// again, each copy an order of its own: its number, store id and e-mail address
// are no other's; its customer's name, town and SKUs are those of many, as in a
// real store.  Most copies are shipped.  Their jobs and log lines come along, as
// far as the program keeps them.  Run with a Node that has node:sqlite.
//
//   copy.mjs FILE FIRST LAST SEEDS      copies number FIRST to LAST of SEEDS orders

import { DatabaseSync } from 'node:sqlite';

const [file, from, to, seedCount] = process.argv.slice(2);
const LOG_MAX = 1_900_000; // lines: two million are kept
const OPEN_EACH = 20; // every so many copies one is still to be managed
const YEAR_MS = 365 * 86_400_000; // over which they came
const db = new DatabaseSync(file);
db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA wal_autocheckpoint = 20000');
const columns = (table) => db.prepare('SELECT name FROM pragma_table_info(?)').all(table).map((c) => c.name);
const first = db.prepare('SELECT min(id) AS id FROM orders').get().id;
const last = first + Number(seedCount) - 1;
const base = db.prepare('SELECT max(id) AS id FROM orders').get().id;

/** The rows of the first orders, apart, so that no statement looks for them in what grows. */
function seeds(table, where) {
  db.exec(`CREATE TEMP TABLE seed_${table} AS SELECT x.* FROM ${table} x ${where}`);
}

/** INSERT … SELECT of all columns, some of them made otherwise; $k is the copy. */
function copier(table, made, { join = '', drop = [] } = {}) {
  const names = columns(table).filter((c) => !drop.includes(c));
  return db.prepare(`INSERT INTO ${table} (${names.join(', ')})
    SELECT ${names.map((c) => made[c] ?? `x.${c}`).join(', ')} FROM temp.seed_${table} x ${join}`);
}

const ext = (column) => `${column} || printf('%07d', $k)`;
const id = (order) => `(${base} + ($k - ${from}) * ${seedCount} + ${order} - ${first - 1})`; // no gaps, as in a store
const number = (order) => `(${id(order)} + 1000)`;
const uuid = (column) => `printf('%08x', $k) || substr(${column}, 9)`;
seeds('orders', `WHERE x.id BETWEEN ${first} AND ${last}`);
seeds('order_line', `WHERE x.order_id BETWEEN ${first} AND ${last}`);
seeds('order_word', `WHERE x.order_id BETWEEN ${first} AND ${last}`);
seeds('order_sync', 'WHERE x.external_id IN (SELECT external_id FROM temp.seed_orders)');
seeds('job', 'WHERE x.uuid IN (SELECT job FROM temp.seed_order_sync)');
seeds('event', 'WHERE x.order_id IN (SELECT external_id FROM temp.seed_orders)');

const steps = [
  copier('orders', {
    id: id('x.id'), external_id: ext('x.external_id'), name: `'#' || ${number('x.id')}`,
    imported_at: `x.imported_at - (${to} - $k) * ${Math.floor(YEAR_MS / to)}`,
    status: `CASE WHEN $k % ${OPEN_EACH} = 0 THEN x.status ELSE 'total' END`,
  }),
  copier('order_line', { order_id: id('x.order_id'), external_id: ext('x.external_id') }, { drop: ['id'] }),
  copier('order_sync', { external_id: ext('x.external_id'), job: uuid('x.job') }),
  copier('order_word', {
    order_id: id('x.order_id'),
    word: `CASE WHEN x.word = lower(o.name) THEN '#' || ${number('o.id')}
      WHEN '#' || x.word = lower(o.name) THEN CAST(${number('o.id')} AS TEXT)
      WHEN x.word = o.external_id THEN ${ext('x.word')}
      WHEN instr(x.word, '@') > 0 THEN replace(x.word, '@', $k || '@') ELSE x.word END`,
  }, { join: 'JOIN temp.seed_orders o ON o.id = x.order_id' }),
];
const log = [
  copier('job', { uuid: uuid('x.uuid') }, { drop: ['id'] }),
  copier('event', { job: uuid('x.job'), order_id: ext('x.order_id'), order_name: `'#' || ${number('o.id')}`, ext_id: 'NULL' },
    { join: 'JOIN temp.seed_orders o ON o.external_id = x.order_id', drop: ['id'] }),
];

// Indexes are made again in one go: each row put into each of them costs most of the time.
const indexes = db.prepare(`SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL
  AND tbl_name IN ('orders', 'order_line', 'order_sync', 'order_word', 'job', 'event')`).all();
for (const { name } of indexes) db.exec(`DROP INDEX ${name}`);
let lines = db.prepare('SELECT count(*) AS n FROM event').get().n;
db.exec('BEGIN');
for (let $k = Number(from); $k <= Number(to); $k++) {
  for (const s of steps) s.run({ $k });
  if (lines < LOG_MAX) for (const s of log) lines += Number(s.run({ $k }).changes);
  if ($k % 200 === 0) db.exec('COMMIT; BEGIN');
}
db.exec('COMMIT');
for (const { sql } of indexes) db.exec(sql);
db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
db.close();
