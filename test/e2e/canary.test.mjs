// Secrets and people, looked for where they must not be: logs, command lines,
// environments, the Queue Log, data folders, answers.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {
  asEdited, asMachine, asStaff, call, change, held, log, makeStore, pause, place, refusal, send, settled, sim,
} from './kit.mjs';

/** Every text of five bytes or more that tells who the buyer is. */
function people(document) {
  const found = new Set();
  const walk = (value) => {
    for (const [name, text] of Object.entries(value ?? {})) {
      if (typeof text === 'object') walk(text);
      else if (/^(first_name|last_name|name|email|phone|address1|zip)$/.test(name) && String(text).length >= 5) found.add(String(text));
    }
  };
  for (const part of ['customer', 'shipping_address', 'billing_address']) walk(document[part]);
  if (document.email) found.add(document.email);
  return found;
}

/** What of `texts` stands in these bytes. */
const standing = (bytes, texts) => [...texts].filter((t) => bytes.includes(t));

function nowhere(what, bytes, texts) {
  assert.deepEqual(standing(bytes, texts), [], `in ${what}`);
}

const files = (dir) => readdirSync(dir).filter((f) => !f.endsWith('.sock')).map((f) => [f, readFileSync(path.join(dir, f))]);

/** All that goes wrong says so somewhere: make it go wrong. */
async function trouble(world, store, order) {
  const wrong = 'Wr0ng-password-of-Zanzibarrito';
  await refusal(call('POST', `${world.cloudUrl}/api/v1/session`, { body: { email: world.user, password: wrong } })).catch(() => {});
  await refusal(asStaff(world, store.shop, 'POST', '/api/connection/check', { ...store.link, token: `lgv_${'Q'.repeat(43)}` }));
  await sim(world, 'POST', '/faults', { kind: 'http_500', n: 3 });
  await sim(world, 'POST', '/faults', { kind: 'bad_html', n: 2 });
  await fetch(`${world.appUrl}/webhooks`, { method: 'POST', body: '{"email":"zanzibarrito@example.org"}', headers: { 'X-Shopify-Hmac-Sha256': 'AAAA' } });
  await fetch(`${world.cloudUrl}/api/v1/orders?q=zanzibarrito%40example.org`);
  await sim(world, 'POST', '/faults', { kind: 'http_503', operation: 'TagsTransition', n: 2 });
  await send(world, store, [order.id, 'gid://shopify/Order/1', 'zanzibarrito@example.org']).catch(() => {});
  return [wrong, 'Q'.repeat(43)];
}

test('no secret and no person stands where it must not', async (t) => {
  const { world, store } = await makeStore(t);
  await sim(world, 'POST', '/faults', { kind: 'http_500', operation: 'TagsAdd' }); // the job of an order fails
  const orders = await place(world, store, { count: 4, shape: 'random' });
  await change(world, store, orders[0], 'edit', { note: 'ring at Zanzibarrito', address: { address1: 'Via Zanzibarrito 1' }, email: 'zanzibarrito@example.org' });
  const tried = await trouble(world, store, orders[0]);
  await settled(world);
  await asEdited(world, store, orders[0], 'Via Zanzibarrito 1');
  await settled(world);
  await pause(500);
  const texts = new Set(['Zanzibarrito', 'zanzibarrito']);
  for (const { id } of await held(world)) {
    for (const one of people((await asMachine(world, 'GET', `/orders/${id}`)).document)) texts.add(one);
  }
  assert.ok(texts.size > 10, 'there are people to look for');
  const secrets = new Set([world.clientSecret, world.apiToken, world.password, store.link.token, ...tried, 'shpat_', 'shprt_']);
  const kept = files(path.join(world.dir, 'cloud')).some(([, bytes]) => standing(bytes, ['Via Zanzibarrito 1']).length);
  assert.ok(kept, 'the search finds what is there: the Cloud App keeps orders readable');
  assert.match(readFileSync(path.join(world.dir, 'shopify.log'), 'utf8'), /^warn \S+ job\.again try=1 code=upstream_failed shop=\S+ order=\d+ job=/m);
  for (const name of ['cloud', 'shopify']) nowhere(`${name}.log`, readFileSync(path.join(world.dir, `${name}.log`)), [...secrets, ...texts]);
  for (const service of [world.cloud, world.app]) {
    for (const what of ['cmdline', 'environ']) nowhere(`${what} of ${service.name}`, readFileSync(`/proc/${service.child.pid}/${what}`), secrets);
  }
  nowhere('the Queue Log', JSON.stringify(await log(world, '')), [...secrets, ...texts]);
  nowhere('the Logs page', JSON.stringify(await asStaff(world, store.shop, 'GET', '/api/logs')), [...secrets, ...texts]);
  nowhere('the connectors', JSON.stringify(await asMachine(world, 'GET', '/connectors')), secrets);
  nowhere('the connection', JSON.stringify(await asStaff(world, store.shop, 'GET', '/api/connection')), secrets);
  for (const [file, bytes] of files(path.join(world.dir, 'cloud'))) nowhere(`the Cloud App's ${file}`, bytes, secrets);
  for (const [file, bytes] of files(path.join(world.dir, 'shopify'))) nowhere(`the Shopify app's ${file}`, bytes, [...secrets, ...texts]);
});
