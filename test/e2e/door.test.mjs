// What comes to the door of the Shopify app: webhooks that are not as they
// should be.  Refused in words, kept, or taken; never a crash.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import test from 'node:test';
import { held, makeStore, pause, place, settled, sim, until } from './kit.mjs';

const sign = (world, body, secret = world.clientSecret) => createHmac('sha256', secret).update(body).digest('base64');

/** One POST with the headers as a flat list, so that one may come twice. */
async function deliver(world, body, { topic = 'orders/create', shop = 'tea.myshopify.com', hmac, id = randomUUID(), drop = [], more = [] } = {}) {
  const headers = [
    'Content-Type', 'application/json', 'X-Shopify-Topic', topic, 'X-Shopify-Shop-Domain', shop, 'X-Shopify-Webhook-Id', id,
    'X-Shopify-Triggered-At', new Date().toISOString(), 'X-Shopify-Hmac-Sha256', hmac ?? sign(world, body), ...more,
  ].filter((_h, i, all) => !drop.includes(all[i - (i % 2)]));
  const { port } = new URL(world.appUrl);
  const request = http.request({ port, method: 'POST', path: '/webhooks', agent: false, headers: ['Host', `127.0.0.1:${port}`, 'Content-Length', String(body.length), ...headers] });
  request.on('error', () => {});
  request.end(body);
  // EPIPE: it hung up while we wrote.
  const seen = (name) => once(request, name).catch(() => []);
  const answer = await Promise.race([seen('response'), seen('close')]);
  if (!answer[0]?.statusCode) return 0;
  answer[0].resume();
  return answer[0].statusCode;
}

test('a table of bad deliveries, each with its answer', async (t) => {
  const { world, store } = await makeStore(t);
  const body = Buffer.from('{"id": 1}');
  const table = [
    ['no HMAC', 401, body, { drop: ['X-Shopify-Hmac-Sha256'] }],
    ['another secret', 401, body, { hmac: sign(world, body, 'other') }],
    ['HMAC of another body', 401, body, { hmac: sign(world, '{}') }],
    ['HMAC that is no base64', 401, body, { hmac: '!!!' }],
    ['empty HMAC', 401, body, { hmac: '' }],
    ['two HMAC headers', 401, body, { more: ['X-Shopify-Hmac-Sha256', sign(world, body)] }],
    ['broken JSON, well signed', 200, Buffer.from('{"id": '), {}],
    ['no JSON at all', 200, Buffer.from('hello'), {}],
    ['an array', 200, Buffer.from('[1,2,3]'), {}],
    ['half a surrogate and a NUL', 200, Buffer.from('{"id": 2, "note": "\\ud800 \\u0000"}'), {}],
    ['deeper than anybody reads', 200, Buffer.from('['.repeat(5000) + ']'.repeat(5000)), {}],
    ['bytes that are no UTF-8', 200, Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), {}],
    ['unknown topic', 200, body, { topic: 'products/create' }],
    ['unknown shop', 200, body, { shop: 'nobody.myshopify.com' }],
    ['a body over 8 MiB', 413, Buffer.alloc(9 * 1024 * 1024, 'x'), {}],
  ];
  for (const [what, status, bytes, wish] of table) {
    const got = await deliver(world, bytes, wish);
    // A server may hang up while the rest of a huge body still comes.
    assert.ok(got === status || (status === 413 && got === 0), `${what}: ${got}, not ${status}`);
  }
  assert.equal((await fetch(`${world.appUrl}/webhooks`)).status, 405);
  await place(world, store, { count: 2 });
  await settled(world);
  assert.equal((await held(world)).length, 2);
});

test('fifty copies of one delivery at once, and all again, are one order', async (t) => {
  const { world, store } = await makeStore(t);
  await sim(world, 'POST', '/weather', { webhook_lost: 1 });
  const [order] = await place(world, store);
  const body = Buffer.from(await (await fetch(`${world.sim}/control/shops/${store.shop}/orders/${order.legacy_id}/rest`)).text());
  const id = randomUUID();
  const all = () => Promise.all(Array.from({ length: 50 }, () => deliver(world, body, { id })));
  assert.deepEqual([...new Set(await all())], [200]);
  await settled(world);
  assert.deepEqual([...new Set(await all())], [200]);
  await pause(500);
  await settled(world);
  assert.equal((await held(world)).length, 1);
});

test('one change told twice under two Webhook-Ids, older news after newer: the newest stays', async (t) => {
  const { world, store } = await makeStore(t);
  await sim(world, 'POST', '/weather', { webhook_doubled: 0.5, webhook_reordered: 0.5 });
  const orders = await place(world, store, { count: 12 });
  await pause(1100);
  for (const order of orders) await sim(world, 'POST', `/shops/${store.shop}/orders/${order.legacy_id}/edit`, { note: 'second' });
  await until('each order is there', async () => (await held(world)).length === 12);
  await settled(world);
});

test('a burst of 200 webhooks is answered in time, each', async (t) => {
  const { world, store } = await makeStore(t);
  await place(world, store, { count: 200, shape: 'pos' });
  await until('all are acknowledged', async () => (await sim(world, 'GET', '/stats')).webhooks.acked >= 200);
  const { webhooks } = await sim(world, 'GET', '/stats');
  assert.equal(webhooks.failed, 0);
});

const descriptors = execFileSync('sh', ['-c', 'ulimit -Hn']).toString().trim();

// Half of them are slow at the head of a request, half in its body: a byte a second.
// There are places for 4,096; the others wait at the door.
test('five thousand slow clients at once are hung up on, and an order passes them', { skip: Number(descriptors) < 6000 && `this machine gives ${descriptors} descriptors` }, async (t) => {
  const { world, store } = await makeStore(t);
  const { port } = new URL(world.appUrl);
  const open = new Set();
  const crowd = Array.from({ length: 5000 }, (_x, i) => {
    const socket = net.connect({ host: '127.0.0.1', port });
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
    socket.write(i % 2 ? 'GET /livez HTTP/1.1\r\nHost: a\r\nX: ' : 'POST /webhooks HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n');
    return socket;
  });
  const drip = setInterval(() => { for (const socket of open) socket.write('x'); }, 1000);
  t.after(() => { clearInterval(drip); for (const socket of crowd) socket.destroy(); });
  await until('the crowd is there', () => crowd.filter((s) => !s.connecting).length > 4096);
  await place(world, store, { count: 1 });
  await until('all are hung up on', () => open.size === 0, 180);
  await settled(world);
  assert.equal((await held(world)).length, 1);
});
