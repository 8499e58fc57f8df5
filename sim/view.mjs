/**
 * view.mjs - an order as GraphQL shows it.
 *
 * One object of plain values and functions (graphql-js calls a function with
 * its arguments), so nothing is computed that nobody asks for.  What the schema
 * knows and this file does not, execute.mjs answers with null or empty.
 */
import { connection } from './connection.mjs';
import { utc } from './dates.mjs';
import { add, minus, moneyBag, times, ZERO } from './money.mjs';
import { fullName, gid, lineName, ofLine, statusUrl } from './rest.mjs';
import {
  canShip, discount, displayFulfillment, gross, lineTaxes, orderTaxes, payments, pieces, shippingNet, shippingTaxes,
  totals, unfulfilled, weight,
} from './totals.mjs';
import { fulfillmentOrderView, fulfillmentView, routedNow } from './view_fulfillment.mjs';

const byId = (thing) => ({ last_id: String(thing.id) });

/**
 * @param {any} order
 * @param {{domain: string, offset: string, locations: any[]}} shop
 */
export function orderView(order, shop) {
  return {
    __typename: 'Order', id: gid('Order', order.id), legacyResourceId: order.id,
    ...stateOf(order, shop), ...moneyOf(order), ...peopleOf(order, shop), ...linesOf(order, shop),
    ...fulfillmentOf(order, shop),
  };
}

function stateOf(order, shop) {
  return {
    name: order.name, number: order.number, confirmationNumber: order.confirmationNumber,
    createdAt: utc(order.createdAt), processedAt: utc(order.processedAt), updatedAt: utc(order.updatedAt),
    closed: order.closedAt !== null, closedAt: utc(order.closedAt),
    cancelledAt: utc(order.cancelledAt), cancelReason: order.cancelReason,
    confirmed: order.confirmed, edited: order.edited, test: order.test,
    sourceName: order.sourceName, sourceIdentifier: order.sourceIdentifier,
    tags: order.tags, note: order.note, poNumber: order.poNumber, customerLocale: order.customerLocale,
    displayFinancialStatus: order.financialStatus, displayFulfillmentStatus: () => displayFulfillment(order),
    returnStatus: order.returnStatus, paymentGatewayNames: order.gateways,
    currencyCode: order.currency, presentmentCurrencyCode: order.presentment,
    taxesIncluded: order.taxesIncluded, taxExempt: order.taxExempt, dutiesIncluded: order.dutiesIncluded,
    estimatedTaxes: order.estimatedTaxes, statusPageUrl: statusUrl(order, shop),
    app: { __typename: 'OrderApp', id: gid('App', order.app.id), name: order.app.name },
    customAttributes: attributesOf(order), metafields: (args) => connection([], args, (x) => x, byId),
    retailLocation: order.retailLocation && locationOf(order.retailLocation),
    fullyPaid: () => payments(order).outstanding[0] <= 0, unpaid: () => payments(order).received[0] === 0,
    capturable: order.financialStatus === 'AUTHORIZED', restockable: false,
    fulfillable: () => order.lines.some((line) => unfulfilled(line) > 0),
    requiresShipping: order.lines.some((line) => line.requiresShipping),
    totalWeight: () => weight(order, 'quantity'), currentTotalWeight: () => weight(order, 'currentQuantity'),
    subtotalLineItemsQuantity: () => pieces(order, 'quantity'),
    currentSubtotalLineItemsQuantity: () => pieces(order, 'currentQuantity'),
  };
}

const attributesOf = (thing) => thing.attributes.map(({ key, value }) => ({ __typename: 'Attribute', key, value }));
const locationOf = ({ id, name }) => ({ __typename: 'Location', id: gid('Location', id), legacyResourceId: id, name });

/** GraphQL field, from which sum, of which count. */
const TOTALS = [
  ['subtotalPriceSet', 'subtotal', 'quantity'], ['totalShippingPriceSet', 'shipping', 'quantity'],
  ['totalTaxSet', 'tax', 'quantity'], ['totalDiscountsSet', 'discounts', 'quantity'],
  ['totalPriceSet', 'total', 'quantity'], ['totalTipReceivedSet', 'tip', 'quantity'],
  ['currentSubtotalPriceSet', 'subtotal', 'currentQuantity'], ['currentShippingPriceSet', 'shipping', 'currentQuantity'],
  ['currentTotalTaxSet', 'tax', 'currentQuantity'], ['currentTotalDiscountsSet', 'discounts', 'currentQuantity'],
  ['currentTotalPriceSet', 'total', 'currentQuantity'],
];
const PAYMENTS = [
  ['totalReceivedSet', 'received'], ['totalRefundedSet', 'refunded'],
  ['netPaymentSet', 'net'], ['totalOutstandingSet', 'outstanding'],
];

