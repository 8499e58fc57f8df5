import assert from 'node:assert/strict';
import test from 'node:test';
import { execute, parse } from 'graphql';
import { startSim, theSchema } from '../harness.mjs';
import { makeClock } from '../clock.mjs';
import { makeWorld } from '../world.mjs';
import { readCall, runCall } from '../execute.mjs';
import { restBody } from '../rest.mjs';
import { SHAPE_NAMES } from '../shapes.mjs';
import { draftOrder, makeShop } from '../store.mjs';

const NOW = Date.parse('2026-11-20T10:00:00Z');
const MONEY = 'fragment M on MoneyBag { shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }';
const QUERY = `query Q($id: ID!, $after: String) { order(id: $id) {
  legacyResourceId name createdAt updatedAt cancelledAt tags note currencyCode presentmentCurrencyCode displayFinancialStatus
  email customer { legacyResourceId } shippingAddress { name address1 countryCodeV2 } totalWeight
  totalPriceSet { ...M } subtotalPriceSet { ...M } totalTaxSet { ...M } totalDiscountsSet { ...M } currentTotalPriceSet { ...M }
  totalTipReceivedSet { ...M } taxLines { title rate priceSet { ...M } } customAttributes { key value }
  lineItems(first: 250, after: $after) { pageInfo { hasNextPage endCursor } nodes { id sku quantity currentQuantity unfulfilledQuantity isGiftCard
    variant { legacyResourceId } originalUnitPriceSet { ...M } totalDiscountSet { ...M } taxLines { title priceSet { ...M } }
    discountAllocations { allocatedAmountSet { ...M } } } } } } ${MONEY}`;

function make(seed, shapes) {
  const world = makeWorld({ schema: theSchema(), seed, clock: makeClock(() => NOW) });
  const shop = makeShop(world, { shop: 'made', bucket: 1e9, restore: 1e9 });
  const orders = shapes.map((shape) => draftOrder(shop, { shape, createdAt: NOW }));
  for (const order of orders) shop.orders.set(String(order.id), order);
  return { world, shop, orders };
}

function bothViews({ world, shop }, order) {
  const id = `gid://shopify/Order/${order.id}`;
  let after = null;
  let whole = null;
  do {
    const { body } = runCall(world, shop, readCall(world, shop, { query: QUERY, variables: { id, after } }));
    assert.equal(body.errors, undefined, JSON.stringify(body.errors));
    const { order: page } = body.data;
    if (whole) whole.lineItems.nodes.push(...page.lineItems.nodes);
    else whole = page;
    after = page.lineItems.pageInfo.hasNextPage ? page.lineItems.pageInfo.endCursor : null;
  } while (after);
  const text = restBody(order, shop);
  return { rest: JSON.parse(text), text, graphql: whole };
}

const same = (bag, set) => {
  for (const [ours, theirs] of [['shopMoney', 'shop_money'], ['presentmentMoney', 'presentment_money']]) {
    assert.equal(bag[ours].currencyCode, set[theirs].currency_code);
    assert.equal(Number(bag[ours].amount), Number(set[theirs].amount));
  }
};

const RANDOM = Array.from({ length: 100 }, () => 'random');

for (const shape of SHAPE_NAMES) {
  test(`both APIs tell the same of an order of shape ${shape}`, () => {
    const made = make(3, [shape]);
    compare(bothViews(made, made.orders[0]));
  });
}

test('both APIs tell the same of a hundred orders drawn by chance', () => {
  const made = make(4, RANDOM);
  for (const order of made.orders) compare(bothViews(made, order));
});

function compare({ rest, text, graphql }) {
  assert.match(text, new RegExp(`^\\{"id":${graphql.legacyResourceId},`), 'the id is an exact integer');
  assert.equal(Date.parse(graphql.createdAt), Date.parse(rest.created_at));
  assert.match(graphql.createdAt, /Z$/);
  assert.match(rest.created_at, /\+01:00$/);
  assert.deepEqual(graphql.tags, rest.tags ? rest.tags.split(', ') : []);
  assert.equal(graphql.note, rest.note);
  assert.equal(graphql.displayFinancialStatus.toLowerCase(), rest.financial_status);
  assert.equal(graphql.email ?? '', rest.email);
  assert.equal(graphql.shippingAddress?.address1, rest.shipping_address?.address1);
  assert.equal(Number(graphql.totalWeight), rest.total_weight);
  assert.deepEqual(graphql.customAttributes.map(({ key, value }) => [key, value]), rest.note_attributes.map(({ name, value }) => [name, value]));
  for (const [ours, theirs] of [['totalPriceSet', 'total_price_set'], ['subtotalPriceSet', 'subtotal_price_set'], ['totalTaxSet', 'total_tax_set'],
    ['totalDiscountsSet', 'total_discounts_set'], ['currentTotalPriceSet', 'current_total_price_set']]) same(graphql[ours], rest[theirs]);
  assert.equal(graphql.lineItems.nodes.length, rest.line_items.length);
  graphql.lineItems.nodes.forEach((line, i) => compareLine(line, rest.line_items[i]));
  sumsUp(rest);
}

