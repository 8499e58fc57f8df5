/**
 * control.mjs - the strings to pull: /control, JSON, no authentication.
 *
 * README.md is its manual.  Each route is a row; a handler takes what it needs
 * and returns the answer.  A handler that throws answers 400 in words.
 */
import { readCall, runCall } from './execute.mjs';
import { toJson } from './json.mjs';
import { COMPLIANCE_TOPICS } from './hooks.mjs';
import { fulfillByHand } from './fulfillment.mjs';
import { API_KINDS, BULK_KINDS, CALM, WEBHOOK_KINDS } from './faults.mjs';
import { makeRandom, uuid } from './random.mjs';
import { gid, restBody } from './rest.mjs';
import { utc } from './dates.mjs';
import { SHAPE_NAMES } from './shapes.mjs';
import {
  assignElsewhere, cancel, changeTags, deleteOrder, domainOf, draftOrder, editOrder, hold, makeShop, moveOrder, placeOrder,
  uninstallApp, whyNotImportable,
} from './store.mjs';
import { idToken } from './tokens.mjs';
import { displayFulfillment } from './totals.mjs';

/** @typedef {{world: any, shop: any, order: any, input: any, query: URLSearchParams}} Ask */

/** Method, path with {shop} and {order}, handler. */
const ROUTES = [
  ['POST', '/control/shops', createShop],
  ['GET', '/control/shops', ({ world }) => [...world.shops.values()].map(describeShop)],
  ['GET', '/control/app', registerApp],
  ['POST', '/control/app', registerApp],
  ['GET', '/control/shops/{shop}', ({ shop }) => describeShop(shop)],
  ['POST', '/control/shops/{shop}', setShop],
  ['POST', '/control/shops/{shop}/install', install],
  ['GET', '/control/shops/{shop}/id-token', freshIdToken],
  ['POST', '/control/shops/{shop}/id-token', freshIdToken],
  ['POST', '/control/shops/{shop}/uninstall', uninstall],
  ['POST', '/control/shops/{shop}/scopes', setScopes],
  ['POST', '/control/shops/{shop}/expire-tokens', ({ shop }) => { shop.tokens.expireAccess(); return { ok: true }; }],
  ['POST', '/control/shops/{shop}/empty-bucket', ({ shop }) => { shop.bucket.empty(); return shop.bucket.status(); }],
  ['POST', '/control/shops/{shop}/query', directQuery],
  ['POST', '/control/shops/{shop}/compliance', compliance],
  ['POST', '/control/shops/{shop}/webhook', rawWebhook],
  ['POST', '/control/shops/{shop}/orders', place],
  ['GET', '/control/shops/{shop}/orders', ({ world, shop }) => [...shop.orders.values()].map((order) => describe(world, shop, order))],
  ['POST', '/control/shops/{shop}/orders/generate', generate],
  ['POST', '/control/shops/{shop}/orders/tags', tagMany],
  ['GET', '/control/shops/{shop}/orders/{order}', ({ world, shop, order }) => describe(world, shop, order)],
  ['GET', '/control/shops/{shop}/orders/{order}/rest', ({ shop, order }) => restBody(order, shop)],
  ['POST', '/control/shops/{shop}/orders/{order}/edit', changing(editOrder)],
  ['POST', '/control/shops/{shop}/orders/{order}/cancel', changing((world, shop, order, input) => cancel(world, shop, order, input.reason))],
  ['POST', '/control/shops/{shop}/orders/{order}/delete', changing(deleteOrder)],
  ['POST', '/control/shops/{shop}/orders/{order}/hold', changing((world, shop, order, input) => hold(world, shop, order, input.on ?? true))],
  ['POST', '/control/shops/{shop}/orders/{order}/fulfill', changing(fulfillByHand)],
  ['POST', '/control/shops/{shop}/orders/{order}/move', changing(moveOrder)],
  ['POST', '/control/shops/{shop}/orders/{order}/elsewhere',
    changing((world, shop, order, input) => assignElsewhere(world, shop, order, input.on ?? true))],
  ['POST', '/control/shops/{shop}/orders/{order}/tags',
    changing((world, shop, order, input) => changeTags(world, shop, order, input, { author: 'merchant' }))],
  ['POST', '/control/weather', setWeather],
  ['GET', '/control/weather', ({ world }) => world.weather],
  ['POST', '/control/faults', armFault],
  ['GET', '/control/faults', ({ world }) => faultCounts(world)],
  ['POST', '/control/clock', ({ world, input }) => { world.clock.advance(input.advance_ms ?? 0); return { now: utc(world.clock.now()) }; }],
  ['GET', '/control/calls', ({ world, query }) => world.journal.calls(Number(query.get('since') ?? 0))],
  ['GET', '/control/webhooks', ({ world }) => world.hooks.deliveries.map(describeDelivery)],
  ['GET', '/control/stats', stats],
  ['GET', '/control/shapes', () => SHAPE_NAMES],
  ['POST', '/control/reset', ({ world }) => { world.reset(); return { ok: true }; }],
].map(([method, path, handler]) => ({ method, handler, pattern: patternOf(path) }));