function moneyOf(order) {
  const cached = {};
  const sums = (count) => (cached[count] ??= totals(order, count));
  return {
    ...Object.fromEntries(TOTALS.map(([field, sum, count]) => [field, () => moneyBag(order, sums(count)[sum])])),
    ...Object.fromEntries(PAYMENTS.map(([field, sum]) => [field, () => moneyBag(order, payments(order)[sum])])),
    originalTotalPriceSet: () => moneyBag(order, order.originalTotal),
    currentTotalDutiesSet: null, currentTotalAdditionalFeesSet: null,
    taxLines: () => orderTaxes(order).map((tax) => taxView(order, tax)),
    discountCodes: order.discounts.filter((one) => one.code).map((one) => one.code),
    discountCode: order.discounts.find((one) => one.code)?.code ?? null,
    discountApplications: (args) => connection(
      order.discounts.map((one, index) => ({ ...one, index })), args, (one) => discountView(order, one),
      (one) => ({ last_id: one.index })),
    transactions: () => transactionsOf(order), refunds: [],
  };
}

function taxView(order, tax) {
  return {
    __typename: 'TaxLine', title: tax.title, rate: tax.rate, ratePercentage: Number((tax.rate * 100).toFixed(6)),
    source: 'shopify', channelLiable: tax.channelLiable, priceSet: moneyBag(order, tax.amount),
  };
}

const DISCOUNT_TYPES = {
  discount_code: 'DiscountCodeApplication', automatic: 'AutomaticDiscountApplication',
  manual: 'ManualDiscountApplication', script: 'ScriptDiscountApplication',
};

function discountView(order, one) {
  return {
    __typename: DISCOUNT_TYPES[one.type], index: one.index, code: one.code, title: one.title,
    allocationMethod: one.method.toUpperCase(), targetSelection: one.selection.toUpperCase(),
    targetType: one.target.toUpperCase(),
    value: Array.isArray(one.value) ? moneyBag(order, one.value).shopMoney
      : { __typename: 'PricingPercentageValue', percentage: one.value },
  };
}

function transactionsOf(order) {
  if (!order.paidShare && order.financialStatus !== 'AUTHORIZED') return [];
  const kind = order.financialStatus === 'AUTHORIZED' ? 'AUTHORIZATION' : 'SALE';
  const amount = kind === 'SALE' ? payments(order).received : totals(order).total;
  return [{
    __typename: 'OrderTransaction', id: gid('OrderTransaction', order.id + 1n), kind, status: 'SUCCESS',
    gateway: order.gateways[0] ?? null, formattedGateway: order.gateways[0] ?? null, manualPaymentGateway: false,
    test: order.test, createdAt: utc(order.createdAt), processedAt: utc(order.createdAt), errorCode: null,
    paymentId: order.token, amountSet: moneyBag(order, amount), parentTransaction: null,
  }];
}

function peopleOf(order) {
  return {
    email: order.email, phone: order.phone,
    customer: order.customer && customerView(order.customer),
    shippingAddress: order.shippingAddress && addressView(order.shippingAddress, order),
    billingAddress: order.billingAddress && addressView(order.billingAddress, order),
    billingAddressMatchesShippingAddress: order.billingAddress !== null && order.billingAddress === order.shippingAddress,
    purchasingEntity: () => purchaserOf(order), paymentTerms: null,
  };
}

export function customerView(customer) {
  return {
    __typename: 'Customer', id: gid('Customer', customer.id), legacyResourceId: customer.id,
    firstName: customer.firstName, lastName: customer.lastName, displayName: fullName(customer) || customer.email || customer.phone || '',
    locale: customer.locale, taxExempt: customer.taxExempt, tags: customer.tags,
    email: customer.email, phone: customer.phone,
    defaultEmailAddress: customer.email && { emailAddress: customer.email },
    defaultPhoneNumber: customer.phone && { phoneNumber: customer.phone },
  };
}

function addressView(a, order) {
  return {
    __typename: 'MailingAddress', id: gid('MailingAddress', `${order.id}?model_name=Address`),
    firstName: a.firstName, lastName: a.lastName, name: fullName(a) || null, company: a.company, address1: a.address1,
    address2: a.address2, zip: a.zip, city: a.city, province: a.province, provinceCode: a.provinceCode,
    country: a.country, countryCodeV2: a.countryCode, countryCode: a.countryCode, phone: a.phone,
    latitude: a.latitude, longitude: a.longitude, coordinatesValidated: a.latitude !== null,
  };
}

function purchaserOf(order) {
  const { company } = order;
  if (!company) return order.customer && customerView(order.customer);
  return {
    __typename: 'PurchasingCompany',
    company: { id: gid('Company', company.id), name: company.name, externalId: company.externalId },
    contact: { id: gid('CompanyContact', company.contactId) },
    location: { id: gid('CompanyLocation', company.locationId), name: company.locationName, externalId: null },
  };
}

