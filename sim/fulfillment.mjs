/**
 * fulfillment.mjs - parcels: make, correct, follow, cancel.
 *
 * The refusals are the recorded ones, in the recorded order of checks: a
 * quantity below one is found before an unknown fulfilment order is.  None of
 * these mutations is idempotent, and neither are they here.
 */
import { partsOf } from './inputs.mjs';
import { findPart } from './queries.mjs';
import { restFulfillment } from './rest.mjs';
import { change } from './store.mjs';
import { toJson } from './json.mjs';
import { wholeSecond } from './dates.mjs';
import { eventView, fulfillmentView } from './view_fulfillment.mjs';

const refuse = (message, field = ['fulfillment']) => ({ userErrors: [{ field, message }] });
const FULFILLABLE = new Set(['OPEN', 'IN_PROGRESS']);

/** The entries of the input with what they name: {order, one, lines: [{line, quantity}]}. */
function resolve(shop, world, entries) {
  return entries.map((entry) => {
    const found = findPart(world, shop, 'fulfillmentOrders', partsOf(entry.fulfillmentOrderId)?.id ?? '');
    if (!found) return null;
    const [order, one] = found;
    const wanted = entry.fulfillmentOrderLineItems
      ?? one.lines.filter((line) => line.remaining > 0).map((line) => ({ id: `gid://shopify/L/${line.id}`, quantity: line.remaining }));
    const lines = wanted.map(({ id, quantity }) => (
      { line: one.lines.find((line) => String(line.id) === partsOf(id)?.id), quantity }));
    return { order, one, lines };
  });
}

/** First the quantities, before anything is looked up. */
function badQuantity(entries) {
  for (const [i, entry] of entries.entries()) {
    const j = (entry.fulfillmentOrderLineItems ?? []).findIndex(({ quantity }) => quantity < 1);
    if (j >= 0) {
      return refuse('Quantity must be greater than 0', ['fulfillment', 'lineItemsByFulfillmentOrder', String(i),
        'fulfillmentOrderLineItems', String(j), 'quantity']);
    }
  }
  return null;
}

const distinct = (list) => [...new Set(list.map(String))];

/** Why these parts cannot be sent together: the refusal, or null. */
function refusalOf(parts) {
  if (parts.includes(null)) return refuse('Fulfillment order does not exist.');
  const orders = distinct(parts.map(({ order }) => order.id));
  if (orders.length > 1) {
    return refuse(`All fulfillment orders must belong to the same order. Multiple orders with ids [${orders.join(', ')}] were found.`);
  }
  const places = distinct(parts.map(({ one }) => one.locationId));
  if (places.length > 1) {
    return refuse('All fulfillment orders must be assigned to a single location. '
      + `Multiple locations with ids [${places.join(', ')}] were found.`);
  }
  const shut = parts.find(({ one }) => !FULFILLABLE.has(one.status));
  if (shut) return refuse(`Fulfillment order ${shut.one.id} has an unfulfillable status= ${shut.one.status.toLowerCase()}.`);
  const lines = parts.flatMap((part) => part.lines);
  if (lines.some(({ line }) => !line)) return refuse('Fulfillment order line item does not exist.');
  if (lines.some(({ line, quantity }) => quantity > line.remaining)) return refuse('Invalid fulfillment order line item quantity requested.');
  return null;
}

/** Courier, numbers and addresses of a tracking input, one entry a parcel. */
function trackingOf(input) {
  if (!input) return [];
  const numbers = input.numbers ?? (input.number ? [input.number] : []);
  const urls = input.urls ?? (input.url ? [input.url] : []);
  return Array.from({ length: Math.max(numbers.length, urls.length, input.company ? 1 : 0) }, (_, i) => (
    { __typename: 'FulfillmentTrackingInfo', company: input.company ?? null, number: numbers[i] ?? null, url: urls[i] ?? null }));
}

function fulfillmentCreate({ fulfillment: input }, { world, shop }) {
  const entries = input.lineItemsByFulfillmentOrder;
  const parts = resolve(shop, world, entries);
  const refusal = badQuantity(entries) ?? refusalOf(parts);
  if (refusal) return { fulfillment: null, ...refusal };
  const { order, one } = parts[0];
  const now = wholeSecond(world.clock.now());
  const made = {
    id: shop.ids(), name: `${order.name}-F${order.fulfillments.length + 1}`, status: 'SUCCESS', author: 'app', events: [], locationId: one.locationId,
    tracking: trackingOf(input.trackingInfo), notified: input.notifyCustomer ?? false, createdAt: now, updatedAt: now,
    lines: parts.flatMap((part) => part.lines).map(({ line, quantity }) => ({ id: shop.ids(), lineId: line.lineId, quantity })),
  };
  tell(world, shop, order, made, 'fulfillments/create', () => {
    for (const { one: each, lines } of parts) ship(order, each, lines, now);
    order.fulfillments.push(made);
  });
  return { fulfillment: fulfillmentView(order, made, shop), userErrors: [] };
}

