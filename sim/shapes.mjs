/**
 * shapes.mjs - the awkward orders, by name.
 *
 * Each entry changes an ordinary order into one a connector stumbles over.
 * Shapes join with "+" ("tip+zero_decimals"); SHAPE_NAMES is the catalogue
 * tests walk, drawShape what "random" means.
 */
import { PRODUCTS, WORLD_ADDRESSES } from './catalog.mjs';
import { makeCustomer, makeLine, presentIn, priced } from './orders.mjs';

const HUGE_ID = 820982911946154500n;

/** @type {Record<string, (order: any, making: import('./orders.mjs').Making) => void>} */
export const SHAPES = {
  plain() {},
  no_customer(order) { order.customer = null; order.email = null; },
  no_address(order) { order.shippingAddress = null; order.billingAddress = null; },
  redacted(order) {
    Object.assign(order, { customer: null, email: null, phone: null, shippingAddress: null, billingAddress: null });
  },
  nameless(order) {
    if (order.customer) Object.assign(order.customer, { firstName: null, lastName: null, email: null, phone: '+390255509999' });
    Object.assign(order, { email: null, phone: '+390255509999' });
  },
  sparse_address(order) {
    const empty = Object.fromEntries(Object.keys(order.shippingAddress ?? {}).map((key) => [key, null]));
    order.shippingAddress = { ...empty, address1: '', country: 'Italy', countryCode: 'IT' };
  },
  other_billing(order, making) { order.billingAddress = makeCustomer(making, WORLD_ADDRESSES).address; },
  deleted_product(order) {
    Object.assign(order.lines[0], { variantId: null, productId: null, barcode: null });
  },
  custom_item(order) {
    Object.assign(order.lines[0], {
      title: 'Engraving', variantTitle: null, sku: null, vendor: null, variantId: null, productId: null,
      barcode: null, grams: 0,
    });
  },
  blank_sku(order) { for (const line of order.lines) line.sku = ''; },
  duplicate_sku(order, making) {
    order.lines = [0, 1, 2].map(() => makeLine(making, PRODUCTS[2]));
  },
  pos(order, making) {
    Object.assign(order, {
      sourceName: 'pos', sourceIdentifier: `${order.number}-12-1000`, app: { id: 129785n, name: 'Point of Sale' },
      customer: null, email: null, shippingAddress: null, billingAddress: null, shippingLines: [],
      retailLocation: making.locations[1], gateways: ['cash'], methodType: 'RETAIL',
    });
    for (const line of order.lines) line.fulfilledQuantity = line.quantity;
  },
  draft_order(order) {
    order.sourceName = 'shopify_draft_order';
    order.app = { id: 1354745n, name: 'Draft Orders' };
  },
  other_channel(order) {
    order.sourceName = '3890849';
    order.app = { id: 3890849n, name: 'Marketplace' };
    order.sourceIdentifier = '111-98567-54';
  },
  test(order) { order.test = true; order.gateways = ['bogus']; },
  b2b(order, making) {
    order.company = {
      id: making.nextId('Company'), name: 'Trattoria Ponte', externalId: 'C-77',
      locationId: making.nextId('CompanyLocation'), locationName: 'Kitchen', contactId: making.nextId('CompanyContact'),
    };
    Object.assign(order, { poNumber: 'PO-2026/114', financialStatus: 'PENDING', paidShare: 0, gateways: [] });
  },
  tip(order, making) { order.lines.push(tipLine(making)); },
  gift_card(order, making) { order.lines.push(giftCardLine(making)); },
  digital(order) {
    for (const line of order.lines) Object.assign(line, { requiresShipping: false, grams: 0 });
    Object.assign(order, { shippingAddress: null, shippingLines: [] });
  },
  pickup(order) {
    Object.assign(order, { shippingAddress: null, methodType: 'PICK_UP' });
    const there = { title: 'Shop Milano', code: 'Shop Milano', deliveryCategory: 'pickup' };
    for (const line of order.shippingLines) Object.assign(line, there);
  },
  many_lines(order, making) { fillTo(order, making, 300); },
  thousand_lines(order, making) { fillTo(order, making, 1000); },
  many_pieces(order) { Object.assign(order.lines[0], { quantity: 1000, currentQuantity: 1000 }); },
  bundle(order, making) { makeBundle(order, making); },
  multi_currency(order) { presentIn(order, 'USD'); },
  to_zero_decimals(order) { presentIn(order, 'JPY'); },
  three_decimals(order, making) { inCurrency(order, making, 'KWD'); },
  zero_decimals(order, making) { inCurrency(order, making, 'JPY'); },
  bahraini_shown_in_dollars(order, making) { inCurrency(order, making, 'BHD'); presentIn(order, 'USD'); },
  discount_code(order) { discountAcross(order, { type: 'discount_code', code: 'BENVENUTO10', valueType: 'percentage', value: 10 }); },
  discount_fixed(order, making) {
    const amount = Math.min(priced(500, making.currency), order.lines[0].price[0]);
    discountLine(order, { type: 'discount_code', code: 'CINQUE', valueType: 'fixed_amount', value: [amount, amount] }, amount);
  },
  discount_automatic(order) { discountAcross(order, { type: 'automatic', title: 'Autumn sale', valueType: 'percentage', value: 12.5 }); },
  discount_manual(order, making) {
    const amount = Math.min(priced(100, making.currency), order.lines[0].price[0]);
    discountLine(order, { type: 'manual', title: 'Dented box', valueType: 'fixed_amount', value: [amount, amount] }, amount);
  },
  discount_script(order) { discountAcross(order, { type: 'script', title: 'VIP price', valueType: 'percentage', value: 5 }); },
  free_shipping(order) { discountShipping(order); },
  free_order(order) {
    discountAcross(order, { type: 'discount_code', code: 'FREE', valueType: 'percentage', value: 100 });
    discountShipping(order);
    order.gateways = [];
  },
  many_taxes(order) {
    order.taxesIncluded = false;
    const taxes = [['State Tax', 0.0625], ['County Tax', 0.0025], ['City Tax', 0.01125]]
      .map(([title, rate]) => ({ title, rate, channelLiable: title === 'State Tax' }));
    for (const thing of [...order.lines, ...order.shippingLines]) thing.taxes = taxes;
  },
  taxes_on_top(order) { order.taxesIncluded = false; },
  no_taxes(order) {
    order.taxExempt = true;
    for (const thing of [...order.lines, ...order.shippingLines]) Object.assign(thing, { taxes: [], taxable: false });
  },
  unicode(order, making) {
    order.customer = makeCustomer(making, WORLD_ADDRESSES);
    order.shippingAddress = order.customer.address;
    order.billingAddress = order.customer.address;
    order.lines[0].title = 'قهوة عربية ☕️ Cafe\u0301 👨\u200d👩\u200d👧 \u202Eelbisrever';
    order.note = 'שלום \u200F— "quoted" \\ <b>&amp;</b>\ttab\r\nline\u2028end';
  },
  nul_note(order) { order.note = 'before\u0000after\u0001\u001f'; },
  surrogate_note(order) { order.note = 'half \ud83d face \udc00 end'; },
  long_note(order) { order.note = 'Lunga nota, '.repeat(420).slice(0, 5000); },
  attributes(order) {
    order.attributes = [['delivery-date', '2026-12-24'], ['gift', ''], ['gift', 'twice'], ['نص', '🎁'], ['empty', null]]
      .map(([key, value]) => ({ key, value }));
    order.lines[0].attributes = [{ key: 'Engraving', value: 'Für "Änne"' }, { key: '_hidden', value: '1' }];
  },
  huge_ids(order) {
    order.id += HUGE_ID;
    for (const line of order.lines) {
      Object.assign(line, { id: line.id + HUGE_ID, variantId: line.variantId && line.variantId + HUGE_ID });
    }
    if (order.customer) order.customer.id += HUGE_ID;
  },
  pending(order) { Object.assign(order, { financialStatus: 'PENDING', paidShare: 0, gateways: ['Bonifico bancario'] }); },
  authorized(order) { Object.assign(order, { financialStatus: 'AUTHORIZED', paidShare: 0 }); },
  partially_paid(order) { Object.assign(order, { financialStatus: 'PARTIALLY_PAID', paidShare: 0.5 }); },
  refunded_part(order) {
    Object.assign(order, { financialStatus: 'PARTIALLY_REFUNDED', refundedShare: 0.25 });
    order.lines[0].currentQuantity = order.lines[0].quantity - 1;
  },
  unconfirmed(order) { order.confirmed = false; },
  cancelled(order) { cancelOrder(order, order.createdAt + 60000, 'CUSTOMER'); },
  edited(order, making) {
    order.edited = true;
    order.lines.push({ ...makeLine(making, PRODUCTS[4]), addedLater: true });
    const removed = { ...makeLine(making, PRODUCTS[5]), currentQuantity: 0 };
    order.lines.push(removed);
    order.updatedAt = order.createdAt + 120000;
  },
  archived(order) {
    order.closedAt = order.createdAt + 3600000;
    for (const line of order.lines) line.fulfilledQuantity = line.quantity;
  },
  part_shipped(order) { Object.assign(order.lines[0], { quantity: 4, currentQuantity: 4, fulfilledQuantity: 1 }); },
  on_hold(order) { order.onHold = true; },
  two_locations(order, making) { fillTo(order, making, 4); order.splitLocations = true; },
  odd_tags(order) { order.tags = ['Logivery-Old', 'logivery-no-synch', 'naïve ☂', "it's", 'a:b', 'AND']; },
  many_tags(order) { order.tags = Array.from({ length: 250 }, (_, i) => `label-${String(i).padStart(3, '0')}`); },
};

