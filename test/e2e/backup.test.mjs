// A backup is made while orders pour in, put back elsewhere, and judged.

import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { another } from '../../bench/store.mjs';
import { run } from '../../demo/world.mjs';
import { asMachine, call, held, makeStore, root, until } from './kit.mjs';

const A_SECOND = 500;
const AT_LEAST = 100; // a second, on a machine with other things to do; or within each backup, on a slow one
const IN_A_CALL = 10;
const IN_THE_AIR = 20; // calls: more come when these are answered
const BACKUPS = 3;

const sample = JSON.parse(readFileSync(path.join(root, 'doc/samples/orders.request.json'), 'utf8')).body.orders[0];

/** The sample, as the n-th order of a store. */
const orderOf = (n) => another(sample, n);

/** Sends new orders at the pace, as far as they are answered; what was acknowledged is in `acked`. */
function pour(store) {
  const tap = { acked: new Set(), failed: [], began: Date.now() };
  let sent = 0;
  const sending = new Set();
  const one = async () => {
    const orders = Array.from({ length: IN_A_CALL }, () => orderOf(sent += 1));
    const headers = { 'idempotency-key': `pour-${sent}` };
    const answer = await call('POST', `${store.link.app_url}/orders`, { token: store.link.token, headers, body: { mode: 'automatic', orders } });
    for (const o of answer.orders) {
      if (o.code === null) tap.acked.add(o.id);
      else tap.failed.push(o);
    }
  };
  const due = () => (Date.now() - tap.began) * A_SECOND / 1000;
  const timer = setInterval(() => {
    while (sent < due() && sending.size < IN_THE_AIR) {
      const call = one().catch((e) => tap.failed.push(`${e.message}: ${e.cause?.code}`)).finally(() => sending.delete(call));
      sending.add(call);
    }
  }, 5);
  tap.stop = async () => {
    clearInterval(timer);
    await Promise.all(sending);
  };
  return tap;
}

const dataOf = (service) => service.args[service.args.indexOf('--data') + 1];

/** The Cloud App goes on in another folder, at the same address. */
async function moveTo(world, folder) {
  await world.cloud.stop('SIGKILL');
  world.cloud.args = world.cloud.args.map((a) => (a === dataOf(world.cloud) ? folder : a));
  await world.cloud.start();
}

/** A backup, and what was acknowledged before it began. */
async function backUp(world, tap, n) {
  const file = path.join(world.dir, `copy-${n}.backup`);
  const before = [...tap.acked];
  const started = Date.now();
  await run(world.cloud.program, ['backup', file, '--data', dataOf(world.cloud)]);
  return { file, before, took: Date.now() - started, meanwhile: tap.acked.size - before.length };
}

/** Put back into a new folder, with the old one's key, and served from there. */
async function putBack(world, { file }, old) {
  const { program } = world.cloud;
  const folder = `${file}.restored`;
  mkdirSync(folder, { mode: 0o700 });
  copyFileSync(path.join(old, 'master.key'), path.join(folder, 'master.key'));
  assert.match(await run(program, ['restore', file, '--verify', '--data', folder]), /whole/);
  assert.match(await run(program, ['restore', file, '--data', folder]), /restored/);
  await moveTo(world, folder);
}

async function judge(world, { before }, acked) {
  const ids = await until('every order from before the backup is there', async () => {
    const found = (await held(world)).map((o) => o.external_id);
    const missing = before.filter((id) => !found.includes(id));
    return missing.length === 0 ? found : assert.fail(`${missing.length} are missing`);
  }, 60);
  assert.equal(new Set(ids).size, ids.length, 'no order is there twice');
  assert.deepEqual(ids.filter((id) => !acked.has(id)), [], 'and none that nobody sent');
}

test('a backup under 500 orders a second has all that was acknowledged before it, each once', async (t) => {
  const { world, store } = await makeStore(t);
  const old = dataOf(world.cloud);
  const tap = pour(store);
  t.after(tap.stop);
  const backups = [];
  for (let n = 1; n <= BACKUPS; n += 1) {
    await until('orders pour', () => tap.acked.size >= n * A_SECOND || (tap.failed.length && assert.fail(JSON.stringify(tap.failed[0]))), 20);
    backups.push(await backUp(world, tap, n));
  }
  const rate = tap.acked.size / (Date.now() - tap.began) * 1000;
  await tap.stop();
  assert.deepEqual(tap.failed, []);
  for (const { before, meanwhile, took } of backups) t.diagnostic(`${before.length} before, ${meanwhile} within the ${took} ms of the backup`);
  t.diagnostic(`${Math.round(rate)} a second, ${tap.acked.size} in all`);
  assert.ok(rate > AT_LEAST || backups.every(({ meanwhile }) => meanwhile > AT_LEAST), `${Math.round(rate)} orders a second are too few to judge by`);
  for (const backup of backups) {
    await putBack(world, backup, old);
    await judge(world, backup, tap.acked);
  }

  // It serves: what came after the backup comes again, and is taken once.
  const body = { mode: 'automatic', orders: [orderOf(1), orderOf(999_999)] };
  await call('POST', `${store.link.app_url}/orders`, { token: store.link.token, headers: { 'idempotency-key': 'after' }, body });
  await until('a new order is there', async () => (await asMachine(world, 'GET', '/orders?limit=20')).items.some((o) => o.external_id === orderOf(999_999).id), 10);
  const all = (await held(world)).map((o) => o.external_id);
  assert.equal(new Set(all).size, all.length);
});
