// Five orders that the Cloud App refuses each time, while "Import orders" takes five
// at a time: a new one is there within one run of the job all the same.
//
// What makes them poison stands between the two programs: it spoils their
// documents on the way, so the real Cloud App refuses them for a real reason.

import { startFront } from '../../e2e/front.mjs';
import { asMachine, asStaff } from '../../../demo/world.mjs';
import { sim } from '../calm.mjs';
import { comes, place, trial } from './lib.mjs';

const POISON = 'poison';
const FIVE = 5;
const TURNS = 3;
const IN_TIME_S = 10; // a run of the job, and another where the first was full of poison

/** The documents of poison orders are spoiled in any list of orders. */
function spoil(text) {
  const body = JSON.parse(text);
  for (const one of body.orders ?? []) {
    if ((one.tags ?? []).includes(POISON)) one.currency = 'no currency';
  }
  return JSON.stringify(body);
}

const rules = {
  app: ({ path }) => (path.endsWith('/orders/pull') ? { answer: (text) => (text.startsWith('{') ? spoil(text) : text) } : 'pass'),
  cloud: ({ method, path, body }) => (method === 'POST' && path.endsWith('/orders') ? { request: spoil(body) } : 'pass'),
};

const held = async (world, order) => (await asMachine(world, 'GET', `/orders?limit=100`)).items.some((o) => o.external_id === order.legacy_id);

const tagsOf = (world, store, order) => sim(world, 'GET', `/shops/${store.shop}/orders/${order.legacy_id}`).then(({ tags }) => tags);

const shown = (world, store, orders, tag) => comes(async () =>
  (await Promise.all(orders.map((o) => tagsOf(world, store, o)))).every((tags) => tags.includes(tag)), 30);

/** Do all of them wait, as the app knows it? */
async function wait(world, store, orders) {
  const words = await Promise.all(orders.map(({ id }) => asStaff(world, store.shop, 'POST', '/api/actions/update-status', { orderId: id })));
  return words.every((word) => word.orders[0].state === 'waiting');
}

/** Somebody asks for the poison again, a new order comes, the job runs: how long until it is there. */
async function turn(world, store, bad, wrong) {
  const ids = bad.map((o) => o.legacy_id);
  await sim(world, 'POST', `/shops/${store.shop}/orders/tags`, { ids, add: ['logivery-no-sync'], remove: ['logivery-error'] });
  // What does not wait yet when the job runs, the job does not take.
  if (!await comes(() => wait(world, store, bad), 30)) wrong.push('the app did not take the news of the poison');
  const [good] = await place(world, store);
  if (!await shown(world, store, [good], 'logivery-no-sync')) wrong.push(`${good.name} was not seen`);
  const began = Date.now();
  await asMachine(world, 'POST', `/connectors/${store.connector}/jobs`, { kind: 'import_orders' });
  if (!await comes(() => held(world, good), IN_TIME_S)) wrong.push(`${good.name} was held up by poison`);
  const ms = Date.now() - began;
  if (!await shown(world, store, bad, 'logivery-error')) wrong.push('poison orders are not shown as failed');
  return ms;
}

export async function poison(o, wrong) {
  const fronts = {};
  const front = async (name, url) => {
    if (!rules[name]) return url;
    fronts[name] = await startFront(url);
    fronts[name].rule = rules[name];
    return fronts[name].url;
  };
  const figures = await trial(o, wrong, { sweepSeconds: 2, front }, async (world, store) => {
    const bad = await place(world, store, { count: FIVE, tags: [POISON] });
    if (!await shown(world, store, bad, 'logivery-error')) wrong.push('poison orders are not shown as failed');
    await asMachine(world, 'PATCH', `/connectors/${store.connector}`, { automatic: false });
    const times = [];
    for (let i = 0; i < TURNS; i += 1) times.push(await turn(world, store, bad, wrong));
    await asMachine(world, 'PATCH', `/connectors/${store.connector}`, { automatic: true });
    Object.keys(rules).forEach((name) => { fronts[name].rule = () => 'pass'; }); // healed
    await sim(world, 'POST', `/shops/${store.shop}/orders/tags`,
      { ids: bad.map((b) => b.legacy_id), add: ['logivery-no-sync'], remove: ['logivery-error'] });
    if (!await shown(world, store, bad, 'logivery-synced')) wrong.push('healed orders are not in the Cloud App');
    return { poison: bad.length, new_orders: times.length, new_order_ms_max: Math.max(...times) };
  });
  for (const one of Object.values(fronts)) one.close();
  return figures;
}