/** The merchant fulfils what is left, in the admin: one parcel a location. */
export function fulfillByHand(world, shop, order, { tracking }) {
  for (const one of order.fulfillmentOrders.filter(({ status }) => FULFILLABLE.has(status))) {
    const now = wholeSecond(world.clock.now());
    const lines = one.lines.filter((line) => line.remaining > 0).map((line) => ({ line, quantity: line.remaining }));
    const made = {
      id: shop.ids(), name: `${order.name}-F${order.fulfillments.length + 1}`, status: 'SUCCESS', author: 'merchant', events: [],
      locationId: one.locationId, tracking: trackingOf(tracking), notified: false, createdAt: now, updatedAt: now,
      lines: lines.map(({ line, quantity }) => ({ id: shop.ids(), lineId: line.lineId, quantity })),
    };
    tell(world, shop, order, made, 'fulfillments/create', () => {
      ship(order, one, lines, now);
      order.fulfillments.push(made);
    });
  }
}

function ship(order, one, lines, now) {
  for (const { line, quantity } of lines) {
    line.remaining -= quantity;
    order.lines.find(({ id }) => id === line.lineId).fulfilledQuantity += quantity;
  }
  one.updatedAt = now;
  one.status = one.lines.some((line) => line.remaining > 0) ? 'IN_PROGRESS' : 'CLOSED';
}

/** A change to a parcel is told as its own topic and as the order's. */
function tell(world, shop, order, one, topic, apply) {
  const bodies = {};
  change(world, shop, order, { author: 'app', what: topic, topics: [topic, 'orders/updated'], bodies }, () => {
    apply();
    one.updatedAt = wholeSecond(world.clock.now());
    bodies[topic] = toJson(restFulfillment(order, one, shop));
  });
}

/** Looks the parcel up, then acts on it; an unknown one is refused. */
const onFulfillment = (idOf, field, empty, act) => (args, context) => {
  const found = findPart(context.world, context.shop, 'fulfillments', partsOf(idOf(args))?.id ?? '');
  if (!found) return { ...empty, ...refuse('Fulfillment does not exist.', field) };
  return { ...act(args, context, ...found), userErrors: [] };
};

const fulfillmentTrackingInfoUpdate = onFulfillment((args) => args.fulfillmentId, ['fulfillmentId'], { fulfillment: null },
  ({ trackingInfoInput }, { world, shop }, order, one) => {
    tell(world, shop, order, one, 'fulfillments/update', () => { one.tracking = trackingOf(trackingInfoInput); });
    return { fulfillment: fulfillmentView(order, one, shop) };
  });

const fulfillmentEventCreate = onFulfillment((args) => args.fulfillmentEvent.fulfillmentId, ['fulfillmentEvent', 'fulfillmentId'],
  { fulfillmentEvent: null }, ({ fulfillmentEvent: input }, { world, shop }, order, one) => {
    const now = wholeSecond(world.clock.now());
    const made = {
      id: shop.ids(), status: input.status, message: input.message ?? null, createdAt: now,
      happenedAt: input.happenedAt ? Date.parse(input.happenedAt) : now,
    };
    tell(world, shop, order, one, 'fulfillments/update', () => { one.events.push(made); });
    return { fulfillmentEvent: eventView(made) };
  });

/** Cancelling again is accepted and does nothing. */
const fulfillmentCancel = onFulfillment((args) => args.id, ['id'], { fulfillment: null }, (_args, { world, shop }, order, one) => {
  if (one.status !== 'CANCELLED') tell(world, shop, order, one, 'fulfillments/update', () => takeBack(order, one));
  return { fulfillment: fulfillmentView(order, one, shop) };
});

function takeBack(order, one) {
  one.status = 'CANCELLED';
  for (const { lineId, quantity } of one.lines) {
    order.lines.find(({ id }) => id === lineId).fulfilledQuantity -= quantity;
    const home = order.fulfillmentOrders.find(({ lines }) => lines.some((line) => line.lineId === lineId));
    if (!home) continue;
    home.lines.find((line) => line.lineId === lineId).remaining += quantity;
    home.status = 'OPEN';
  }
}

export const fulfillmentMutations = {
  fulfillmentCreate, fulfillmentTrackingInfoUpdate, fulfillmentEventCreate, fulfillmentCancel,
};