function linesOf(order, shop) {
  const pageOf = (lines) => (args) => connection(lines, args, (line) => lineView(order, line, shop), byId);
  return {
    lineItems: pageOf(order.lines),
    nonFulfillableLineItems: pageOf(order.lines.filter((line) => !canShip(line) || line.currentQuantity === 0)),
    shippingLines: (args) => connection(
      order.shippingLines.filter((line) => args.includeRemovals || !line.isRemoved), args,
      (line) => shippingView(order, line), byId),
  };
}

/** @param {any} order @param {any} line */
export function lineView(order, line) {
  return {
    __typename: 'LineItem', id: gid('LineItem', line.id), name: lineName(line), title: line.title,
    variantTitle: line.variantTitle, sku: line.sku === '' ? null : line.sku, vendor: line.vendor,
    quantity: line.quantity, currentQuantity: line.currentQuantity, unfulfilledQuantity: unfulfilled(line),
    fulfillableQuantity: unfulfilled(line), refundableQuantity: line.currentQuantity,
    nonFulfillableQuantity: line.quantity - line.fulfilledQuantity - unfulfilled(line),
    requiresShipping: line.requiresShipping, taxable: line.taxable, isGiftCard: line.giftCard,
    customAttributes: attributesOf(line), lineItemGroup: groupOf(order, line),
    weight: { __typename: 'Weight', unit: 'GRAMS', value: line.grams },
    variant: line.variantId && variantView(line),
    product: line.productId && { __typename: 'Product', id: gid('Product', line.productId), title: line.title },
    ...lineMoney(order, line),
  };
}

function groupOf(order, line) {
  const group = order.groups.find((one) => one.id === line.groupId);
  return group ? { __typename: 'LineItemGroup', ...group, id: gid('LineItemGroup', group.id) } : null;
}

function variantView(line) {
  return {
    __typename: 'ProductVariant', id: gid('ProductVariant', line.variantId), legacyResourceId: line.variantId,
    sku: line.sku, barcode: line.barcode, title: line.variantTitle ?? 'Default Title',
    inventoryItem: { measurement: { weight: { unit: 'GRAMS', value: line.grams } } },
  };
}

function lineMoney(order, line) {
  const bag = (pair) => () => moneyBag(order, pair);
  const own = ofLine(order);
  const plain = (a) => own(a) && order.discounts[a.index].type !== 'discount_code';
  const less = (wanted) => minus(gross(line), discount(line, 'quantity', wanted));
  const unit = (pair) => (line.quantity ? times(pair, 1 / line.quantity) : ZERO);
  return {
    originalUnitPriceSet: bag(line.price), originalTotalSet: () => moneyBag(order, gross(line)),
    discountedUnitPriceSet: () => moneyBag(order, unit(less(plain))),
    discountedUnitPriceAfterAllDiscountsSet: () => moneyBag(order, unit(less(() => true))),
    discountedTotalSet: ({ withCodeDiscounts }) => moneyBag(order, less(withCodeDiscounts ? own : plain)),
    totalDiscountSet: () => moneyBag(order, discount(line, 'quantity', own)),
    discountAllocations: () => allocationsOf(order, line),
    taxLines: () => lineTaxes(order, line).map((tax) => taxView(order, tax)), duties: [],
  };
}

const allocationsOf = (order, thing) => thing.allocations.map((a) => ({
  __typename: 'DiscountAllocation', allocatedAmountSet: moneyBag(order, add(a.amount)),
  discountApplication: discountView(order, { ...order.discounts[a.index], index: a.index }),
}));

function shippingView(order, line) {
  const price = shippingNet(line);
  return {
    __typename: 'ShippingLine', id: gid('ShippingLine', line.id), title: line.title, code: line.code,
    source: line.source, carrierIdentifier: line.carrierIdentifier, deliveryCategory: line.deliveryCategory,
    isRemoved: line.isRemoved, phone: line.phone, originalPriceSet: moneyBag(order, line.price),
    discountedPriceSet: moneyBag(order, price),
    currentDiscountedPriceSet: moneyBag(order, order.cancelledAt ? ZERO : price),
    taxLines: shippingTaxes(order, line).map((tax) => taxView(order, tax)),
    discountAllocations: () => allocationsOf(order, line),
  };
}

function fulfillmentOf(order, shop) {
  return {
    fulfillmentsCount: { __typename: 'Count', count: order.fulfillments.length, precision: 'EXACT' },
    fulfillmentOrders: (args, { world }) => connection(routedNow(world, shop, order), args,
      (one) => fulfillmentOrderView(order, one, shop), byId),
    fulfillments: ({ first }) => order.fulfillments.slice(0, first ?? undefined)
      .map((one) => fulfillmentView(order, one, shop)),
  };
}
