// What staff send by hand, and what the automatic switch does.

import assert from 'node:assert/strict';
import test from 'node:test';
import {
  addStore, asMachine, asStaff, automatic, call, held, makeStore, pause, place, refusal, send, settled, shows, until,
} from './kit.mjs';

const runNow = (world, store) => asMachine(world, 'POST', `/connectors/${store.connector}/jobs`, { kind: 'import_orders' });

/** Holds both of a connector's jobs that may run at a time, so that no import runs; answers what lets them go. */
async function holdJobs(world, store) {
  const { app } = world.fronts;
  let release;
  const held = new Promise((r) => { release = r; });
  app.rule = ({ path }) => (/\/(orders\/pull|settings)$/.test(path) ? held : 'pass');
  const before = app.count('POST', '/settings');
  await asMachine(world, 'PATCH', `/connectors/${store.connector}`, { notify_customer: false });
  await runNow(world, store);
  await until('both are at work', () => app.count('POST', '/settings') > before && app.count('POST', '/orders/pull') > 0);
  return () => release('pass');
}

/** A rule that holds such calls to the store back until there are so many. */
function meeting(many, operation) {
  let open;
  let came = 0;
  const all = new Promise((r) => { open = r; });
  return ({ body }) => {
    if (!body.includes(operation)) return 'pass';
    came += 1;
    if (came === many) open('pass');
    return all;
  };
}

const BY_STATE = (answer) => Object.fromEntries(answer.orders.map((o) => [o.id, o]));

test('automatic off: nothing is taken by itself; by hand and run-now work; on again it drains', async (t) => {
  const { world, store } = await makeStore(t);
  await asMachine(world, 'PATCH', `/connectors/${store.connector}`, { automatic: false }); // counts before the app knows
  const waiting = await place(world, store, { count: 8 });
  await pause(3500); // sweeps have been by
  assert.equal((await held(world)).length, 0);
  for (const order of waiting) await shows(world, store, order, 'no-sync');
  assert.equal((await held(world)).length, 0);
  await send(world, store, [waiting[0].id]);
  await until('the one sent by hand is there', async () => (await held(world)).length === 1);
  const { uuid } = await runNow(world, store);
  assert.match(uuid, /^[0-9a-f-]{36}$/);
  await until('run-now takes the other seven, five at a time', async () => (await held(world)).length === 8);
  await settled(world);
  await until('no run is left', async () => (await asMachine(world, 'GET', '/jobs?limit=100')).items
    .every(({ kind, state }) => kind !== 'import_orders' || state === 'done'));
  await place(world, store, { count: 4 });
  await pause(1500);
  assert.equal((await held(world)).length, 8);
  await automatic(world, store, true);
  await settled(world);
  assert.equal((await held(world)).length, 12);
});

test('a manual send answers for each order, once, and no bad one stops a good one', async (t) => {
  const { world, store } = await makeStore(t);
  const other = await addStore(world, 'other.myshopify.com');
  await automatic(world, store, false);
  const good = await place(world, store, { count: 3 });
  const [old] = await place(world, store, { age_days: 70 });
  const [foreign] = await place(world, other);
  const missing = 'gid://shopify/Order/1';
  const malformed = 'gid://shopify/Product/12';
  const wanted = [...good.map((o) => o.id), old.id, foreign.id, missing, malformed, good[0].id, good[1].id, old.id, malformed];
  const answer = await send(world, store, wanted);
  const by = BY_STATE(answer);
  assert.deepEqual(answer.orders.map((o) => o.id), [...new Set(wanted)]);
  for (const order of good) {
    assert.ok(['syncing', 'synced'].includes(by[order.id].state), JSON.stringify(by[order.id]));
    assert.match(by[order.id].job, /^[0-9a-f-]{36}$/);
  }
  for (const id of [old.id, foreign.id, missing]) {
    assert.equal(by[id].state, 'error');
    assert.equal(by[id].code, 'not_visible');
    assert.match(by[id].reason, /60 days/);
  }
  assert.equal(by[malformed].state, 'error');
  assert.ok(by[malformed].reason);
  for (const order of good) await shows(world, store, order, 'synced');
  const mine = (await held(world)).filter((o) => o.connector === store.connector);
  assert.equal(mine.length, 3);
});

