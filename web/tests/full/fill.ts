// Ten thousand rows of each kind, as copies of a few that came the usual way, put
// into the programs' files while they are not served.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const ROWS = 10_000;
/** Nobody has ten thousand stores; more than one page of a list is enough. */
export const CONNECTORS = 300;
const copyOrders = path.join(import.meta.dirname, '../../../bench/copy.mjs');

/** Which rows x are copied, to how many, and what differs in copy number k; all
    other columns are the row's. An empty text leaves the column out. */
interface Copying {
  made: Record<string, string>;
  where?: string;
  rows?: number;
}

function copy(db: DatabaseSync, table: string, { made, where = '1', rows = ROWS }: Copying): void {
  const names = db
    .prepare('SELECT name FROM pragma_table_info(?)')
    .all(table)
    .map((column) => String(column.name))
    .filter((name) => made[name] !== '');
  const { n } = db.prepare(`SELECT count(*) AS n FROM ${table} x WHERE ${where}`).get() as {
    n: number;
  };
  if (n === 0) throw new Error(`no row of ${table} to copy`);
  db.exec(`INSERT INTO ${table} (${names.join(', ')})
    WITH RECURSIVE copies (k) AS
      (VALUES (1) UNION ALL SELECT k + 1 FROM copies WHERE k < ${Math.ceil(rows / n)})
    SELECT ${names.map((name) => made[name] ?? `x.${name}`).join(', ')}
    FROM copies, (SELECT * FROM ${table} x WHERE ${where}) x ORDER BY k`);
}

function change(file: string, run: (db: DatabaseSync) => void): void {
  const db = new DatabaseSync(file);
  db.exec('PRAGMA synchronous = OFF; BEGIN');
  run(db);
  db.exec('COMMIT');
  db.close();
}

/** `seeds` orders are there, some of them shipped. */
export function fillCloud(file: string, seeds: number): void {
  const copies = Math.ceil(ROWS / seeds);
  const args = [copyOrders, file, 1, copies, seeds].map(String);
  // As bench/copy.mjs calls a copy of an order; some have several shipments.
  const copied = `o.external_id || printf('%07d', (k - 1) % ${copies} + 1)`;
  execFileSync(process.execPath, ['--no-warnings', ...args], { stdio: 'inherit' });
  change(file, (db) => {
    copy(db, 'shipment', {
      made: {
        id: '',
        order_id: `(SELECT c.id FROM orders o JOIN orders c
          ON c.channel = o.channel AND c.external_id = ${copied} WHERE o.id = x.order_id)`,
        public_id: `substr(x.public_id, 1, 8) || printf('%08d', k)`,
        made_key: 'NULL',
        due: '0',
      },
    });
    copy(db, 'job', {
      where: `kind = 'import'`,
      made: {
        id: '',
        key: 'NULL',
        once: 'NULL',
        uuid: `'dead' || printf('%04x', x.id % 65536) || substr(x.uuid, 9, 16) || printf('%012d', k)`,
        state: `'dead'`,
        code: `'bad_document'`,
        reason: `'It could not be read.'`,
      },
    });
    copy(db, 'audit', { made: { id: '', text: `x.text || ' (' || k || ')'` } });
    copy(db, 'connector', {
      where: `label = 'Not linked'`,
      rows: CONNECTORS,
      made: {
        id: '',
        public_id: `printf('copy%08d', k)`,
        label: `'Store number ' || k`,
        token: 'NULL',
      },
    });
  });
}

export function fillApp(file: string): void {
  change(file, (db) =>
    copy(db, 'event', { where: 'tenant > 0', made: { id: '', ext_id: 'NULL' } }),
  );
}
