// A store's side of the connector protocol, as small as can be: it sends orders
// straight to the Cloud App and hears what became of them.

import { createHash, randomUUID } from 'node:crypto';
import http from 'node:http';
import { call } from '../demo/http.mjs';
import { asMachine } from '../demo/world.mjs';

const LOT = 10; // doc/connector-protocol.md: orders in a call
const CALLS = 2; // … and calls at a time
const OUTSIDE = ['digest', 'updated_at', 'tags', 'flags', 'enrichment']; // doc/order.schema.json

function canonical(x) {
  if (Array.isArray(x)) return `[${x.map(canonical).join(',')}]`;
  if (x === null || typeof x !== 'object') return JSON.stringify(x);
  return `{${Object.keys(x).sort().map((k) => `${JSON.stringify(k)}:${canonical(x[k])}`).join(',')}}`;
}

function digest(document) {
  const inside = Object.fromEntries(Object.entries(document).filter(([name]) => !OUTSIDE.includes(name)));
  return createHash('sha256').update(canonical(inside)).digest('hex');
}

/** `document` as an order of its own. */
export function another(document, number) {
  const id = String(7_000_000_000_000 + number);
  const made = { ...document, id, gid: `gid://shopify/Order/${id}`, name: `#${number}`, number };
  made.digest = digest(made);
  return made;
}

const ANSWERS = {
  '/orders/pull': ({ batch }) => ({ batch, orders: [], more: false }),
  '/orders/sync': ({ orders }) => ({ orders: orders.map(({ id }) => ({ id, accepted: true, code: null })) }),
  '/settings': () => ({ applied: true }),
};

export class StoreSide {
  constructor(world, shop) {
    Object.assign(this, { world, shop, waiting: new Set(), next: 5_000_000 });
  }

  /** Linked with a connector of its own. */
  async start() {
    this.server = http.createServer((req, res) => this.answer(req, res)).listen(0, '127.0.0.1');
    await new Promise((r) => this.server.once('listening', r));
    const { app_url: url, token } = await asMachine(this.world, 'POST', '/connectors', { technology: 'shopify', label: this.shop });
    Object.assign(this, { where: new URL(url).pathname, token });
    const callback = `http://127.0.0.1:${this.server.address().port}`;
    await this.call('/link', { shop: this.shop, callback_url: callback, app_version: '1.0.0' });
    return this;
  }

  /** The program may have another port than when it was linked. */
  call(path, body, headers) {
    return call('POST', `${this.world.cloudUrl}${this.where}${path}`, { token: this.token, body, headers });
  }

  async answer(req, res) {
    const parts = [];
    for await (const d of req) parts.push(d);
    const body = parts.length ? JSON.parse(Buffer.concat(parts)) : {};
    const known = ANSWERS[req.url];
    res.setHeader('content-type', 'application/json');
    res.end(JSON.stringify(known ? known(body) : { shop: this.shop, version: 1, app_version: '1.0.0' }));
    if (req.url !== '/orders/sync') return;
    for (const o of body.orders) if (o.state === 'synced') this.waiting.delete(o.id);
    if (this.waiting.size === 0) this.allKnown?.();
  }

  /** Sends so many orders like `seeds`; seconds until each was told to be imported. */
  async send(seeds, count) {
    const documents = Array.from({ length: count }, (_, i) => another(seeds[i % seeds.length], this.next + i));
    this.next += count;
    documents.forEach((d) => this.waiting.add(d.id));
    const known = new Promise((r) => { this.allKnown = r; });
    const late = new Promise((_, no) => { this.slow = setTimeout(() => no(new Error(`${this.waiting.size} of ${count} orders were not imported`)), 300_000); });
    const began = performance.now();
    const line = async () => {
      while (documents.length) {
        await this.call('/orders', { mode: 'automatic', orders: documents.splice(0, LOT) }, { 'Idempotency-Key': randomUUID() });
      }
    };
    try {
      await Promise.race([late, Promise.all(Array.from({ length: CALLS }, line)).then(() => known)]);
    } finally {
      clearTimeout(this.slow);
    }
    return (performance.now() - began) / 1000;
  }

  stop() {
    this.server?.closeAllConnections();
    this.server?.close();
  }
}