function patternOf(path) {
  return new RegExp(`^${path.replace('{shop}', '(?<shop>[^/]+)').replace('{order}', '(?<order>\\d+)')}$`);
}

/** @param {any} world */
export async function handleControl(world, request, response, url, body) {
  if (url.pathname === '/control/events') {
    streamEvents(world, request, response, Number(url.searchParams.get('since') ?? 0));
    return;
  }
  const route = ROUTES.find(({ method, pattern }) => method === request.method && pattern.test(url.pathname));
  const [status, answer] = route ? await act(world, route, url, await body()) : [404, { error: `no ${request.method} ${url.pathname}` }];
  const text = typeof answer === 'string' ? answer : toJson(answer);
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}

async function act(world, route, url, text) {
  try {
    const names = route.pattern.exec(url.pathname).groups ?? {};
    const shop = names.shop && world.shop(decodeURIComponent(names.shop));
    if (names.shop && !shop) return [404, { error: `no shop ${names.shop}` }];
    const order = names.order && shop.orders.get(names.order);
    if (names.order && !order) return [404, { error: `no order ${names.order} in ${shop.domain}` }];
    const input = text ? JSON.parse(text) : {};
    return [200, await route.handler({ world, shop, order, input, query: url.searchParams })];
  } catch (error) {
    return [400, { error: error.message }];
  }
}

function createShop({ world, input }) {
  if (!input.shop) throw new Error('give {"shop": "name"}');
  const domain = domainOf(input.shop);
  if (world.shops.has(domain)) throw new Error(`${domain} is there already`);
  const shop = makeShop(world, input);
  world.shops.set(domain, shop);
  return describeShop(shop);
}

function describeShop(shop) {
  return {
    shop: shop.domain, plan: shop.plan, currency: shop.currency, offset: shop.offset, installed: shop.installed,
    installed_at: utc(shop.installedAt), bucket: shop.bucket.status(), orders: shop.orders.size, weather: shop.weather ?? null,
  };
}

/** What can be changed in a running store. */
const SHOP_SETTINGS = {
  bucket: (shop, value) => shop.bucket.resize(value, undefined), restore: (shop, value) => shop.bucket.resize(undefined, value),
  search_lag_ms: (shop, value) => { shop.searchLagMs = value; }, expires_in: (shop, value) => { shop.tokens.settings.expiresIn = value; },
  bulk_start_ms: (shop, value) => { shop.bulkPace.startMs = value; }, bulk_line_ms: (shop, value) => { shop.bulkPace.lineMs = value; },
  cost_overrides: (shop, value) => { shop.costOverrides = value; },
  protected_data: (shop, value) => { shop.withholds = !value; },
};

function setShop({ shop, input }) {
  for (const [name, value] of Object.entries(input)) {
    if (!SHOP_SETTINGS[name]) throw new Error(`unknown setting "${name}"`);
    SHOP_SETTINGS[name](shop, value);
  }
  return describeShop(shop);
}

function registerApp({ world, input }) {
  const { app } = world;
  app.url = input.url ?? app.url;
  app.clientId = input.client_id ?? app.clientId;
  app.clientSecret = input.client_secret ?? app.clientSecret;
  app.topics = input.topics ? [...input.topics, ...COMPLIANCE_TOPICS] : app.topics;
  app.scopes = input.scopes ?? app.scopes;
  return { url: app.url, client_id: app.clientId, topics: app.topics, scopes: app.scopes };
}

function install({ world, shop }) {
  Object.assign(shop, {
    installed: true, installedAt: world.clock.now(), installations: shop.installations + 1, scopes: world.app.scopes,
  });
  world.journal.event('shop', { shop: shop.domain, what: 'installed' });
  return { shop: shop.domain, ...freshIdToken({ world, shop, input: {}, query: new URLSearchParams() }) };
}

function freshIdToken({ world, shop, input, query }) {
  const asked = Object.fromEntries([...query].map(([key, value]) => [key, /_in$/.test(key) ? Number(value) : value]));
  return { id_token: idToken(world.app, shop.domain, world.clock.now(), shop.noise, { ...asked, ...input }) };
}

/** The admin's own calls for its extensions: no token, and no bucket of the app's. */
function directQuery({ world, shop, input }) {
  const call = readCall(world, shop, input);
  if (call.errors) return { errors: call.errors };
  const bucket = { take: () => true, giveBack() {}, status: () => shop.bucket.status() };
  const { body } = runCall(world, Object.create(shop, { bucket: { value: bucket } }), call);
  return { data: body.data, errors: body.errors };
}

function uninstall({ world, shop }) {
  uninstallApp(world, shop);
  return { ok: true };
}

function setScopes({ world, shop, input }) {
  const body = {
    id: shop.id, shop_id: gid('Shop', shop.id), previous: shop.scopes, current: input.scopes, updated_at: utc(world.clock.now()),
  };
  shop.scopes = input.scopes;
  world.hooks.send(shop, 'app/scopes_update', toJson(body));
  return body;
}

