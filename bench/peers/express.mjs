// shopify-app-express over better-sqlite3.
//
//   express.mjs DATABASE SECRET       prints its port

import Database from 'better-sqlite3';
import { serve } from './official.mjs';

const [file, secret] = process.argv.slice(2);
const db = new Database(file);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec(`CREATE TABLE hook (id INTEGER PRIMARY KEY, hook_id TEXT NOT NULL UNIQUE, topic TEXT NOT NULL,
  shop TEXT NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL)`);
const insert = db.prepare(`INSERT INTO hook (hook_id, topic, shop, at, state, body)
  VALUES (?, ?, ?, ?, 'new', ?) ON CONFLICT DO NOTHING`);

serve(secret, async (topic, shop, body, id) => { insert.run(id, topic, shop, Date.now(), body); });
