/**
 * orders.mjs - makes one order, as ordinary as an order can be.
 *
 * The result is the internal model: the only place an order's facts live.
 * rest.mjs and view.mjs write it in the words of the two APIs.  What is odd
 * about an order is done to it afterwards by a shape (shapes.mjs).
 *
 * Money is a pair [shop, presentment] in smallest units (money.mjs), an instant
 * is milliseconds, an id is a BigInt.
 */
import { ADDRESSES, NOTES, PRODUCTS, RATES } from './catalog.mjs';
import { decimalsOf } from './money.mjs';
import { SHAPES } from './shapes.mjs';
import { totals } from './totals.mjs';
import { hashText } from './random.mjs';

/**
 * @typedef {object} Making what a maker needs to know of its store
 * @property {import('./random.mjs').Random} random
 * @property {(kind: string) => bigint} nextId
 * @property {number} number        the order's number in its store
 * @property {string} currency
 * @property {{id: bigint, name: string}[]} locations
 * @property {number} createdAt
 */

/**
 * One order of a shape.
 * @param {Making} making
 * @param {{shape: string, lines?: number, tags?: string[]}} wish
 */
export function makeOrder(making, wish) {
  const order = plainOrder(making, wish.lines);
  for (const shape of wish.shape.split('+')) {
    const change = SHAPES[shape];
    if (!change) throw new Error(`unknown shape "${shape}"`);
    change(order, making);
  }
  order.shape = wish.shape;
  order.tags = [...order.tags, ...(wish.tags ?? [])];
  return settle(order, making);
}

/** What follows from the order once its shape is known. */
function settle(order, making) {
  convert(order);
  order.originalTotal = totals(order).total;
  order.fulfillmentOrders = routeOrder(order, making);
  order.fulfillments = pastFulfillments(order, making);
  return order;
}

/** A shape that says pieces have left needs the parcel they left in. */
function pastFulfillments(order, making) {
  const lines = order.lines.filter((line) => line.fulfilledQuantity > 0)
    .map((line) => ({ id: making.nextId('FulfillmentLineItem'), lineId: line.id, quantity: line.fulfilledQuantity }));
  if (!lines.length) return [];
  return [{
    id: making.nextId('Fulfillment'), name: `${order.name}-F1`, status: 'SUCCESS', tracking: [], events: [], lines,
    locationId: making.locations[0].id, createdAt: order.createdAt, updatedAt: order.createdAt,
  }];
}

function plainOrder(making, lineCount) {
  const { random, createdAt, number } = making;
  const customer = makeCustomer(making);
  const id = making.nextId('Order');
  const count = lineCount ?? random.int(1, 4);
  const order = {
    id, number, name: `#${number}`,
    confirmationNumber: random.hex(5).toUpperCase().slice(0, 9), token: random.hex(16),
    createdAt, processedAt: createdAt, updatedAt: createdAt,
    closedAt: null, cancelledAt: null, cancelReason: null, deleted: false,
    confirmed: true, edited: false, test: false, onHold: false,
    sourceName: 'web', sourceIdentifier: null, app: { id: 580111n, name: 'Online Store' },
    tags: [], note: random.chance(0.3) ? random.pick(NOTES) : null, attributes: [],
    email: customer.email, phone: null, poNumber: null, customerLocale: 'it-IT',
    financialStatus: 'PAID', gateways: ['shopify_payments'], paidShare: 1, refundedShare: 0,
    currency: making.currency, presentment: making.currency, rate: 1,
    taxesIncluded: true, taxExempt: false, dutiesIncluded: false, estimatedTaxes: false,
    retailLocation: null, company: null, returnStatus: 'NO_RETURN',
    customer, shippingAddress: customer.address, billingAddress: customer.address,
    shippingLines: [makeShipping(making)],
    lines: Array.from({ length: count }, () => makeLine(making)),
    groups: [], discounts: [], fulfillments: [], transactions: [], refunds: [],
    /** Older payloads leave an empty address out, newer ones say null. */
    omitsEmptyAddresses: random.chance(0.5),
  };
  return order;
}

/** A price in hundredths of a unit, in the smallest unit of the currency. */
export function priced(cents, currency) {
  const scale = { JPY: 160, KWD: 0.33, BHD: 0.41 }[currency] ?? 1;
  return Math.round(cents * scale * 10 ** (decimalsOf(currency) - 2));
}

