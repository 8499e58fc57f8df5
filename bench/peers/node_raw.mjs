// As fast as Node gets by hand: raw http, crypto, and group commit on
// better-sqlite3.  Nobody ships this; it is the honest rival.
//
//   node_raw.mjs DATABASE SECRET      prints its port

import Database from 'better-sqlite3';
import { createHmac, timingSafeEqual } from 'node:crypto';
import http from 'node:http';

const [file, secret] = process.argv.slice(2);
const BATCH = 256;
const db = new Database(file);
db.pragma('page_size = 16384');
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.pragma('wal_autocheckpoint = 4000');
db.exec(`CREATE TABLE hook (id INTEGER PRIMARY KEY, hook_id TEXT NOT NULL UNIQUE, topic TEXT NOT NULL,
  shop TEXT NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL, body BLOB NOT NULL)`);
const insert = db.prepare(`INSERT INTO hook (hook_id, topic, shop, at, state, body)
  VALUES (?, ?, ?, ?, 'new', ?) ON CONFLICT DO NOTHING`);
const keepAll = db.transaction((batch) => {
  for (const { id, topic, shop, body } of batch) insert.run(id, topic, shop, Date.now(), body);
});

let waiting = [];
let planned = false;

/** Everything that came in this turn of the loop is one commit. */
function commit() {
  planned = false;
  while (waiting.length) {
    const batch = waiting.splice(0, BATCH);
    keepAll(batch);
    for (const { res } of batch) res.writeHead(200, { 'content-length': 0 }).end();
  }
}

function isSigned(header, body) {
  const want = createHmac('sha256', secret).update(body).digest();
  const got = Buffer.from(header ?? '', 'base64');
  return got.length === want.length && timingSafeEqual(got, want);
}

http.createServer((req, res) => {
  const parts = [];
  req.on('data', (d) => parts.push(d));
  req.on('end', () => {
    const body = parts.length === 1 ? parts[0] : Buffer.concat(parts);
    if (!isSigned(req.headers['x-shopify-hmac-sha256'], body)) {
      res.writeHead(401, { 'content-length': 0 }).end();
      return;
    }
    waiting.push({ id: req.headers['x-shopify-webhook-id'], topic: req.headers['x-shopify-topic'],
      shop: req.headers['x-shopify-shop-domain'], body, res });
    if (!planned) {
      planned = true;
      setImmediate(commit);
    }
  });
}).listen(0, '127.0.0.1', function ready() { console.log(this.address().port); });
