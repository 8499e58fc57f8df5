/**
 * rest.mjs - an order as the webhook body shows it.
 *
 * The old REST shape: snake_case, numeric ids, tags in one string, times with
 * the shop's offset, money with all its decimals, lower-case states.
 */
import { local } from './dates.mjs';
import { toJson } from './json.mjs';
import { add, restAmount, restSet, ZERO } from './money.mjs';
import {
  canShip, discount, displayFulfillment, lineTaxes, orderTaxes, payments, shippingNet, shippingTaxes, totals,
  unfulfilled, weight,
} from './totals.mjs';

export const gid = (kind, id) => `gid://shopify/${kind}/${id}`;

const FULFILLMENT_WORDS = { FULFILLED: 'fulfilled', PARTIALLY_FULFILLED: 'partial' };

/** The raw body. @param {any} order @param {{offset: string, domain: string}} shop */
export const restBody = (order, shop) => toJson(restOrder(order, shop));

/** @param {any} order @param {{offset: string, domain: string}} shop */
export function restOrder(order, shop) {
  return {
    id: order.id, admin_graphql_api_id: gid('Order', order.id), app_id: order.app.id,
    ...restHead(order, shop), ...restMoney(order),
    ...restPeople(order, shop),
    discount_applications: order.discounts.map((one) => restDiscount(order, one)),
    discount_codes: restCodes(order),
    line_item_groups: order.groups.map(({ id, title, quantity }) => ({ id, title, quantity })),
    line_items: order.lines.map((line) => restLine(order, line)),
    shipping_lines: order.shippingLines.map((line) => restShipping(order, line)),
    tax_lines: orderTaxes(order).map((tax) => restTax(order, tax)),
    fulfillments: order.fulfillments.map((one) => restFulfillment(order, one, shop)),
    refunds: [], returns: [], payment_terms: null, merchant_business_entity_id: 'MTY0ODA2OTU1ODMy',
  };
}

function restHead(order, shop) {
  const at = (ms) => local(ms, shop.offset);
  return {
    name: order.name, number: order.number - 1000, order_number: order.number, token: order.token,
    confirmation_number: order.confirmationNumber, confirmed: order.confirmed, test: order.test,
    created_at: at(order.createdAt), processed_at: at(order.processedAt), updated_at: at(order.updatedAt),
    closed_at: at(order.closedAt), cancelled_at: at(order.cancelledAt),
    cancel_reason: order.cancelReason?.toLowerCase() ?? null,
    note: order.note, note_attributes: order.attributes.map(({ key, value }) => ({ name: key, value })),
    tags: order.tags.join(', '), po_number: order.poNumber, customer_locale: order.customerLocale,
    source_name: order.sourceName, source_identifier: order.sourceIdentifier, source_url: null,
    financial_status: order.financialStatus.toLowerCase(),
    fulfillment_status: FULFILLMENT_WORDS[displayFulfillment(order)] ?? null,
    payment_gateway_names: order.gateways, taxes_included: order.taxesIncluded, tax_exempt: order.taxExempt,
    duties_included: order.dutiesIncluded, estimated_taxes: order.estimatedTaxes,
    total_weight: weight(order, 'quantity'), location_id: order.retailLocation?.id ?? null,
    buyer_accepts_marketing: false, order_status_url: statusUrl(order, shop),
  };
}

export const statusUrl = (order, shop) => `https://${shop.domain}/1/orders/${order.token}/authenticate?key=${order.token.slice(0, 8)}`;

