/**
 * harness.mjs - a running stand-in and an app to receive its webhooks, for tests.
 *
 * In one process, on ports of its own, so that tests neither wait for a program
 * to start nor meet each other.
 */
import http from 'node:http';
import { fileURLToPath } from 'node:url';
import { loadSchema } from './schema.mjs';
import { makeServer } from './server.mjs';
import { makeWorld } from './world.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
export const SCHEMA_FILE = process.env.SIM_SCHEMA || here('.cache/admin_2026-10.json.gz');
let schema = null;
export const theSchema = () => (schema ??= loadSchema(SCHEMA_FILE));

const listen = (server) => new Promise((resolve) => {
  server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`));
});

const EXCHANGE = {
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
  requested_token_type: 'urn:shopify:params:oauth:token-type:offline-access-token', expiring: '1',
};
const CREDENTIALS = { client_id: 'cid', client_secret: 'hush' };

/**
 * @param {import('node:test').TestContext} t closes everything when the test ends
 * @param {{timeScale?: number, seed?: number, shop?: object}} [options]
 */
export async function startSim(t, options = {}) {
  const world = makeWorld({ schema: theSchema(), seed: options.seed ?? 1, clientId: 'cid', clientSecret: 'hush', timeScale: options.timeScale ?? 1 });
  const server = makeServer(world);
  const url = await listen(server);
  t.after(() => { world.hooks.close(); server.closeAllConnections(); server.close(); });

  const control = async (path, body, method = body === undefined ? 'GET' : 'POST') => {
    const answer = await fetch(`${url}/control${path}`, { method, body: body && JSON.stringify(body) });
    return answer.json();
  };
  const tokenCall = (form) => fetch(`${url}/shops/alpha.myshopify.com/admin/oauth/access_token`, {
    method: 'POST', body: new URLSearchParams({ ...CREDENTIALS, ...form }),
  });
  const sim = {
    world, url, control, tokenCall, token: null,
    exchange: async (subject_token) => tokenCall({ ...EXCHANGE, subject_token }),
    raw: (query, variables = {}, token = sim.token) => fetch(`${url}/shops/alpha.myshopify.com/admin/api/2026-10/graphql.json`, {
      method: 'POST', body: JSON.stringify({ query, variables }), headers: { 'X-Shopify-Access-Token': token },
    }),
    ask: async (query, variables, token) => (await sim.raw(query, variables, token)).json(),
    place: async (wish = {}) => (await control('/shops/alpha/orders', wish))[0],
  };
  await control('/shops', { shop: 'alpha', routing_ms: 0, ...options.shop });
  const { id_token } = await control('/shops/alpha/install', {});
  sim.token = (await (await sim.exchange(id_token)).json()).access_token;
  return sim;
}

/**
 * An app that keeps what it is sent and answers what `respond` says (200).
 * `received(n)` waits until n deliveries are there; nothing sleeps.
 * @param {import('node:test').TestContext} t
 */
export async function startApp(t, respond = () => 200) {
  const deliveries = [];
  const waiters = [];
  const server = http.createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const delivery = { headers: request.headers, path: request.url, body: Buffer.concat(parts), topic: request.headers['x-shopify-topic'] };
    deliveries.push(delivery);
    const status = respond(delivery, deliveries.length);
    if (status) { response.statusCode = status; response.end(); }
    for (const waiter of [...waiters]) waiter();
  });
  const url = await listen(server);
  t.after(() => { server.closeAllConnections(); server.close(); });
  const received = (count) => new Promise((resolve) => {
    const look = () => {
      if (deliveries.length < count) return;
      waiters.splice(waiters.indexOf(look), 1);
      resolve(deliveries);
    };
    waiters.push(look);
    look();
  });
  return { url, deliveries, received };
}

/** Resolves when the journal notes a webhook event of that kind. */
export function webhookEvent(world, what) {
  return new Promise((resolve) => {
    const stop = world.journal.listen((event) => {
      if (event.kind !== 'webhook' || event.what !== what) return;
      stop();
      resolve(event);
    });
  });
}
