// Nothing leads to where a request says: every GET route of both programs, as
// their tables have them, is asked with addresses of somebody else's.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import test from 'node:test';
import { idToken } from '../../demo/world.mjs';
import { makeStore, root } from './kit.mjs';

const EVIL = ['https://evil.example/', '//evil.example'];
const NAMES = ['shopify-reload', 'next', 'return_to', 'returnTo', 'redirect', 'redirect_uri', 'url', 'host', 'shop', 'locale', 'page', 'token', 'bounced'];
const STEPS_AT_ONCE = 32;

/** The patterns of `{ GET, "…", …` in a program's tables, a value in each place. */
function routesOf(folder) {
  const dir = path.join(root, 'src', folder);
  const text = readdirSync(dir).filter((n) => n.endsWith('.c')).map((n) => readFileSync(path.join(dir, n), 'utf8')).join('');
  const found = [...text.matchAll(/\{\s*GET,\s*"([^"]+)"/g)].map((m) => m[1]);
  return [...new Set(found)].map((pattern) => pattern.replace(/\{[^}]+\}/g, '1'));
}

/** One GET, never followed; of an endless answer only the head. */
function get(base, where, headers) {
  const { port } = new URL(base);
  return new Promise((resolve, reject) => {
    const request = http.get({ port, path: where, headers: { host: new URL(base).host, ...headers } }, async (answer) => {
      let text = '';
      if (/event-stream/.test(answer.headers['content-type'])) answer.destroy();
      else for await (const part of answer) text += part;
      resolve({ status: answer.statusCode, headers: answer.headers, text });
    });
    request.on('error', reject);
  });
}

/** Where App Bridge, of another origin, goes by itself from a page at `url`. */
const reloads = (url) => new URL(url).searchParams.getAll('shopify-reload');

/** What of the answer to a GET of `url` leads to another origin; undefined: nothing. */
function leadsAway(url, { headers, text }) {
  const { origin } = new URL(url);
  const isElsewhere = (to) => new URL(to, url).origin !== origin;
  for (const name of ['location', 'content-location', 'refresh']) {
    const to = headers[name]?.replace(/^.*url=/i, '');
    if (to === undefined) continue;
    if (isElsewhere(to)) return `${name}: ${to}`;
    if (reloads(new URL(to, url)).some(isElsewhere)) return `${name}: ${to}, and on from there`;
  }
  if (!/html/.test(headers['content-type'])) return undefined;
  if (text.includes('evil.example')) return 'it is in the page';
  if (/http-equiv="?refresh/i.test(text)) return 'the page goes elsewhere by itself';
  const scripts = [...text.matchAll(/<script[^>]*\ssrc="([^"]+)"/g)].map((m) => m[1]);
  return scripts.some(isElsewhere) && reloads(url).some(isElsewhere) ? 'App Bridge follows shopify-reload' : undefined;
}

async function crawl(base, routes, ways) {
  const asked = routes.flatMap((where) => ways.flatMap(({ query = '', ...headers }) =>
    NAMES.flatMap((name) => EVIL.map((evil) => {
      const first = `${where}?${name}=${encodeURIComponent(evil)}`;
      return { where: `${first}${name === 'shop' ? '' : query}`, headers };
    }))));
  const wrong = [];
  const count = { ok: 0, moved: 0 };
  const next = asked.values();
  await Promise.all(Array.from({ length: STEPS_AT_ONCE }, async () => {
    for (const { where, headers } of next) {
      const answer = await get(base, where, headers);
      const why = leadsAway(base + where, answer);
      if (why) wrong.push(`${where}: ${why}`);
      if (answer.status === 200) count.ok += 1;
      if (answer.status === 302) count.moved += 1;
    }
  }));
  assert.deepEqual([...new Set(wrong.map((w) => w.slice(0, 150)))], []);
  return count;
}

test('no GET route of either program leads to where a request says', async (t) => {
  const { world, store } = await makeStore(t);
  const cloud = routesOf('cloud');
  const shopify = routesOf('shopify');
  assert.ok(cloud.length > 25 && shopify.length > 8, `${cloud.length} and ${shopify.length} routes`);
  const strange = { host: 'evil.example', 'x-forwarded-host': 'evil.example' };
  const seen = await crawl(world.cloudUrl, cloud, [{}, strange, { authorization: `Bearer ${world.apiToken}` }]);
  assert.ok(seen.ok > 0);
  const token = await idToken(world, store.shop);
  const shop = `&shop=${store.shop}`;
  const app = await crawl(world.appUrl, shopify, [
    {}, { query: shop }, { query: shop, ...strange }, { query: `${shop}&id_token=${token}` },
    { query: `${shop}&id_token=a.b.c` }, { authorization: `Bearer ${token}` },
  ]);
  assert.ok(app.ok > 0 && app.moved > 0, 'pages were opened, and bounced');
});

test('a page goes on to a path of its own, and only there', async (t) => {
  const { world, store } = await makeStore(t);
  const page = (to) => get(world.appUrl, `/auth/session-token?shop=${store.shop}&shopify-reload=${encodeURIComponent(to)}`);
  const own = await page(`${world.appPublic}/logs?shop=${store.shop}`);
  assert.equal(own.status, 200);
  assert.match(own.text, /app-bridge\.js/);
  const elsewhere = [...EVIL, `${world.appPublic}.evil.example/`, `${world.appPublic}@evil.example/`, `${world.appPublic}0/`,
    'javascript:ran(1)', '/\\evil.example', '\\\\evil.example', 'https:evil.example', '', ` ${EVIL[0]}`];
  for (const to of elsewhere) {
    const answer = await page(to);
    assert.equal(answer.status, 400, to);
    assert.doesNotMatch(answer.text, /<script|evil/, to);
  }
  const twice = await get(world.appUrl, `/auth/session-token?shopify-reload=${world.appPublic}/&shopify-reload=//evil.example`);
  assert.equal(twice.status, 400);
});
