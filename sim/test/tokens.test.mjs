import assert from 'node:assert/strict';
import test from 'node:test';
import { startSim } from '../harness.mjs';

const SHOP = '{ shop { id } }';
const exchange = async (sim, wrong = {}) => sim.exchange((await sim.control('/shops/alpha/id-token', wrong)).id_token);
const refresh = (sim, refresh_token) => sim.tokenCall({ grant_type: 'refresh_token', refresh_token });
const status = async (sim, token) => (await sim.raw(SHOP, {}, token)).status;

test('a good ID token is exchanged for an expiring pair', async (t) => {
  const sim = await startSim(t);
  const answer = await (await exchange(sim)).json();
  assert.equal(answer.expires_in, 3600);
  assert.match(answer.refresh_token, /^shprt_/);
  assert.match(answer.scope, /write_orders/);
  assert.equal(await status(sim, answer.access_token), 200);
});

const BAD = [
  ['signed with another secret', { secret: 'other' }], ['for another app', { aud: 'other' }], ['of another shop', { dest: 'https://beta.myshopify.com' }],
  ['that has expired', { exp_in: -1 }], ['that is not valid yet', { nbf_in: 60 }], ['without a signature', { alg: 'none' }],
];
for (const [sentence, wrong] of BAD) {
  test(`an ID token ${sentence} is an invalid_subject_token`, async (t) => {
    const answer = await exchange(await startSim(t), wrong);
    assert.equal(answer.status, 400);
    assert.equal((await answer.json()).error, 'invalid_subject_token');
  });
}

test('an access token dies after expires_in, and the API answers 401 in Shopify\'s words', async (t) => {
  const sim = await startSim(t);
  await sim.control('/clock', { advance_ms: 3600 * 1000 });
  const answer = await sim.raw(SHOP);
  assert.equal(answer.status, 401);
  assert.deepEqual(await answer.json(), { errors: '[API] Invalid API key or access token (unrecognized login or wrong password)' });
});

test('a refresh rotates: the old refresh token works again until the new pair is used', async (t) => {
  const sim = await startSim(t);
  const first = await (await exchange(sim)).json();
  const lost = await (await refresh(sim, first.refresh_token)).json();
  const second = await (await refresh(sim, first.refresh_token)).json();
  assert.notEqual(second.refresh_token, lost.refresh_token);
  assert.equal((await refresh(sim, lost.refresh_token)).status, 401, 'one refreshable token at a time');
  assert.equal(await status(sim, second.access_token), 200);
  const dead = await refresh(sim, first.refresh_token);
  assert.equal(dead.status, 401);
  assert.equal((await dead.json()).error_description, 'This request requires an active refresh_token');
  assert.equal(await status(sim, first.access_token), 200, 'an access token lives to its own end');
});

test('uninstalling revokes every token and an exchange is refused until it is installed again', async (t) => {
  const sim = await startSim(t);
  await sim.control('/shops/alpha/uninstall', {});
  assert.equal(await status(sim), 401);
  assert.equal((await exchange(sim)).status, 400);
  await sim.control('/shops/alpha/install', {});
  assert.equal((await exchange(sim)).status, 200);
});