export const SHAPE_NAMES = Object.keys(SHAPES);

/** Shapes too heavy or not importable by rule: only made when asked for by name. */
const ON_DEMAND = new Set(['thousand_lines', 'many_lines', 'unconfirmed', 'cancelled', 'plain']);
const DRAWN = SHAPE_NAMES.filter((name) => !ON_DEMAND.has(name));

/** Half of all orders are ordinary, the others of one shape or two. @param {import('./random.mjs').Random} random */
export function drawShape(random) {
  if (random.chance(0.45)) return 'plain';
  if (random.chance(0.03)) return 'many_lines';
  return random.chance(0.25) ? `${random.pick(DRAWN)}+${random.pick(DRAWN)}` : random.pick(DRAWN);
}

function tipLine(making) {
  const amount = priced(200, making.currency);
  return {
    ...makeLine(making), title: 'Tip', variantTitle: null, sku: null, vendor: null, variantId: null, productId: null,
    barcode: null, grams: 0, quantity: 1, currentQuantity: 1, price: [amount, amount], taxes: [],
    requiresShipping: false, taxable: false, tip: true,
  };
}

function giftCardLine(making) {
  const amount = priced(5000, making.currency);
  return {
    ...makeLine(making), title: 'Gift card', variantTitle: null, sku: 'GIFT-50', quantity: 1, currentQuantity: 1,
    barcode: null, grams: 0, price: [amount, amount], taxes: [], requiresShipping: false, taxable: false, giftCard: true,
  };
}

