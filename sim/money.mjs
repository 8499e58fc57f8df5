/**
 * money.mjs - amounts as integers of the smallest unit, twice.
 *
 * Every amount of an order exists in the shop's currency and in the one shown
 * to the buyer, so it is a pair [shop, presentment].  The two APIs write the
 * same amount differently: REST "12.50", GraphQL "12.5".
 */

/** @typedef {readonly [number, number]} Pair */

const DECIMALS = { JPY: 0, KRW: 0, CLP: 0, KWD: 3, BHD: 3, JOD: 3, TND: 3 };
export const decimalsOf = (currency) => DECIMALS[currency] ?? 2;

export const ZERO = /** @type {Pair} */ ([0, 0]);
export const add = (/** @type {Pair[]} */ ...pairs) => /** @type {Pair} */ (
  [0, 1].map((i) => pairs.reduce((total, pair) => total + pair[i], 0)));
export const minus = (a, b) => /** @type {Pair} */ ([a[0] - b[0], a[1] - b[1]]);
export const times = (a, factor) => /** @type {Pair} */ ([Math.round(a[0] * factor), Math.round(a[1] * factor)]);

/** As REST writes it: all decimals of the currency. */
export function restAmount(minor, currency) {
  const decimals = decimalsOf(currency);
  const digits = String(Math.abs(minor)).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const sign = minor < 0 ? '-' : '';
  return decimals ? `${sign}${whole}.${digits.slice(-decimals)}` : `${sign}${whole}`;
}

/** As GraphQL's Decimal writes it: no trailing zeros, but one decimal at least. */
export function graphqlAmount(minor, currency) {
  const text = restAmount(minor, currency);
  if (!text.includes('.')) return `${text}.0`;
  return text.replace(/0+$/, '').replace(/\.$/, '.0');
}

/** @param {{currency: string, presentment: string}} order @param {Pair} pair */
export function restSet(order, pair) {
  const one = (minor, currency) => ({ amount: restAmount(minor, currency), currency_code: currency });
  return { shop_money: one(pair[0], order.currency), presentment_money: one(pair[1], order.presentment) };
}

/** @param {{currency: string, presentment: string}} order @param {Pair} pair */
export function moneyBag(order, pair) {
  const one = (minor, currency) => (
    { __typename: 'MoneyV2', amount: graphqlAmount(minor, currency), currencyCode: currency });
  return {
    __typename: 'MoneyBag',
    shopMoney: one(pair[0], order.currency),
    presentmentMoney: one(pair[1], order.presentment),
  };
}
