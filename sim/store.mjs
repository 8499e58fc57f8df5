/**
 * store.mjs - the stores, their orders, and every change to an order.
 *
 * All changes, whoever makes them, go through `change`: it moves updated_at
 * (which counts seconds), tells the search index (which learns of it later) and
 * sends the webhooks.  The author is kept, so that a judge can tell the
 * merchant's tags from the app's.
 */
import { BULK_PACE } from './bulk.mjs';
import { LOCATIONS } from './catalog.mjs';
import { local, wholeSecond } from './dates.mjs';
import { makeLine, makeOrder } from './orders.mjs';
import { uuid } from './random.mjs';
import { gid, restBody, restEdit } from './rest.mjs';
import { makeIndex } from './search.mjs';
import { cancelOrder, drawShape } from './shapes.mjs';
import { addTags, removeTags, sortTags, splitTags } from './tags.mjs';
import { makeBucket } from './throttle.mjs';
import { makeTokens } from './tokens.mjs';
import { toJson } from './json.mjs';

const DAY = 86400000;
export const VISIBLE_DAYS = 60;
const FIRST_NUMBER = 1001;
const FIRST_ID = 5900000000000n;
const SHOP_ROOM = 10n ** 13n;
const ORDER_ROOM = 5000000n;

/** Points a second, by plan; the bucket is twenty times that. */
const PLANS = { standard: 100, advanced: 200, plus: 1000, enterprise: 2000 };

/** Fulfilment orders are made a moment after their order. */
const ROUTING_MS = 300;

export const domainOf = (name) => (name.includes('.') ? name : `${name}.myshopify.com`);

/** @typedef {ReturnType<typeof makeShop>} Shop */

/**
 * @param {any} world
 * @param {{shop: string, plan?: string, bucket?: number, restore?: number, offset?: string, currency?: string,
 *          search_lag_ms?: number, routing_ms?: number, expires_in?: number}} wish
 */
export function makeShop(world, wish) {
  const domain = domainOf(wish.shop);
  const restore = wish.restore ?? PLANS[wish.plan ?? 'standard'] ?? PLANS.standard;
  const random = world.random.fork(`shop ${domain}`);
  const place = BigInt(world.shops.size);
  return {
    id: 92800000000n + place, idBase: FIRST_ID + place * SHOP_ROOM, domain, plan: wish.plan ?? 'standard',
    offset: wish.offset ?? '+01:00', currency: wish.currency ?? 'EUR',
    random, noise: random.fork('noise'), orders: new Map(), nextNumber: FIRST_NUMBER,
    ids: idMaker(random.fork('ids'), FIRST_ID + place * SHOP_ROOM + SHOP_ROOM / 2n),
    locations: LOCATIONS.map(([name, countryCode, address1, city, zip], i) => (
      { id: 71000000000n + BigInt(world.shops.size * 10 + i), name, countryCode, address1, city, zip })),
    installed: false, installedAt: null, installations: 0, scopes: world.app.scopes,
    bucket: makeBucket(wish.bucket ?? restore * 20, restore, world.clock),
    tokens: makeTokens(world.clock, random.fork('tokens'), { expiresIn: wish.expires_in ?? 3600 }),
    index: makeIndex(world.clock), searchLagMs: wish.search_lag_ms ?? 0, routingMs: wish.routing_ms ?? ROUTING_MS,
    subscriptions: [], costOverrides: {}, bulk: [], bulkPace: { ...BULK_PACE },
  };
}

/** Ids that grow, as Shopify's do; no two stores and no two orders share a range. */
function idMaker(random, base) {
  let last = base;
  return () => {
    last += BigInt(random.int(1, 900));
    return last;
  };
}

export function isVisible(world, order) {
  return !order.deleted && order.createdAt >= world.clock.now() - VISIBLE_DAYS * DAY;
}

/** An order the API may show, by its numeric id. */
export function findVisible(world, shop, id) {
  const order = shop.orders.get(String(id));
  return order && isVisible(world, order) ? order : null;
}

/**
 * Makes an order without putting it into the store.  All of it follows from the
 * store and the number, so that what the app does meanwhile changes no order.
 * @param {Shop} shop
 * @param {{shape?: string, lines?: number, tags?: string[], createdAt: number}} wish
 */
export function draftOrder(shop, wish, source = shop.random) {
  const number = shop.nextNumber++;
  const random = source.fork(`order ${number}`);
  const shape = !wish.shape || wish.shape === 'random' ? drawShape(random) : wish.shape;
  const making = {
    random, nextId: idMaker(random.fork('ids'), shop.idBase + BigInt(number) * ORDER_ROOM), number,
    currency: shop.currency, locations: shop.locations, createdAt: wholeSecond(wish.createdAt),
  };
  const order = makeOrder(making, { shape, lines: wish.lines, tags: wish.tags });
  order.tags = sortTags(order.tags);
  order.placedAt = wish.createdAt;
  order.tagHistory = [{ at: order.createdAt, author: 'merchant', added: [...order.tags], removed: [], tags: [...order.tags] }];
  return order;
}

