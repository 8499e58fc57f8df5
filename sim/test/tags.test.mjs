import assert from 'node:assert/strict';
import test from 'node:test';
import { startSim } from '../harness.mjs';

const ADD = 'mutation A($id: ID!, $tags: [String!]!) { tagsAdd(id: $id, tags: $tags) { node { ... on Order { tags } } userErrors { field message } } }';
const REMOVE = ADD.replaceAll('tagsAdd', 'tagsRemove');

async function tagsAfter(sim, start, verb, tags) {
  const order = await sim.place({ tags: start });
  const { data } = await sim.ask(verb, { id: order.id, tags });
  return Object.values(data)[0].node.tags;
}

/** sentence, tags before, mutation, tags given, tags after */
const RECORDED = [
  ['a comma string adds each of its tags', ['Red'], ADD, 'blue, green', ['blue', 'green', 'Red']],
  ['a comma inside a list element separates too', ['Red'], ADD, ['blue,green'], ['blue', 'green', 'Red']],
  ['adding a tag that is there in another case adds nothing and keeps the spelling', ['Red'], ADD, ['red'], ['Red']],
  ['tags are kept in order without regard to case', ['Red'], ADD, ['b', 'A'], ['A', 'b', 'Red']],
  ['removing in another case removes nothing', ['Red'], REMOVE, ['red'], ['Red']],
  ['removing the exact spelling, given as a string, removes it', ['Red'], REMOVE, 'Red', []],
  ['removing an absent tag is accepted', ['Red'], REMOVE, ['missing'], ['Red']],
];
for (const [sentence, before, verb, given, after] of RECORDED) {
  test(sentence, async (t) => assert.deepEqual(await tagsAfter(await startSim(t), before, verb, given), after));
}

test('an order that is not there is a user error, another kind of id is a RESOURCE_NOT_FOUND', async (t) => {
  const sim = await startSim(t);
  const missing = await sim.ask(ADD, { id: 'gid://shopify/Order/1', tags: ['a'] });
  assert.equal(missing.data.tagsAdd.node, null);
  assert.deepEqual(missing.data.tagsAdd.userErrors[0].field, ['id']);
  const foreign = await sim.ask(ADD, { id: 'gid://shopify/SomethingUnsupported/1', tags: ['a'] });
  assert.equal(foreign.errors[0].extensions.code, 'RESOURCE_NOT_FOUND');
  assert.equal(foreign.data.tagsAdd, null);
});

test('the history says who changed which tag, and a change that changes nothing is none', async (t) => {
  const sim = await startSim(t);
  const order = await sim.place({});
  await sim.control(`/shops/alpha/orders/${order.legacy_id}/tags`, { add: ['Logivery-No-Sync'] });
  await sim.ask(ADD, { id: order.id, tags: ['logivery-no-sync'] });
  await sim.ask(ADD, { id: order.id, tags: ['logivery-syncing'] });
  const { tag_history: history } = await sim.control(`/shops/alpha/orders/${order.legacy_id}`);
  assert.deepEqual(history.slice(1).map(({ author, added }) => [author, added]),
    [['merchant', ['Logivery-No-Sync']], ['app', ['logivery-syncing']]]);
});