/** One order line of something from the catalogue. */
export function makeLine(making, product = making.random.pick(PRODUCTS)) {
  const [title, variantTitle, sku, cents, grams, vendor, barcode] = product;
  const quantity = making.random.int(1, 3);
  const index = BigInt(PRODUCTS.indexOf(product) + 1);
  const price = priced(cents, making.currency);
  return {
    id: making.nextId('LineItem'), title, variantTitle, sku, vendor, grams, barcode,
    variantId: 44100000000000n + index, productId: 8100000000000n + index,
    quantity, currentQuantity: quantity, fulfilledQuantity: 0,
    requiresShipping: true, taxable: true, giftCard: false, tip: false,
    groupId: null, attributes: [],
    price: [price, price], allocations: [],
    taxes: [{ title: 'IVA', rate: 0.22, channelLiable: false }],
  };
}

function makeShipping(making) {
  const price = priced(making.random.pick([0, 590, 990]), making.currency);
  return {
    id: making.nextId('ShippingLine'), title: 'Standard', code: 'Standard', source: 'shopify',
    carrierIdentifier: null, deliveryCategory: null, isRemoved: false, phone: null,
    price: [price, price], allocations: [],
    taxes: [{ title: 'IVA', rate: 0.22, channelLiable: false }],
  };
}

/** Somebody with an address. */
export function makeCustomer(making, addresses = ADDRESSES) {
  const address = makeAddress(making.random.pick(addresses));
  const id = making.nextId('Customer');
  const mailbox = hashText(address.firstName + address.lastName).toString(36);
  return {
    id, firstName: address.firstName, lastName: address.lastName,
    email: `${mailbox}@buyer.example`, phone: address.phone,
    locale: 'it', taxExempt: false, tags: making.random.chance(0.2) ? ['vip'] : [], address,
    createdAt: making.createdAt - 86400000,
  };
}

export function makeAddress(row) {
  const [firstName, lastName, company, address1, address2, zip, city, province, provinceCode,
    country, countryCode, phone, latitude, longitude] = row;
  return {
    firstName, lastName, company, address1, address2, zip, city, province, provinceCode,
    country, countryCode, phone, latitude, longitude,
  };
}

/** Sets the presentment half of every amount from the shop half. */
function convert(order) {
  const factor = order.rate * 10 ** (decimalsOf(order.presentment) - decimalsOf(order.currency));
  const both = (pair) => [pair[0], Math.round(pair[0] * factor)];
  for (const thing of [...order.lines, ...order.shippingLines]) {
    thing.price = both(thing.price);
    thing.allocations = thing.allocations.map((a) => ({ ...a, amount: both(a.amount) }));
  }
  for (const one of order.discounts) if (Array.isArray(one.value)) one.value = both(one.value);
}

/** Shows the order to the buyer in another currency. */
export function presentIn(order, currency) {
  order.presentment = currency;
  order.rate = (RATES[currency] ?? 1) / (RATES[order.currency] ?? 1);
}

/** Assigns what can be sent to the store's first location (a shape may split it). */
function routeOrder(order, making) {
  const lines = order.lines.filter((line) => !line.tip && !line.giftCard);
  if (!lines.length) return [];
  const second = order.splitLocations ? lines.filter((_, i) => i % 2) : [];
  const first = lines.filter((line) => !second.includes(line));
  return [first, second].filter((part) => part.length)
    .map((part, i) => makeFulfillmentOrder(order, making, part, making.locations[i]));
}

function makeFulfillmentOrder(order, making, lines, location) {
  const open = lines.some((line) => line.currentQuantity > line.fulfilledQuantity);
  return {
    id: making.nextId('FulfillmentOrder'), locationId: location.id, updatedAt: order.createdAt,
    status: open && !order.cancelledAt ? (order.onHold ? 'ON_HOLD' : 'OPEN') : 'CLOSED',
    holds: order.onHold ? [{ id: making.nextId('FulfillmentHold'), reason: 'AWAITING_PAYMENT', notes: null }] : [],
    methodType: order.methodType ?? (order.shippingAddress ? 'SHIPPING' : 'NONE'),
    deliveryMethodId: making.nextId('DeliveryMethod'),
    lines: lines.map((line) => ({
      id: making.nextId('FulfillmentOrderLineItem'), lineId: line.id, total: line.currentQuantity,
      remaining: Math.max(0, line.currentQuantity - line.fulfilledQuantity),
    })),
  };
}