/** Places an order: it is in the store at once, in the index later, and told by webhook. */
export function placeOrder(world, shop, wish) {
  const age = (wish.age_days ?? 0) * DAY;
  const order = draftOrder(shop, { ...wish, createdAt: world.clock.now() - age });
  order.placedNow = world.clock.now();
  order.underApp = shop.installed && order.placedAt >= shop.installedAt; // of now: a later one changes nothing
  shop.orders.set(String(order.id), order);
  index(world, shop, order);
  const quiet = wish.quiet ?? age > 0;
  if (!quiet) announce(world, shop, order, ['orders/create'], { routed: true });
  world.journal.event('order', { shop: shop.domain, order: order.name, id: String(order.id), what: 'placed', tags: order.tags });
  return order;
}

function index(world, shop, order) {
  const lag = shop.searchLagMs || world.weatherOf(shop).search_lag_ms;
  shop.index.learn(order, lag);
}

/**
 * Changes an order and tells everybody.
 * @param {any} world @param {Shop} shop @param {any} order
 * @param {{author: 'app'|'merchant', what: string, topics?: string[], eventId?: string, bodies?: Record<string, string>}} how
 * @param {() => void} apply
 */
export function change(world, shop, order, how, apply) {
  apply();
  order.updatedAt = Math.max(order.updatedAt, wholeSecond(world.clock.now()));
  index(world, shop, order);
  announce(world, shop, order, how.topics ?? ['orders/updated'], how);
  world.journal.event('order', {
    shop: shop.domain, order: order.name, id: String(order.id), what: how.what, author: how.author, tags: order.tags,
  });
}

/** Webhooks of one change.  Orders out of sight send none. */
function announce(world, shop, order, topics, { eventId = uuid(shop.noise), bodies = {}, routed = false } = {}) {
  if (!isVisible(world, order) && !order.deleted) return;
  for (const topic of topics) {
    world.hooks.send(shop, topic, bodies[topic] ?? restBody(order, shop), { eventId, subject: String(order.id) });
  }
  if (!routed) return;
  for (const one of order.fulfillmentOrders) {
    const body = { fulfillment_order: { id: gid('FulfillmentOrder', one.id), status: one.status.toLowerCase() } };
    world.hooks.send(shop, 'fulfillment_orders/order_routing_complete', toJson(body), { eventId });
  }
}

/**
 * Adds, removes or sets tags.  Nothing changed means nothing told.
 * @param {{add?: string|string[], remove?: string|string[], set?: string|string[]}} wish
 * @param {{author: 'app'|'merchant', eventId?: string}} by
 */
export function changeTags(world, shop, order, wish, by) {
  let tags = wish.set === undefined ? order.tags : sortTags(splitTags(wish.set));
  tags = removeTags(addTags(tags, wish.add ?? []), wish.remove ?? []);
  const added = tags.filter((tag) => !order.tags.includes(tag));
  const removed = order.tags.filter((tag) => !tags.includes(tag));
  if (!added.length && !removed.length) return;
  change(world, shop, order, { ...by, what: 'tags' }, () => {
    order.tags = tags;
    order.tagHistory.push({ at: world.clock.now(), author: by.author, added, removed, tags: [...tags] });
  });
}

/** What a merchant can edit, by the name of the control call's member. */
const EDITS = {
  note(order, value) { order.note = value; return []; },
  address(order, value) {
    order.shippingAddress = { ...(order.shippingAddress ?? order.customer?.address), ...value };
    return [];
  },
  attributes(order, value) { order.attributes = value; return []; },
  email(order, value) { order.email = value; return []; },
  financial_status(order, value) {
    order.financialStatus = value.toUpperCase();
    order.paidShare = value.toUpperCase() === 'PAID' ? 1 : order.paidShare;
    return [];
  },
  line(order, { index: at = 0, quantity }) { return [setQuantity(order, order.lines[at], quantity)]; },
  add_line(order, _value, making) {
    const line = { ...makeLine(making), addedLater: true };
    order.lines.push(line);
    return [{ id: line.id, delta: line.quantity }];
  },
};

/** More pieces raise what was ordered; fewer only lower what is left of it. */
function setQuantity(order, line, quantity) {
  const delta = quantity - line.currentQuantity;
  line.currentQuantity = quantity;
  line.quantity = Math.max(line.quantity, quantity);
  for (const part of order.fulfillmentOrders.flatMap((one) => one.lines)) {
    if (part.lineId === line.id) part.remaining = Math.max(0, part.remaining + delta);
  }
  return { id: line.id, delta };
}

