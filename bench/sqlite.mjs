// A statement on a database that is not being served; its rows, as JSON.  Run with
// a Node that has node:sqlite.
//
//   sqlite.mjs FILE STATEMENT

import { DatabaseSync } from 'node:sqlite';

const [file, text] = process.argv.slice(2);
const db = new DatabaseSync(file);
db.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -200000');
console.log(JSON.stringify(db.prepare(text).all()));
db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
db.close();