function fillTo(order, making, count) {
  while (order.lines.length < count) order.lines.push(makeLine(making));
}

function makeBundle(order, making) {
  const group = { id: making.nextId('LineItemGroup'), title: 'Breakfast set', quantity: 1 };
  const parts = [0, 2, 8].map((i) => ({ ...makeLine(making, PRODUCTS[i]), groupId: group.id }));
  order.groups.push(group);
  order.lines.push(...parts);
}

/** The store itself counts in another currency. */
function inCurrency(order, making, currency) {
  const from = making.currency;
  making = { ...making, currency };
  const again = (pair) => {
    const odd = currency === 'KWD' || currency === 'BHD' ? 5 : 0;
    const price = priced((pair[0] * 100) / Math.max(1, priced(100, from)), currency) + odd;
    return [price, price];
  };
  order.currency = currency;
  order.presentment = currency;
  for (const thing of [...order.lines, ...order.shippingLines]) {
    const before = thing.price[0] || 1;
    thing.price = again(thing.price);
    const scaled = (pair) => [0, 1].map((i) => Math.floor((pair[i] * thing.price[0]) / before));
    thing.allocations = thing.allocations.map((a) => ({ ...a, amount: scaled(a.amount) }));
  }
}

function addDiscount(order, discount) {
  order.discounts.push({ method: 'across', selection: 'all', target: 'line_item', ...discount });
  return order.discounts.length - 1;
}

/** A percentage off everything, spread over the lines. */
function discountAcross(order, discount) {
  const index = addDiscount(order, discount);
  for (const line of order.lines.filter((one) => !one.tip)) {
    const amount = Math.round((left(line) * discount.value) / 100);
    line.allocations.push({ index, amount: [amount, amount] });
  }
}

/** An amount off the first line. */
function discountLine(order, discount, amount) {
  const index = addDiscount(order, { ...discount, method: 'one', selection: 'explicit' });
  const given = Math.min(amount, left(order.lines[0]));
  order.lines[0].allocations.push({ index, amount: [given, given] });
}

/** What a line still costs after the discounts it has. */
function left(line) {
  return line.price[0] * line.quantity - line.allocations.reduce((n, a) => n + a.amount[0], 0);
}

function discountShipping(order) {
  if (!order.shippingLines.length) return;
  const index = addDiscount(order, {
    type: 'automatic', title: 'Free shipping', valueType: 'percentage', value: 100, method: 'each', target: 'shipping_line',
  });
  for (const line of order.shippingLines) {
    const amount = left({ ...line, quantity: 1 });
    line.allocations.push({ index, amount: [amount, amount] });
  }
}

/** Cancels: nothing is left to send, and what was paid is given back. */
export function cancelOrder(order, at, reason) {
  order.cancelledAt = at;
  order.closedAt = at;
  order.updatedAt = Math.max(order.updatedAt, at);
  order.cancelReason = reason;
  const paid = order.paidShare > 0;
  order.financialStatus = paid ? 'REFUNDED' : 'VOIDED';
  order.refundedShare = paid ? 1 : 0;
  for (const line of order.lines) line.currentQuantity = line.tip ? line.currentQuantity : line.fulfilledQuantity;
  for (const one of order.fulfillmentOrders ?? []) {
    one.status = 'CLOSED';
    for (const line of one.lines) line.remaining = 0;
  }
}