function compareLine(line, rest) {
  assert.equal(line.id, rest.admin_graphql_api_id);
  assert.equal(line.sku ?? '', rest.sku ?? '');
  assert.deepEqual([line.quantity, line.currentQuantity, line.unfulfilledQuantity, line.isGiftCard],
    [rest.quantity, rest.current_quantity, rest.fulfillable_quantity, rest.gift_card]);
  same(line.originalUnitPriceSet, rest.price_set);
  same(line.totalDiscountSet, rest.total_discount_set);
  line.taxLines.forEach((tax, i) => same(tax.priceSet, rest.tax_lines[i].price_set));
  line.discountAllocations.forEach((one, i) => same(one.allocatedAmountSet, rest.discount_allocations[i].amount_set));
}

/** The total is what its parts make. */
function sumsUp(rest) {
  const tax = rest.taxes_included ? 0 : Number(rest.total_tax);
  const parts = Number(rest.subtotal_price) + Number(rest.total_shipping_price_set.shop_money.amount) + tax + Number(rest.total_tip_received);
  assert.ok(Math.abs(parts - Number(rest.total_price)) < 0.0005, `${parts} is not ${rest.total_price}`);
  assert.ok(Number(rest.total_price) >= 0);
}

test('any two shapes join, in either order, and both APIs still tell the same', () => {
  const small = SHAPE_NAMES.filter((name) => !['many_lines', 'thousand_lines', 'many_tags'].includes(name));
  const made = make(2, small.flatMap((a) => small.map((b) => `${a}+${b}`)));
  for (const order of made.orders) {
    try {
      compare(bothViews(made, order));
    } catch (error) {
      throw new Error(`${order.shape}: ${error.message}`);
    }
  }
});

test('the same seed makes the same orders to the byte, another seed others', () => {
  const bodies = (seed) => { const { shop, orders } = make(seed, RANDOM); return orders.map((order) => restBody(order, shop)); };
  assert.deepEqual(bodies(8), bodies(8));
  assert.notDeepEqual(bodies(8), bodies(9));
});

test('what the app asks meanwhile does not change which orders come', async (t) => {
  const names = async (calls) => {
    const sim = await startSim(t, { seed: 6 });
    await sim.place({});
    for (let i = 0; i < calls; i++) await sim.ask('{ shop { id } }');
    return (await sim.control('/shops/alpha/orders', { count: 5 })).map(({ id, shape }) => [id, shape]);
  };
  assert.deepEqual(await names(0), await names(7));
});

test('money has the decimals of its currency in REST and none too many in GraphQL', () => {
  const made = make(1, ['three_decimals', 'zero_decimals', 'plain']);
  const [kwd, jpy, eur] = made.orders.map((order) => bothViews(made, order));
  assert.match(kwd.rest.total_price, /^\d+\.\d{3}$/);
  assert.match(jpy.rest.total_price, /^\d+$/);
  assert.match(jpy.graphql.totalPriceSet.shopMoney.amount, /^\d+\.0$/);
  assert.match(eur.rest.total_price, /^\d+\.\d\d$/);
  assert.match(eur.graphql.totalPriceSet.shopMoney.amount, /^\d+\.(\d|\d[1-9])$/);
});

test('NUL and lone surrogates leave as JSON escapes, ids beyond 2^53 as they are', () => {
  const { shop, orders } = make(1, ['nul_note', 'surrogate_note', 'huge_ids']);
  const [nul, half, huge] = orders.map((order) => restBody(order, shop));
  assert.ok(nul.includes('"note":"before\\u0000after'));
  assert.ok(half.includes('half \\ud83d face \\udc00 end'));
  assert.ok(huge.startsWith(`{"id":${orders[2].id},`) && orders[2].id > 2n ** 53n);
});

test('every valid field can be asked for, also where nothing stands behind it', () => {
  const made = make(1, ['plain']);
  const document = parse('{ products(first: 2) { nodes { id } } customersCount { count } shop { billingAddress { id } features { storefront } } }');
  const result = execute({ schema: theSchema(), document });
  assert.ok(result);
  const { body } = runCall(made.world, made.shop, readCall(made.world, made.shop, { query: '{ products(first: 2) { nodes { id } } shop { features { storefront } } }' }));
  assert.deepEqual(body.data, { products: { nodes: [] }, shop: { features: { storefront: false } } });
});