function restMoney(order) {
  const was = totals(order);
  const is = totals(order, 'currentQuantity');
  const both = (name, pair) => ({ [name]: restAmount(pair[0], order.currency), [`${name}_set`]: restSet(order, pair) });
  return {
    currency: order.currency, presentment_currency: order.presentment,
    ...both('total_line_items_price', was.lineItems), ...both('subtotal_price', was.subtotal),
    ...both('total_discounts', was.discounts), ...both('total_tax', was.tax), ...both('total_price', was.total),
    ...both('current_subtotal_price', is.subtotal), ...both('current_total_discounts', is.discounts),
    ...both('current_total_tax', is.tax), ...both('current_total_price', is.total),
    total_shipping_price_set: restSet(order, was.shipping), current_shipping_price_set: restSet(order, is.shipping),
    current_total_duties_set: null, original_total_duties_set: null,
    current_total_additional_fees_set: null, original_total_additional_fees_set: null,
    total_outstanding: restAmount(payments(order).outstanding[0], order.currency),
    total_tip_received: restAmount(was.tip[0], order.currency),
    total_cash_rounding_payment_adjustment_set: restSet(order, ZERO),
    total_cash_rounding_refund_adjustment_set: restSet(order, ZERO),
  };
}

function restPeople(order, shop) {
  const address = (name) => {
    if (order[name]) return restAddress(order[name]);
    return order.omitsEmptyAddresses ? undefined : null;
  };
  return {
    email: order.email ?? '', contact_email: order.email, phone: order.phone,
    customer: order.customer ? restCustomer(order.customer, order, shop) : order.omitsEmptyAddresses ? undefined : null,
    company: order.company && { id: order.company.id, location_id: order.company.locationId },
    billing_address: address('billingAddress'), shipping_address: address('shippingAddress'),
  };
}

function restAddress(a) {
  return {
    first_name: a.firstName, last_name: a.lastName, name: fullName(a), company: a.company,
    address1: a.address1, address2: a.address2, zip: a.zip, city: a.city,
    province: a.province, province_code: a.provinceCode, country: a.country, country_code: a.countryCode,
    phone: a.phone, latitude: a.latitude, longitude: a.longitude,
  };
}

export const fullName = (a) => [a.firstName, a.lastName].filter(Boolean).join(' ');

function restCustomer(customer, order, shop) {
  return {
    id: customer.id, admin_graphql_api_id: gid('Customer', customer.id), email: customer.email,
    first_name: customer.firstName, last_name: customer.lastName, phone: customer.phone, note: null,
    state: 'disabled', verified_email: true, tax_exempt: customer.taxExempt, tax_exemptions: [],
    currency: order.currency, tags: customer.tags.join(', '), locale: customer.locale,
    created_at: local(customer.createdAt, shop.offset), updated_at: local(customer.createdAt, shop.offset),
    default_address: {
      ...restAddress(customer.address), id: customer.id + 1n, customer_id: customer.id,
      country_name: customer.address.country, default: true,
    },
  };
}

function restDiscount(order, one) {
  const value = Array.isArray(one.value) ? restAmount(one.value[0], order.currency) : one.value.toFixed(1);
  return {
    type: one.type, target_type: one.target, target_selection: one.selection, allocation_method: one.method,
    value, value_type: one.valueType, ...(one.code ? { code: one.code } : { title: one.title, description: one.title }),
  };
}

function restCodes(order) {
  return order.discounts.map((one, index) => ({ one, index })).filter(({ one }) => one.code).map(({ one, index }) => {
    const given = [...order.lines, ...order.shippingLines].flatMap((line) => line.allocations)
      .filter((a) => a.index === index).map((a) => a.amount);
    return { code: one.code, amount: restAmount(add(ZERO, ...given)[0], order.currency), type: one.valueType };
  });
}

function restTax(order, tax) {
  return {
    title: tax.title, rate: tax.rate, price: restAmount(tax.amount[0], order.currency),
    price_set: restSet(order, tax.amount), channel_liable: tax.channelLiable,
  };
}

const restAllocations = (order, thing) => thing.allocations.map((a) => ({
  amount: restAmount(a.amount[0], order.currency), amount_set: restSet(order, a.amount), discount_application_index: a.index,
}));

/** Discounts of the line itself, not those spread over the order. */
export const ofLine = (order) => (allocation) => order.discounts[allocation.index].method !== 'across';

export const lineName = (line) => [line.title, line.variantTitle].filter(Boolean).join(' - ');

