// A backlog far above what points allow goes to Shopify in one piece, whatever
// happens to it: every order shows its tag, and no tag is put on twice.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { held, log, makeStore, place, settled, sim, until } from './kit.mjs';

// A bucket of 150 and ten seconds of 20 pay for 35 tags; what comes in on a slow
// machine is still more than what is written meanwhile.  Sweeps every two seconds
// would take all of that.
const POOR = { bucket: 150, restore: 20 };
const MANY = 120;

const calls = async (world, name) => (await sim(world, 'GET', '/calls')).filter(({ operation }) => operation === name);
/** Of the bulk operations, in order. */
const bulkCalls = async (world) => (await sim(world, 'GET', '/calls')).map(({ operation }) => operation).filter((name) => name?.startsWith('Bulk'));
const ended = async (world, what) => (await sim(world, 'GET', '/stats')).bulk[what] ?? 0;

/** What became of the operations, for one who reads why a test failed. */
async function story(world) {
  const { bulk } = await sim(world, 'GET', '/stats');
  const lines = (await log(world, '')).filter(({ step }) => step.startsWith('bulk.'));
  return JSON.stringify({ bulk, log: lines.map((l) => `${l.time} ${l.step}: ${l.reason}`), calls: (await bulkCalls(world)).join(' ') });
}

/** No tag of ours was ever put on an order twice. */
async function onceEach(world, store) {
  for (const { name, tag_history: history } of await sim(world, 'GET', `/shops/${store.shop}/orders`)) {
    const added = history.filter(({ author }) => author === 'app').flatMap((one) => one.added);
    assert.equal(new Set(added).size, added.length, `${name}: ${added}`);
  }
}

async function backlog(t, settings = {}) {
  const made = await makeStore(t, { sweepSeconds: 15 }, POOR);
  await sim(made.world, 'POST', `/shops/${made.store.shop}`, { bulk_start_ms: 100, bulk_line_ms: 5, ...settings });
  await sim(made.world, 'POST', `/shops/${made.store.shop}/empty-bucket`, {});
  return made;
}

async function allWell(world, store) {
  await settled(world, 900);
  assert.equal((await held(world)).length, MANY);
  await onceEach(world, store);
}

// Each waits for points most of the time.
describe('a backlog', { concurrency: 2 }, () => {
  test('a backlog of orders is tagged at once, and the log says so', async (t) => {
    const { world, store } = await backlog(t);
    await place(world, store, { count: MANY });
    await allWell(world, store);
    assert.ok(await ended(world, 'completed') >= 1, await story(world));
    assert.equal((await calls(world, 'BulkStage')).length, (await calls(world, 'BulkMutation')).length);
    const told = await until('the Queue Log tells of it', async () => {
      const items = (await log(world, 'at once')).filter(({ step }) => step.startsWith('bulk.')); // not those of jobs
      return items.length >= 2 && items;
    });
    assert.deepEqual([...new Set(told.map(({ step }) => step))].sort(), ['bulk.begun', 'bulk.done']);
  });

  test('Shopify refuses the operation: every order is tagged one by one', async (t) => {
    const { world, store } = await backlog(t);
    await sim(world, 'POST', '/faults', { kind: 'bulk_refused', n: 100 });
    await place(world, store, { count: MANY });
    await allWell(world, store);
    assert.equal((await calls(world, 'BulkMutation')).length, 1, 'it is not offered again so soon');
    assert.equal(await ended(world, 'created'), 0, await story(world));
  });

  test('the answer to the start is lost: it is found again, and not made twice', async (t) => {
    const { world, store } = await backlog(t);
    await sim(world, 'POST', '/faults', { kind: 'cut_after_apply', operation: 'BulkMutation' });
    await place(world, store, { count: MANY });
    await until('our operations are listed', async () => (await calls(world, 'BulkList')).length > 0, 300);
    await allWell(world, store);
    const told = await bulkCalls(world);
    assert.deepEqual(told.slice(0, 3), ['BulkStage', 'BulkMutation', 'BulkList'], await story(world));
    assert.equal(told.filter((name) => name === 'BulkList').length, 1, await story(world));
    const begun = told.filter((name) => name === 'BulkMutation').length;
    assert.equal(told.filter((name) => name === 'BulkStage').length, begun, 'none is begun a second time');
    assert.equal(await ended(world, 'created'), begun, await story(world));
  });

  test('half of it fails: what was done is taken, the rest goes one by one', async (t) => {
    const { world, store } = await backlog(t);
    await sim(world, 'POST', '/faults', { kind: 'bulk_failed' });
    await place(world, store, { count: MANY });
    await allWell(world, store);
    assert.equal(await ended(world, 'failed'), 1, await story(world));
  });

  test('the storage fails again and again: it is tried again, and then left', async (t) => {
    const { world, store } = await backlog(t);
    await sim(world, 'POST', '/faults', { kind: 'bulk_upload_fails', n: 2 });
    await sim(world, 'POST', '/faults', { kind: 'bulk_download_cut', n: 2 });
    await place(world, store, { count: MANY });
    await allWell(world, store);
    assert.ok(await ended(world, 'completed') >= 1, await story(world));
  });

  test('killed at each step of it, every order is tagged once', async (t) => {
    const { world, store } = await backlog(t, { bulk_line_ms: 20 });
    await place(world, store, { count: MANY });
    for (const name of ['BulkStage', 'BulkMutation', 'BulkStatus']) {
      await until(`${name} was called`, async () => (await calls(world, name)).length > 0, 300);
      await world.app.crash();
    }
    await allWell(world, store);
    assert.ok(await ended(world, 'completed') >= 1, await story(world));
  });

  test('many orders that no webhook told of are read at once', async (t) => {
    const { world, store } = await backlog(t);
    await sim(world, 'POST', '/weather', { webhook_lost: 1 });
    await place(world, store, { count: MANY });
    await until('Shopify was asked for all of them', async () => (await calls(world, 'BulkQuery')).length > 0, 300);
    await sim(world, 'POST', '/weather', { webhook_lost: 0 });
    await allWell(world, store);
    assert.ok((await calls(world, 'OrderFull')).length < MANY / 2, 'most were not read by themselves');
  });
});