/** The merchant edits; changes to lines are also told as orders/edited. */
export function editOrder(world, shop, order, wish) {
  const names = Object.keys(wish).filter((name) => EDITS[name]);
  if (!names.length) throw new Error(`nothing to edit: give one of ${Object.keys(EDITS).join(', ')}`);
  const making = { random: shop.random, nextId: shop.ids, currency: order.currency };
  const changes = [];
  const bodies = {};
  change(world, shop, order, { author: 'merchant', what: `edited ${names.join(', ')}`, topics: [] }, () => {
    for (const name of names) changes.push(...EDITS[name](order, wish[name], making));
    if (changes.length) order.edited = true;
  });
  if (changes.length) bodies['orders/edited'] = toJson(restEdit(order, shop.ids(), changes, shop, world.clock.now()));
  announce(world, shop, order, [...Object.keys(bodies), 'orders/updated'], { bodies });
}

export function cancel(world, shop, order, reason = 'CUSTOMER') {
  change(world, shop, order, { author: 'merchant', what: 'cancelled', topics: ['orders/cancelled', 'orders/updated'] },
    () => cancelOrder(order, wholeSecond(world.clock.now()), reason.toUpperCase()));
}

export function deleteOrder(world, shop, order) {
  const bodies = { 'orders/delete': toJson({ id: order.id }) };
  change(world, shop, order, { author: 'merchant', what: 'deleted', topics: ['orders/delete'], bodies },
    () => { order.deleted = true; });
}

/** Puts what is not yet sent on hold, or releases it. @param {boolean} on */
export function hold(world, shop, order, on) {
  const [from, to, topic] = on ? ['OPEN', 'ON_HOLD', 'fulfillment_orders/placed_on_hold']
    : ['ON_HOLD', 'OPEN', 'fulfillment_orders/hold_released'];
  const touched = order.fulfillmentOrders.filter(({ status }) => status === from);
  change(world, shop, order, { author: 'merchant', what: on ? 'on hold' : 'released' }, () => {
    order.onHold = on;
    for (const one of touched) {
      one.status = to;
      one.updatedAt = wholeSecond(world.clock.now());
      one.holds = on ? [{ id: shop.ids(), reason: 'OTHER', notes: 'by hand' }] : [];
    }
  });
  for (const one of touched) {
    world.hooks.send(shop, topic, toJson({ fulfillment_order: { id: gid('FulfillmentOrder', one.id), status: to.toLowerCase() } }));
  }
}

/** What is not yet sent leaves from another location: the second, or back from it. */
export function moveOrder(world, shop, order) {
  const [here, there] = shop.locations;
  change(world, shop, order, { author: 'merchant', what: 'moved' }, () => {
    for (const one of order.fulfillmentOrders.filter(({ status }) => status === 'OPEN')) {
      one.locationId = one.locationId === here.id ? there.id : here.id;
      one.updatedAt = wholeSecond(world.clock.now());
    }
  });
}

/** Another app's fulfilment service has the order now: ours is not shown its fulfilment orders. @param {boolean} on */
export function assignElsewhere(world, shop, order, on) {
  change(world, shop, order, { author: 'merchant', what: on ? 'assigned elsewhere' : 'assigned back' }, () => {
    for (const one of order.fulfillmentOrders) one.elsewhere = on;
  });
}

/** The app is removed: its tokens are dead, and it is told. */
export function uninstallApp(world, shop) {
  shop.installed = false;
  shop.tokens.revokeAll();
  shop.subscriptions = [];
  world.hooks.send(shop, 'app/uninstalled', toJson({
    id: shop.id, name: shop.domain.split('.')[0], domain: shop.domain, myshopify_domain: shop.domain, currency: shop.currency,
    email: `owner@${shop.domain}`, iana_timezone: 'Europe/Rome', plan_name: shop.plan, updated_at: local(world.clock.now(), shop.offset),
  }));
  world.journal.event('shop', { shop: shop.domain, what: 'uninstalled' });
}

/** Why an order is none for the Cloud App, or null. */
export function whyNotImportable(world, shop, order) {
  const tagged = order.tagHistory.some(({ author, tags }) => author === 'merchant' && tags.some(isNoSync));
  const reasons = [
    [order.deleted, 'deleted'], [!isVisible(world, order), 'older_than_60_days'],
    [order.cancelledAt !== null, 'cancelled'], [!order.confirmed, 'unconfirmed'],
    [!tagged && !order.underApp, 'before_installation'],
  ];
  return reasons.find(([applies]) => applies)?.[1] ?? null;
}

const isNoSync = (tag) => tag.trim().toLowerCase() === 'logivery-no-sync';
