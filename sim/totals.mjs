/**
 * totals.mjs - every sum of an order, computed from its lines when asked.
 *
 * Nothing is stored twice: both APIs read these functions, so they cannot
 * disagree.  "Original" figures count what was ordered, "current" ones what is
 * left after edits, refunds and cancelling.
 */
import { ZERO, add, minus, times } from './money.mjs';

/** @typedef {'quantity'|'currentQuantity'} Count */

const sumOf = (list, amount) => add(ZERO, ...list.map(amount));

/** A line's price before discounts. */
export const gross = (line, count = 'quantity') => times(line.price, line[count]);

/** All discounts on a line; those on removed pieces do not count as current. */
export function discount(line, count = 'quantity', wanted = () => true) {
  const share = line.quantity ? line[count] / line.quantity : 0;
  return times(sumOf(line.allocations.filter(wanted), (a) => a.amount), share);
}

export const net = (line, count = 'quantity') => minus(gross(line, count), discount(line, count));

/** The tax lines of a taxed thing (an order line or a shipping line). */
export function taxesOf(order, thing, base) {
  const rates = thing.taxes.reduce((total, tax) => total + tax.rate, 0);
  const divisor = order.taxesIncluded ? 1 + rates : 1;
  return thing.taxes.map((tax) => ({ ...tax, amount: times(base, tax.rate / divisor) }));
}

export const lineTaxes = (order, line, count = 'quantity') => taxesOf(order, line, net(line, count));
export const shippingNet = (line) => minus(line.price, sumOf(line.allocations, (a) => a.amount));
export const shippingTaxes = (order, line) => taxesOf(order, line, shippingNet(line));

const goods = (order) => order.lines.filter((line) => !line.tip);
const shippings = (order, count) => order.shippingLines
  .filter((line) => count === 'quantity' || !(line.isRemoved || order.cancelledAt));

/** The tax lines of the whole order: same title and rate added up. */
export function orderTaxes(order, count = 'quantity') {
  const all = [
    ...goods(order).flatMap((line) => lineTaxes(order, line, count)),
    ...shippings(order, count).flatMap((line) => shippingTaxes(order, line)),
  ];
  const merged = new Map();
  for (const tax of all) {
    const key = `${tax.title}|${tax.rate}`;
    const seen = merged.get(key);
    merged.set(key, seen ? { ...seen, amount: add(seen.amount, tax.amount) } : tax);
  }
  return [...merged.values()];
}

/** @param {any} order @param {Count} count */
export function totals(order, count = 'quantity') {
  const lineItems = sumOf(goods(order), (line) => gross(line, count));
  const subtotal = sumOf(goods(order), (line) => net(line, count));
  const shipping = sumOf(shippings(order, count), shippingNet);
  const tax = sumOf(orderTaxes(order, count), (one) => one.amount);
  const tip = sumOf(order.lines.filter((line) => line.tip), (line) => gross(line, count));
  const discounts = add(
    sumOf(goods(order), (line) => discount(line, count)),
    sumOf(shippings(order, count), (line) => minus(line.price, shippingNet(line))),
  );
  const total = add(subtotal, shipping, tip, order.taxesIncluded ? ZERO : tax);
  return { lineItems, subtotal, shipping, tax, tip, discounts, total };
}

/** What was paid, given back and is still owed. */
export function payments(order) {
  const received = times(order.paidBasis ?? totals(order).total, order.paidShare);
  const refunded = times(received, order.refundedShare);
  const kept = minus(received, refunded);
  return { received, refunded, net: kept, outstanding: minus(totals(order, 'currentQuantity').total, kept) };
}

export const pieces = (order, count) => goods(order).reduce((n, line) => n + line[count], 0);
export const weight = (order, count) => order.lines.reduce((n, line) => n + line.grams * line[count], 0);

/** Pieces of a line that can still be sent. */
export function unfulfilled(line) {
  return canShip(line) ? Math.max(0, line.currentQuantity - line.fulfilledQuantity) : 0;
}
export const canShip = (line) => !line.tip && !line.giftCard;

/** Fulfilment in GraphQL's words; REST knows only null, partial and fulfilled. */
export function displayFulfillment(order) {
  const lines = order.lines.filter((line) => canShip(line) && line.currentQuantity > 0);
  const sent = lines.reduce((n, line) => n + line.fulfilledQuantity, 0);
  const wanted = lines.reduce((n, line) => n + line.currentQuantity, 0);
  if (wanted && sent >= wanted) return 'FULFILLED';
  if (sent) return 'PARTIALLY_FULFILLED';
  if (order.onHold) return 'ON_HOLD';
  return order.lines.some((line) => line.requiresShipping) ? 'UNFULFILLED' : 'FULFILLMENT_NOT_REQUIRED';
}
