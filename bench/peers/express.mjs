// The official way: @shopify/shopify-app-express checks and parses the webhook;
// its callback keeps it with better-sqlite3, durable before the 200.
//
//   express.mjs DATABASE SECRET       prints its port

import Database from 'better-sqlite3';
import express from 'express';
import { shopifyApp } from '@shopify/shopify-app-express';

const [file, secret] = process.argv.slice(2);
const db = new Database(file);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec(`CREATE TABLE hook (id INTEGER PRIMARY KEY, hook_id TEXT NOT NULL UNIQUE, topic TEXT NOT NULL,
  shop TEXT NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL)`);
const insert = db.prepare(`INSERT INTO hook (hook_id, topic, shop, at, state, body)
  VALUES (?, ?, ?, ?, 'new', ?) ON CONFLICT DO NOTHING`);

const shopify = shopifyApp({
  api: {
    apiKey: 'bench', apiSecretKey: secret, scopes: ['read_orders'], hostScheme: 'https', hostName: 'bench.example', apiVersion: '2026-07',
    logger: { level: 0 },
  },
  auth: { path: '/api/auth', callbackPath: '/api/auth/callback' },
  webhooks: { path: '/webhooks' },
});

const keep = async (topic, shop, body, id) => { insert.run(id, topic, shop, Date.now(), body); };
const app = express();
app.post('/webhooks', shopify.processWebhooks({
  webhookHandlers: { ORDERS_CREATE: [{ deliveryMethod: 'http', callbackUrl: '/webhooks', callback: keep }] },
}));
const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));
