/**
 * mutations.mjs - the mutation fields, with the refusals that were recorded.
 */
import { GraphQLError } from 'graphql';
import { bulkMutations } from './bulk.mjs';
import { partsOf } from './inputs.mjs';
import { fulfillmentMutations } from './fulfillment.mjs';
import { APP_ID } from './queries.mjs';
import { gid } from './rest.mjs';
import { change, changeTags, findVisible, uninstallApp } from './store.mjs';
import { orderView } from './view.mjs';
import { utc } from './dates.mjs';

const problem = (field, message) => ({ field, message });

/** tagsAdd and tagsRemove. @param {'add'|'remove'} verb */
const tagger = (verb) => function changeTagsOf({ id, tags }, { world, shop }, info) {
  const parts = partsOf(id);
  if (parts?.kind !== 'Order') throw new GraphQLError('invalid id', { extensions: { code: 'RESOURCE_NOT_FOUND' } });
  const order = findVisible(world, shop, parts.id);
  if (!order) return { node: null, userErrors: [problem(['id'], 'Resource does not exist')] };
  const refusal = world.faults.refusal(shop.domain, info.fieldName);
  if (refusal) return { node: null, userErrors: [problem(['tags'], refusal.message ?? 'Tags cannot be changed')] };
  const swallowed = verb === 'add' && world.faults.swallows(world.weatherOf(shop), shop.domain);
  if (!swallowed) changeTags(world, shop, order, { [verb]: tags }, { author: 'app' });
  return { node: orderView(order, shop), userErrors: [] };
};

/** orderUpdate: of its input only what the stand-in keeps; tags are replaced whole. */
function orderUpdate({ input }, { world, shop }) {
  const order = findVisible(world, shop, partsOf(input.id)?.id);
  if (!order) return { order: null, userErrors: [problem(['id'], 'Order does not exist')] };
  if (input.tags) changeTags(world, shop, order, { set: input.tags }, { author: 'app' });
  if (input.note !== undefined) {
    change(world, shop, order, { author: 'app', what: 'note' }, () => { order.note = input.note; });
  }
  return { order: orderView(order, shop), userErrors: [] };
}

function webhookSubscriptionCreate({ topic, webhookSubscription: input }, { world, shop }) {
  const now = utc(world.clock.now());
  const made = {
    __typename: 'WebhookSubscription', id: gid('WebhookSubscription', shop.ids()), topic, uri: input.uri,
    format: input.format ?? 'JSON', filter: input.filter ?? null, includeFields: input.includeFields ?? [],
    metafieldNamespaces: input.metafieldNamespaces ?? [], createdAt: now, updatedAt: now,
  };
  shop.subscriptions.push(made);
  return { webhookSubscription: made, userErrors: [] };
}

function webhookSubscriptionDelete({ id }, { shop }) {
  const known = shop.subscriptions.some((one) => one.id === id);
  shop.subscriptions = shop.subscriptions.filter((one) => one.id !== id);
  return known ? { deletedWebhookSubscriptionId: id, userErrors: [] }
    : { deletedWebhookSubscriptionId: null, userErrors: [problem(['id'], 'Webhook subscription does not exist')] };
}

function appUninstall(_args, { world, shop }) {
  uninstallApp(world, shop);
  return { app: { __typename: 'App', id: APP_ID }, userErrors: [] };
}

export const mutations = {
  appUninstall,
  tagsAdd: tagger('add'), tagsRemove: tagger('remove'), orderUpdate,
  webhookSubscriptionCreate, webhookSubscriptionDelete, ...fulfillmentMutations, ...bulkMutations,
};