test('eleven orders at once are refused with 422 and the number 10; none is sent', async (t) => {
  const { world, store } = await makeStore(t);
  await automatic(world, store, false);
  const eleven = await place(world, store, { count: 11 });
  for (const order of eleven) await shows(world, store, order, 'no-sync'); // the app knows them all
  const refused = await refusal(send(world, store, eleven.map((o) => o.id)));
  assert.equal(refused.status, 422);
  assert.equal(refused.code, 'too_many_orders');
  assert.match(refused.words, /\b10\b/);
  const none = await refusal(send(world, store, []));
  assert.equal(none.status, 422);
  await pause(500);
  assert.equal((await held(world)).length, 0);
  const answer = await send(world, store); // the waiting ones: at most ten
  assert.equal(answer.orders.length, 10);
});

test('two staff send the same orders in the same moment: the same jobs', async (t) => {
  const { world, store } = await makeStore(t, { fronts: true, sweepSeconds: 300 }); // nor does the clock ask
  await automatic(world, store, false);
  const release = await holdJobs(world, store);
  const orders = await place(world, store, { count: 3 });
  const ids = orders.map((o) => o.id);
  world.fronts.store.rule = meeting(2, 'OrdersByIds');
  const [one, two] = (await Promise.all([send(world, store, ids), send(world, store, ids)])).map(BY_STATE);
  release();
  for (const id of ids) {
    assert.match(one[id].job, /^[0-9a-f-]{36}$/);
    assert.equal(one[id].job, two[id].job);
  }
  await settled(world);
  assert.equal((await held(world)).length, 3);
});

test('twenty sends of one order, with automatic on, are one order', async (t) => {
  const { world, store } = await makeStore(t, { fronts: true, sweepSeconds: 300 }); // nor does the clock ask
  const release = await holdJobs(world, store);
  const [order] = await place(world, store);
  const twenty = () => Promise.all(Array.from({ length: 20 }, () => send(world, store, [order.id])));
  const answers = await twenty();
  release();
  for (const a of answers) assert.equal(a.orders[0].state, 'syncing', JSON.stringify(a));
  assert.equal(new Set(answers.map((a) => a.orders[0].job)).size, 1, 'they are on the way once');
  for (const a of await twenty()) assert.notEqual(a.orders[0].state, 'error', JSON.stringify(a)); // now some come when it is there
  await settled(world);
  assert.equal((await held(world)).length, 1);
});

test('update status pressed twenty times asks the Cloud App once', async (t) => {
  const { world, store } = await makeStore(t, { fronts: true, sweepSeconds: 300 }); // nor does the clock ask
  world.fronts.app.rule = (r) => (r.path.endsWith('/orders/sync') ? 'drop' : 'pass'); // nobody tells the app
  const [order] = await place(world, store);
  await until('the Cloud App has it', async () => (await held(world)).length === 1);
  await shows(world, store, order, 'syncing');
  const before = world.fronts.cloud.count('POST', '/orders/status');
  const ask = () => asStaff(world, store.shop, 'POST', '/api/actions/update-status', { orderId: order.id });
  const answers = await Promise.all(Array.from({ length: 20 }, ask));
  assert.ok(answers.every((a) => a.orders.length === 1 && ['syncing', 'synced'].includes(a.orders[0].state)));
  assert.equal(world.fronts.cloud.count('POST', '/orders/status') - before, 1);
  assert.equal((await ask()).orders[0].state, 'synced');
  await shows(world, store, order, 'synced');
});

test('a job run twice at once is one job', async (t) => {
  const { world, store } = await makeStore(t, { fronts: true });
  let release;
  const held = new Promise((r) => { release = r; });
  world.fronts.app.rule = (r) => (r.path.endsWith('/orders/pull') ? held : 'pass');
  const answers = await Promise.all([1, 2, 3].map(() => runNow(world, store)));
  release('pass');
  assert.equal(new Set(answers.map((a) => a.uuid)).size, 1);
});

test('nobody without an ID token, or with another store\'s, can send', async (t) => {
  const { world, store } = await makeStore(t);
  const [order] = await place(world, store);
  const where = `${world.appUrl}/api/actions/send-orders`;
  const token = async (wish) => (await call('POST', `${world.sim}/control/shops/${store.shop}/id-token`, { body: wish })).id_token;
  const bad = [undefined, 'x.y.z', await token({ secret: 'wrong' }), await token({ exp_in: -60 }), await token({ nbf_in: 600 }),
    await token({ alg: 'none' }), await token({ aud: 'someone-else' }), await token({ dest: 'https://evil.example' }),
    await token({ iss: 'https://evil.myshopify.com/admin' })];
  for (const one of bad) {
    const refused = await refusal(call('POST', where, { token: one, body: { orderIds: [order.id] } }));
    assert.equal(refused.status, 401, `${one?.slice(0, 20)}`);
  }
});