function compliance({ world, shop, input }) {
  if (!COMPLIANCE_TOPICS.includes(input.topic)) throw new Error(`topic must be one of ${COMPLIANCE_TOPICS.join(', ')}`);
  const { topic, ...more } = input;
  world.hooks.send(shop, topic, toJson({ shop_id: shop.id, shop_domain: shop.domain, ...exactIds(more) }));
  return { ok: true };
}

/** Ids given as strings of digits leave as the numbers they are. */
function exactIds(value) {
  if (Array.isArray(value)) return value.map(exactIds);
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, exactIds(v)]));
  return typeof value === 'string' && /^\d+$/.test(value) ? BigInt(value) : value;
}

/** Any body under any topic, signed: for what no real store would send. */
function rawWebhook({ world, shop, input }) {
  world.hooks.send(shop, input.topic, input.body ?? '', { subject: input.subject, always: true });
  return { ok: true };
}

function place({ world, shop, input }) {
  const placed = Array.from({ length: input.count ?? 1 }, () => placeOrder(world, shop, input));
  return placed.map((order) => describe(world, shop, order));
}

function generate({ world, shop, input }) {
  const random = makeRandom(`${world.seed}/generate/${input.seed ?? 1}`);
  const apart = { ...shop, nextNumber: 1001 };
  return Array.from({ length: input.count ?? 1 }, (_, i) => {
    const order = draftOrder(apart, { shape: input.shape, lines: input.lines, createdAt: world.clock.now() }, random.fork(String(i)));
    return { rest: restBody(order, shop), gid: gid('Order', order.id), shape: order.shape };
  });
}

/** One action of the merchant on many orders: many deliveries, one event id. */
function tagMany({ world, shop, input }) {
  const eventId = uuid(shop.noise);
  const ids = input.ids ?? [...shop.orders.keys()];
  for (const id of ids) changeTags(world, shop, shop.orders.get(String(id)), input, { author: 'merchant', eventId });
  return { tagged: ids.length, event_id: eventId };
}

/** A route that changes one order answers how it is now. */
function changing(change) {
  return ({ world, shop, order, input }) => {
    change(world, shop, order, input);
    return describe(world, shop, order);
  };
}

function describeFulfillment({ id, status, author, tracking, locationId, lines, events, notified }) {
  return {
    id: String(id), status, author: author ?? 'merchant', tracking, location: String(locationId), notified,
    lines: lines.map(({ lineId, quantity }) => ({ line_id: String(lineId), quantity })),
    events: events.map((event) => ({ status: event.status, happened_at: utc(event.happenedAt) })),
  };
}

function describe(world, shop, order) {
  const why = whyNotImportable(world, shop, order);
  return {
    id: gid('Order', order.id), legacy_id: String(order.id), name: order.name, shape: order.shape,
    importable: why === null, why_not: why, created_at: utc(order.createdAt), updated_at: utc(order.updatedAt),
    cancelled_at: utc(order.cancelledAt), deleted: order.deleted, tags: order.tags, lines: order.lines.length,
    fulfillment: displayFulfillment(order),
    on_hold: order.fulfillmentOrders.some(({ status: s }) => s === 'ON_HOLD'),
    fulfillments: order.fulfillments.map(describeFulfillment),
    tag_history: order.tagHistory.map((one) => ({ ...one, at: new Date(one.at).toISOString() })),
  };
}

function setWeather({ world, input }) {
  const { shop: name, ...weather } = input;
  const unknown = Object.keys(weather).find((key) => !(key in CALM));
  if (unknown) throw new Error(`unknown weather "${unknown}": one of ${Object.keys(CALM).join(', ')}`);
  if (!name) return Object.assign(world.weather, weather);
  const shop = world.shop(name);
  if (!shop) throw new Error(`no shop ${name}`);
  shop.weather = { ...shop.weather, ...weather };
  return shop.weather;
}

function armFault({ world, input }) {
  const known = [...Object.keys(API_KINDS), ...BULK_KINDS, ...WEBHOOK_KINDS.map((kind) => `webhook_${kind}`), 'user_error', 'tag_swallowed'];
  if (!known.includes(input.kind)) throw new Error(`unknown kind "${input.kind}": one of ${known.join(', ')}`);
  world.faults.arm(input);
  return { armed: world.faults.armed() };
}

function faultCounts(world) {
  const expected = world.faults.weatherKinds(world.weather).map((kind) => [kind, 0]);
  return { ...Object.fromEntries(expected), ...world.faults.counts };
}

function stats({ world }) {
  return { ...world.stats, webhooks: world.hooks.stats, faults: faultCounts(world), seed: String(world.seed) };
}

function describeDelivery({ body: _body, ...rest }) {
  return rest;
}

/** Server-sent events: what happened since, then what happens. */
function streamEvents(world, request, response, since) {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  const send = (event) => response.write(`id: ${event.seq}\nevent: ${event.kind}\ndata: ${toJson(event)}\n\n`);
  for (const event of world.journal.events(since)) send(event);
  const stop = world.journal.listen(send);
  request.on('close', stop);
}
