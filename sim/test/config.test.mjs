// shopify.app.toml against the code and the documents it stands for.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { getNamedType, isCompositeType, Kind, parse, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import { parse as parseToml } from 'smol-toml';
import { SCHEMA_FILE, theSchema } from '../harness.mjs';
import { API_VERSION } from '../hooks.mjs';

const source = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const found = (text, pattern) => [...text.matchAll(pattern)].map(([, name]) => name);
const sorted = (names) => [...new Set(names)].sort();

const toml = parseToml(source('shopify.app.toml'));

test('the API version is one, in the file, the code, the stand-in and the schema', () => {
  const [code] = found(source('src/shopify/gql.h'), /#define SHOPIFY_API_VERSION "([^"]+)"/g);
  assert.match(code, /^20\d\d-(01|04|07|10)$/);
  assert.equal(toml.webhooks.api_version, code);
  assert.equal(API_VERSION, code);
  assert.ok(process.env.SIM_SCHEMA || SCHEMA_FILE.endsWith(`/admin_${code}.json.gz`));
  assert.match(source('sim/schema.sh'), new RegExp(`^name=admin_${code}\\.json\\.gz$`, 'm'));
});

test('every address is https, or a path of the app', () => {
  const { webhooks, auth, application_url: application } = toml;
  for (const address of [application, ...auth.redirect_urls]) {
    const { protocol, username, password, port, hash } = new URL(address);
    assert.deepEqual([protocol, username + password, port, hash], ['https:', '', '', ''], address);
    assert.doesNotMatch(address, /\*/);
  }
  const doors = found(source('src/shopify/api_hook.c'), /\{ POST, "([^"]+)", NULL, post_hook/g);
  assert.ok(webhooks.subscriptions.length >= 2);
  for (const { uri } of webhooks.subscriptions) assert.deepEqual([uri], doors);
});

test('the topics are those that the app reads, and none is told twice', () => {
  const read = found(source('src/shopify/job_inbox.c'), /^\t\{ "([a-z_]+\/[a-z_]+)", /gm);
  const told = toml.webhooks.subscriptions.flatMap(({ topics = [], compliance_topics: more = [] }) => [...topics, ...more]);
  assert.ok(read.length >= 10);
  assert.deepEqual(sorted(told), sorted(read));
  assert.equal(new Set(told).size, told.length);
  for (const topic of ['customers/data_request', 'customers/redact', 'shop/redact']) {
    assert.ok(toml.webhooks.subscriptions.some(({ compliance_topics: list = [] }) => list.includes(topic)), topic);
  }
});

// What an object or a call needs (shopify.dev, "Access scopes"): the schema itself
// says it of two types only, which are checked against it.
const SCOPE_OF = {
  Order: 'read_orders',
  Customer: 'read_customers', CustomerEmailAddress: 'read_customers', CustomerPhoneNumber: 'read_customers',
  Product: 'read_products', ProductVariant: 'read_products',
  Location: 'read_locations',
  FulfillmentOrder: 'read_merchant_managed_fulfillment_orders',
  Fulfillment: 'read_fulfillments', FulfillmentEvent: 'read_fulfillments',
  'Mutation.tagsAdd': 'write_orders', 'Mutation.tagsRemove': 'write_orders',
  'Mutation.fulfillmentCreate': 'write_merchant_managed_fulfillment_orders',
  'Mutation.fulfillmentTrackingInfoUpdate': 'write_merchant_managed_fulfillment_orders',
  'Mutation.fulfillmentEventCreate': 'write_fulfillments',
};
const NO_SCOPE = new Set([
  // parts of an order, read with it
  'Attribute', 'DiscountAllocation', 'LineItem', 'LineItemGroup', 'MailingAddress', 'MoneyBag', 'MoneyV2',
  'PurchasingEntity', 'ShippingLine', 'TaxLine',
  // parts of a fulfilment or a fulfilment order
  'FulfillmentHold', 'FulfillmentLineItem', 'FulfillmentOrderAssignedLocation', 'FulfillmentOrderLineItem',
  'FulfillmentOrderSupportedAction', 'FulfillmentTrackingInfo',
  // open to every app: what it is, where it is, its own bulk operations and their files
  'AccessScope', 'AppInstallation', 'Shop', 'BulkOperation', 'StagedMediaUploadTarget', 'StagedUploadParameter',
  'Mutation.bulkOperationCancel', 'Mutation.bulkOperationRunMutation', 'Mutation.bulkOperationRunQuery',
  'Mutation.stagedUploadsCreate',
  // around the objects
  'Node', 'PageInfo', 'UserError', 'BulkMutationUserError', 'BulkOperationUserError',
]);
const AROUND = /(Connection|Edge|Payload)$/;

/** What a document reaches: its types, and its calls as "Mutation.name". */
function reachedBy(text) {
  const info = new TypeInfo(theSchema());
  const names = [];
  const add = (type) => isCompositeType(type) && !AROUND.test(type.name) && names.push(type.name);
  visit(parse(text), visitWithTypeInfo(info, {
    [Kind.FIELD](node) {
      if (info.getParentType()?.name === 'Mutation') names.push(`Mutation.${node.name.value}`);
      add(getNamedType(info.getType()));
    },
    [Kind.INLINE_FRAGMENT]() { add(getNamedType(info.getType())); },
  }));
  return names;
}

const reached = readdirSync(new URL('../../gql/', import.meta.url)).filter((name) => name.endsWith('.graphql'))
  .flatMap((name) => reachedBy(source(`gql/${name}`)));

test('of everything that the documents reach it is known which scope it needs', () => {
  assert.deepEqual(sorted(reached.filter((name) => !SCOPE_OF[name] && !NO_SCOPE.has(name))), []);
  const known = [...Object.keys(SCOPE_OF), ...NO_SCOPE];
  assert.deepEqual(known.filter((name) => !reached.includes(name)), [], 'not reached any more');
  for (const name of ['Order', 'FulfillmentOrder']) {
    assert.match(theSchema().getType(name).description, new RegExp(`\`${SCOPE_OF[name]}\``));
  }
});

test('the scopes that are asked for are those that the documents need, and no more', () => {
  const needed = sorted(reached.map((name) => SCOPE_OF[name]).filter(Boolean));
  const code = found(source('src/shopify/scopes.c'), /^\t"([a-z_]+)",$/gm);
  const { scopes, optional_scopes: optional } = toml.access_scopes;
  assert.deepEqual(sorted(scopes.split(',')), needed);
  assert.deepEqual(sorted(code), needed);
  assert.deepEqual(optional, []);
});
