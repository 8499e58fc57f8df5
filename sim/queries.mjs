/**
 * queries.mjs - the query fields with data behind them.
 */
import { GraphQLError } from 'graphql';
import { bulkOperation, bulkQueries } from './bulk.mjs';
import { connection } from './connection.mjs';
import { partsOf } from './inputs.mjs';
import { gid } from './rest.mjs';
import { parseQuery, SORT_KEYS, sorted } from './search.mjs';
import { findVisible, isVisible } from './store.mjs';
import { orderView } from './view.mjs';
import { fulfillmentOrderView, fulfillmentView, locationView } from './view_fulfillment.mjs';

export const APP_ID = gid('App', 4815162342n);

const wrongId = (id) => new GraphQLError(`Invalid id: ${id}`, { extensions: { code: 'RESOURCE_NOT_FOUND' } });

function order({ id }, { world, shop }) {
  const parts = partsOf(id);
  if (parts?.kind !== 'Order') throw wrongId(id);
  const found = findVisible(world, shop, parts.id);
  return found && orderView(found, shop);
}

/** A part of a visible order: [order, part], or null. */
export function findPart(world, shop, list, id) {
  for (const one of shop.orders.values()) {
    const part = isVisible(world, one) && one[list].find((candidate) => String(candidate.id) === String(id));
    if (part) return [one, part];
  }
  return null;
}

const partQuery = (kind, list, view) => ({ id }, { world, shop }) => {
  const parts = partsOf(id);
  if (parts?.kind !== kind) throw wrongId(id);
  const found = findPart(world, shop, list, parts.id);
  return found && view(found[0], found[1], shop);
};

const fulfillmentOrder = partQuery('FulfillmentOrder', 'fulfillmentOrders', fulfillmentOrderView);
const fulfillment = partQuery('Fulfillment', 'fulfillments', fulfillmentView);

/** node(id:) by kind; what is not kept here is not found. */
const NODES = { Order: order, FulfillmentOrder: fulfillmentOrder, Fulfillment: fulfillment, BulkOperation: bulkOperation };

function node({ id }, context) {
  const kind = partsOf(id)?.kind;
  return NODES[kind] ? NODES[kind]({ id }, context) : null;
}

/** Search goes by the index; what it finds is shown as it is now, unless it is gone. */
function search(args, { world, shop, search: notes }, info) {
  const { matches, warnings } = parseQuery(args.query);
  if (warnings.length) notes.push({ path: [info.path.key], query: args.query, parsed: {}, warnings });
  const documents = sorted(shop.index.documents().filter(matches), args.sortKey);
  return documents.map((doc) => ({ doc, order: shop.orders.get(String(doc.id)) }))
    .filter(({ order: found }) => found && isVisible(world, found));
}

function orders(args, context, info) {
  const value = SORT_KEYS[args.sortKey] ?? SORT_KEYS.PROCESSED_AT;
  return connection(search(args, context, info), args, ({ order: found }) => orderView(found, context.shop),
    ({ doc }) => ({ last_id: String(doc.id), last_value: String(value(doc)) }));
}

function ordersCount(args, context, info) {
  return { __typename: 'Count', count: search(args, context, info).length, precision: 'EXACT' };
}

function shop(_args, { shop: store }) {
  return {
    __typename: 'Shop', id: gid('Shop', store.id), name: store.domain.split('.')[0], myshopifyDomain: store.domain,
    primaryDomain: { host: store.domain, url: `https://${store.domain}` }, url: `https://${store.domain}`,
    email: `owner@${store.domain}`, currencyCode: store.currency, weightUnit: 'KILOGRAMS', ianaTimezone: 'Europe/Rome',
    timezoneOffset: store.offset.replace(':', ''),
    plan: { publicDisplayName: store.plan, partnerDevelopment: false, shopifyPlus: store.plan === 'plus' },
  };
}

function currentAppInstallation(_args, { world, shop: store }) {
  return {
    __typename: 'AppInstallation', id: gid('AppInstallation', store.id + BigInt(store.installations)),
    launchUrl: `https://${store.domain}/admin/apps/${world.app.clientId}`,
    uninstallUrl: `https://${store.domain}/admin/apps/${world.app.clientId}/uninstall`,
    accessScopes: store.scopes.map((handle) => ({ __typename: 'AccessScope', handle, description: handle })),
    app: { __typename: 'App', id: APP_ID, handle: 'logivery', apiKey: world.app.clientId, title: 'Logivery' },
  };
}

function locations(args, { shop: store }) {
  return connection(store.locations, args, locationView, ({ id }) => ({ last_id: String(id) }));
}

const QUARTERS = ['2026-01', '2026-04', '2026-07', '2026-10'];

export const queries = {
  order, orders, ordersCount, node, fulfillmentOrder, fulfillment, shop, currentAppInstallation, locations, ...bulkQueries,
  nodes: ({ ids }, context) => ids.map((id) => node({ id }, context)),
  location: ({ id }, { shop: store }) => {
    const found = id ? store.locations.find((one) => gid('Location', one.id) === id) : store.locations[0];
    return found ? locationView(found) : null;
  },
  publicApiVersions: () => [...QUARTERS.map((handle) => ({ handle, displayName: handle, supported: true })),
    { handle: 'unstable', displayName: 'unstable', supported: false }],
  webhookSubscriptions: (args, { shop: store }) => connection(store.subscriptions, args, (one) => one,
    ({ id }) => ({ last_id: id })),
};