function restLine(order, line) {
  const own = discount(line, 'quantity', ofLine(order));
  return {
    id: line.id, admin_graphql_api_id: gid('LineItem', line.id), title: line.title, name: lineName(line),
    variant_title: line.variantTitle, sku: line.sku, vendor: line.vendor,
    product_id: line.productId, variant_id: line.variantId, product_exists: line.productId !== null,
    quantity: line.quantity, current_quantity: line.currentQuantity, fulfillable_quantity: unfulfilled(line),
    fulfillment_status: lineState(line), fulfillment_service: 'manual', grams: line.grams,
    requires_shipping: line.requiresShipping, taxable: line.taxable, gift_card: line.giftCard,
    properties: line.attributes.map(({ key, value }) => ({ name: key, value })),
    price: restAmount(line.price[0], order.currency), price_set: restSet(order, line.price),
    total_discount: restAmount(own[0], order.currency), total_discount_set: restSet(order, own),
    discount_allocations: restAllocations(order, line),
    tax_lines: lineTaxes(order, line).map((tax) => restTax(order, tax)), duties: [],
    sales_line_item_group_id: line.groupId, variant_inventory_management: line.variantId ? 'shopify' : null,
    ...(line.tip ? { tip_payment_gateway: 'shopify_payments', tip_payment_method: 'Visa' } : {}),
  };
}

function lineState(line) {
  if (!line.fulfilledQuantity || !canShip(line)) return null;
  return line.fulfilledQuantity >= line.currentQuantity ? 'fulfilled' : 'partial';
}

function restShipping(order, line) {
  const price = shippingNet(line);
  return {
    id: line.id, title: line.title, code: line.code, source: line.source, phone: line.phone,
    carrier_identifier: line.carrierIdentifier, requested_fulfillment_service_id: null, is_removed: line.isRemoved,
    price: restAmount(line.price[0], order.currency), price_set: restSet(order, line.price),
    discounted_price: restAmount(price[0], order.currency), discounted_price_set: restSet(order, price),
    current_discounted_price_set: restSet(order, order.cancelledAt ? ZERO : price),
    tax_lines: shippingTaxes(order, line).map((tax) => restTax(order, tax)),
    discount_allocations: restAllocations(order, line),
  };
}

/** @param {any} order @param {any} one a fulfilment @param {{offset: string}} shop */
export function restFulfillment(order, one, shop) {
  const lines = one.lines.map(({ lineId, quantity }) => (
    { ...restLine(order, order.lines.find((line) => line.id === lineId)), quantity }));
  return {
    id: one.id, admin_graphql_api_id: gid('Fulfillment', one.id), order_id: order.id, name: one.name,
    status: one.status.toLowerCase(), shipment_status: one.events.at(-1)?.status.toLowerCase() ?? null,
    service: 'manual', location_id: one.locationId, receipt: {}, origin_address: {},
    created_at: local(one.createdAt, shop.offset), updated_at: local(one.updatedAt, shop.offset),
    tracking_company: one.tracking[0]?.company ?? null,
    tracking_number: one.tracking[0]?.number ?? null, tracking_numbers: one.tracking.map((t) => t.number),
    tracking_url: one.tracking[0]?.url ?? null, tracking_urls: one.tracking.map((t) => t.url).filter(Boolean),
    line_items: lines,
  };
}

/** @param {any} order @param {bigint} id @param {{id: bigint, delta: number}[]} changes @param {{offset: string}} shop @param {number} at */
export function restEdit(order, id, changes, shop, at) {
  const delta = (keep) => changes.filter((c) => keep(c.delta)).map((c) => ({ id: c.id, delta: Math.abs(c.delta) }));
  return {
    order_edit: {
      id, app_id: order.app.id, order_id: order.id, committed_at: local(at, shop.offset),
      created_at: local(at, shop.offset), notify_customer: false, staff_note: '', reason: null, user_id: null,
      line_items: { additions: delta((d) => d > 0), removals: delta((d) => d < 0) },
      discounts: { line_item: { additions: [], removals: [] } }, shipping_lines: { additions: [], removals: [] },
    },
  };
}
