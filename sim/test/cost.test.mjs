import assert from 'node:assert/strict';
import test from 'node:test';
import { parse } from 'graphql';
import { costOf, sizeFactor } from '../cost.mjs';
import { theSchema } from '../harness.mjs';

function cost(text, variables = {}, data = undefined) {
  const document = parse(text);
  return costOf({ schema: theSchema(), document, operation: document.definitions[0], variables, data });
}

const VARIANTS = `{ product(id: "gid://shopify/Product/1") { variants(first: 3) { nodes { product { variants(first: 3) { nodes {
  inventoryItem { inventoryLevels(first: 3) { nodes { quantities(names: ["available"]) { quantity } location { id } } } } } } } } } } }`;
const PARCELS = `{ order(id: "gid://shopify/Order/1") {
  fulfillmentOrders(first: 10) { nodes { assignedLocation { location { id } } lineItems(first: 10) { nodes { lineItem { id } } } } } } }`;
const CREATE = `mutation M($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) { fulfillment {
  location { id } trackingInfo { number } service { id }
  fulfillmentLineItems(first: 10) { nodes { originalTotalSet { shopMoney { amount } } lineItem { id } } } } userErrors { message } } }`;

/** name, document, observed requested cost */
const OBSERVED = [
  ['variants within variants within inventory levels', VARIANTS, 51],
  ['an order with its fulfilment orders and their lines', PARCELS, 55],
  ['making a parcel', CREATE, 23],
  ['250 variants with their inventory item', '{ product(id: "gid://shopify/Product/1") { variants(first: 250) { nodes { inventoryItem { id } } } } }', 25],
  ['250 products of scalars', '{ products(first: 250) { nodes { id title } } }', 13],
  ['20 staff members', '{ staffMembers(first: 20) { nodes { id } } }', 7],
  ['making a parcel and asking for its order', 'mutation M($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) { fulfillment { order { id } } } }', 11],
  ['three counts and two connections of a product batch', `{ nodes(ids: ["gid://shopify/Product/1"]) { ... on Product { seo { title }
    availablePublicationsCount { count } resourcePublicationsCount { count }
    resourcePublicationsV2(first: 10) { nodes { publication { id } } } publications(first: 10) { nodes { product { id } } } } } }`, 24],
  ['tags on anything', 'mutation { tagsAdd(id: "gid://shopify/Order/1", tags: ["a"]) { node { id ... on Order { tags } } userErrors { message } } }', 10],
  ['correcting the tracking of a parcel', `mutation { fulfillmentTrackingInfoUpdate(fulfillmentId: "gid://shopify/Fulfillment/1", trackingInfoInput: {})
    { fulfillment { trackingInfo(first: 5) { number } } userErrors { message } } }`, 51],
];

for (const [name, document, observed] of OBSERVED) {
  test(`the requested cost of ${name} is ${observed}, as observed`, () => assert.equal(cost(document), observed));
}

test('the actual cost counts what came back: one fulfilment order of one line', () => {
  const line = { lineItem: { id: 'x' } };
  const one = { assignedLocation: { location: { id: 'x' } }, lineItems: { nodes: [line] } };
  assert.equal(cost(PARCELS, {}, { order: { fulfillmentOrders: { nodes: [one] } } }), 1 + 2 + (1 + 2 + 2 + 2));
  assert.equal(cost(PARCELS, {}, { order: { fulfillmentOrders: { nodes: [] } } }), 1 + 2);
  assert.equal(cost(PARCELS, {}, { order: null }), 0);
});

test('a refused parcel costs 10, because its object is null', () => {
  assert.equal(cost(CREATE, {}, { fulfillmentCreate: { fulfillment: null, userErrors: [{ message: 'x' }] } }), 10);
});

test('the size factor of a connection follows the table that was read off', () => {
  const table = { 0: 0, 1: 1, 2: 1, 3: 2, 5: 3, 10: 4, 20: 5, 25: 6, 50: 7, 100: 9, 200: 10, 250: 11 };
  for (const [n, factor] of Object.entries(table)) assert.equal(sizeFactor(Number(n)), factor, `s(${n})`);
});

test('a field asked for twice is paid once, and a skipped one not at all', () => {
  assert.equal(cost('query Q($no: Boolean!) { shop { plan { publicDisplayName } plan { shopifyPlus } primaryDomain @include(if: $no) { host } } }', { no: false }), 2);
});
