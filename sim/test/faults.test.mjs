import assert from 'node:assert/strict';
import test from 'node:test';
import { startSim } from '../harness.mjs';

const TAG = 'mutation T($id: ID!) { tagsAdd(id: $id, tags: ["x"]) { node { id } } }';
const tags = async (sim, order) => (await sim.control(`/shops/alpha/orders/${order.legacy_id}`)).tags;

test('a cut after apply destroys the connection and has changed the order', async (t) => {
  const sim = await startSim(t);
  const order = await sim.place({ shape: 'plain' });
  await sim.control('/faults', { kind: 'cut_after_apply' });
  await assert.rejects(sim.raw(TAG, { id: order.id }));
  assert.deepEqual(await tags(sim, order), ['x']);
});

for (const [kind, status] of [['http_500', 500], ['http_502', 502], ['http_503', 503], ['http_429', 429], ['unauthorized', 401]]) {
  test(`${kind} answers ${status}, changes nothing and strikes once`, async (t) => {
    const sim = await startSim(t);
    const order = await sim.place({ shape: 'plain' });
    await sim.control('/faults', { kind, n: 1 });
    assert.equal((await sim.raw(TAG, { id: order.id })).status, status);
    assert.deepEqual(await tags(sim, order), []);
    assert.equal((await sim.raw(TAG, { id: order.id })).status, 200);
    assert.equal((await sim.control('/faults'))[kind], 1);
  });
}

test('a page of HTML comes with 200, a truncated answer stops half way', async (t) => {
  const sim = await startSim(t);
  await sim.control('/faults', { kind: 'bad_html' });
  assert.match(await (await sim.raw('{ shop { id } }')).text(), /^<!DOCTYPE html>/);
  await sim.control('/faults', { kind: 'truncated' });
  await assert.rejects(sim.ask('{ shop { id } }'));
});

test('a lost answer of the token endpoint leaves the old refresh token usable', async (t) => {
  const sim = await startSim(t);
  const { id_token } = await sim.control('/shops/alpha/id-token', {});
  const pair = await (await sim.exchange(id_token)).json();
  await sim.control('/faults', { kind: 'cut_after_apply', target: 'token' });
  const refresh = () => sim.tokenCall({ grant_type: 'refresh_token', refresh_token: pair.refresh_token });
  await assert.rejects(refresh());
  assert.equal((await refresh()).status, 200);
});

test('a refusal in words is a user error and the order stays as it is', async (t) => {
  const sim = await startSim(t);
  const order = await sim.place({ shape: 'plain' });
  await sim.control('/faults', { kind: 'user_error', message: 'Tags limit reached' });
  const { data } = await sim.ask('mutation T($id: ID!) { tagsAdd(id: $id, tags: ["x"]) { userErrors { message } } }', { id: order.id });
  assert.equal(data.tagsAdd.userErrors[0].message, 'Tags limit reached');
  assert.deepEqual(await tags(sim, order), []);
});

test('weather fails its share of calls, and each kind comes at least as often as was asked', async (t) => {
  const sim = await startSim(t, { shop: { bucket: 1e6, restore: 1e6 } });
  const order = await sim.place({ shape: 'plain' });
  await sim.control('/weather', { api_fail: 0.05, slow_ms: 1, at_least: 3 });
  for (let i = 0; i < 150; i++) await sim.raw(TAG, { id: order.id }).then((answer) => answer.text(), () => null);
  const faults = await sim.control('/faults');
  for (const kind of ['http_500', 'http_502', 'http_503', 'cut_after_apply', 'slow']) assert.ok(faults[kind] >= 3, `${kind}: ${faults[kind]}`);
});

test('the same seed draws the same faults', async (t) => {
  const run = async () => {
    const sim = await startSim(t, { seed: 5 });
    const order = await sim.place({ shape: 'plain' });
    await sim.control('/weather', { api_fail: 0.5, slow_ms: 1 });
    for (let i = 0; i < 20; i++) await sim.raw(TAG, { id: order.id }).then((answer) => answer.text(), () => null);
    return (await sim.control('/calls')).map(({ fault }) => fault);
  };
  assert.deepEqual(await run(), await run());
});

test('a swallowed tag is left out in silence: no user error, and the answer shows what is there', async (t) => {
  const sim = await startSim(t);
  const order = await sim.place({ shape: 'plain' });
  await sim.control('/faults', { kind: 'tag_swallowed' });
  const add = () => sim.ask('mutation T($id: ID!) { tagsAdd(id: $id, tags: ["x"]) { node { ... on Order { tags } } userErrors { message } } }', { id: order.id });
  assert.deepEqual((await add()).data.tagsAdd, { node: { tags: [] }, userErrors: [] });
  assert.deepEqual((await add()).data.tagsAdd, { node: { tags: ['x'] }, userErrors: [] });
});
