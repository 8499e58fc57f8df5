/**
 * view_fulfillment.mjs - fulfilment orders and fulfilments as GraphQL shows them.
 */
import { connection } from './connection.mjs';
import { utc } from './dates.mjs';
import { gid } from './rest.mjs';
import { lineView, orderView } from './view.mjs';

/** Fulfilment orders that the app is shown: routed by now, and not another service's. */
export const routedNow = (world, shop, order) => (
  world.clock.now() < order.placedNow + shop.routingMs ? [] : order.fulfillmentOrders.filter(({ elsewhere }) => !elsewhere));

const byId = (thing) => ({ last_id: String(thing.id) });

/** What may be done with a fulfilment order, by its state. */
const ACTIONS = {
  OPEN: ['CREATE_FULFILLMENT', 'REPORT_PROGRESS', 'MOVE', 'HOLD'],
  IN_PROGRESS: ['CREATE_FULFILLMENT', 'REPORT_PROGRESS', 'HOLD', 'MARK_AS_OPEN'],
  ON_HOLD: ['RELEASE_HOLD', 'HOLD', 'MOVE'],
  SCHEDULED: ['MARK_AS_OPEN'],
};

/** @param {any} order @param {any} one @param {any} shop */
export function fulfillmentOrderView(order, one, shop) {
  const location = shop.locations.find(({ id }) => id === one.locationId);
  return {
    __typename: 'FulfillmentOrder', id: gid('FulfillmentOrder', one.id), status: one.status,
    requestStatus: 'UNSUBMITTED', fulfillAt: utc(order.createdAt), fulfillBy: null,
    createdAt: utc(order.createdAt), updatedAt: utc(one.updatedAt), orderName: order.name,
    supportedActions: (ACTIONS[one.status] ?? []).map((action) => ({ action, externalUrl: null })),
    fulfillmentHolds: one.holds.map(holdView),
    deliveryMethod: {
      id: gid('DeliveryMethod', one.deliveryMethodId), methodType: one.methodType, serviceCode: null,
      minDeliveryDateTime: null, maxDeliveryDateTime: null,
    },
    assignedLocation: {
      name: location.name, countryCode: location.countryCode, address1: location.address1, city: location.city,
      zip: location.zip, location: locationView(location),
    },
    lineItems: (args) => connection(one.lines, args, (line) => orderLineView(order, line), byId),
    remainingLineItemsWeight: () => ({ unit: 'GRAMS', value: remainingWeight(order, one) }),
    order: () => orderView(order, shop),
  };
}

function holdView(hold) {
  return {
    __typename: 'FulfillmentHold', id: gid('FulfillmentHold', hold.id), reason: hold.reason, reasonNotes: hold.notes,
    displayReason: 'Awaiting payment', handle: null, heldByRequestingApp: false,
  };
}

export function locationView(location) {
  return {
    __typename: 'Location', id: gid('Location', location.id), legacyResourceId: location.id, name: location.name,
    isActive: true, fulfillsOnlineOrders: true, shipsInventory: true, isFulfillmentService: false, fulfillmentService: null,
  };
}

const lineOf = (order, id) => order.lines.find((line) => line.id === id);

function remainingWeight(order, one) {
  return one.lines.reduce((grams, line) => grams + line.remaining * lineOf(order, line.lineId).grams, 0);
}

function orderLineView(order, line) {
  const ordered = lineOf(order, line.lineId);
  return {
    __typename: 'FulfillmentOrderLineItem', id: gid('FulfillmentOrderLineItem', line.id), sku: ordered.sku,
    productTitle: ordered.title, totalQuantity: line.total, remainingQuantity: line.remaining,
    requiresShipping: ordered.requiresShipping, weight: { unit: 'GRAMS', value: ordered.grams },
    lineItem: () => lineView(order, ordered),
  };
}

/** The carrier's last word wins, except over a cancelled parcel. */
const displayStatus = (one) => (one.status === 'CANCELLED' ? 'CANCELED' : one.events.at(-1)?.status ?? 'FULFILLED');

/** @param {any} order @param {any} one @param {any} shop */
export function fulfillmentView(order, one, shop) {
  const happened = (status) => utc(one.events.find((event) => event.status === status)?.happenedAt ?? null);
  return {
    __typename: 'Fulfillment', id: gid('Fulfillment', one.id), legacyResourceId: one.id, name: one.name,
    status: one.status, displayStatus: displayStatus(one),
    createdAt: utc(one.createdAt), updatedAt: utc(one.updatedAt), estimatedDeliveryAt: null,
    inTransitAt: happened('IN_TRANSIT'), deliveredAt: happened('DELIVERED'), requiresShipping: true,
    totalQuantity: one.lines.reduce((n, line) => n + line.quantity, 0),
    location: { __typename: 'Location', id: gid('Location', one.locationId) },
    service: { handle: 'manual', serviceName: 'Manual' },
    trackingInfo: ({ first }) => one.tracking.slice(0, first ?? undefined),
    fulfillmentLineItems: (args) => connection(one.lines, args, (line) => (
      { id: gid('FulfillmentLineItem', line.id), quantity: line.quantity, lineItem: () => lineView(order, lineOf(order, line.lineId)) }), byId),
    events: (args) => connection(one.events, args, eventView, byId),
    order: () => orderView(order, shop),
  };
}

export function eventView(event) {
  return {
    __typename: 'FulfillmentEvent', id: gid('FulfillmentEvent', event.id), status: event.status,
    happenedAt: utc(event.happenedAt), createdAt: utc(event.createdAt), message: event.message,
  };
}
