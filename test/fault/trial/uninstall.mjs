// The app is uninstalled while a thousand of its jobs wait and calls are in the
// air.  The notice is a webhook like any other: until it is read, two calls at most
// (as many as a store's jobs may run) learn from a 401 that they are not wanted;
// from then on none is begun.

import { addStore } from '../../../demo/world.mjs';
import { CALM } from '../../../sim/faults.mjs';
import { pause, sim } from '../calm.mjs';
import { comes, place, trial } from './lib.mjs';

const SWEEPS_S = 5; // more than two sweeps
const READ_S = 30;
const QUEUED_S = 180;
const AT_ONCE = 2;
const SLOW_MS = 1500;

const ask = async (world, sql) => Number(await world.pg.ask('shopify', sql));

const waiting = (world) => ask(world, "SELECT count(*) FROM job WHERE state = 'waiting' AND run_at > 0");

/** When the app says that it was uninstalled: 0 until then. */
const left = (world) => ask(world, "SELECT coalesce(max(at), 0) FROM event WHERE step = 'shop.uninstalled'");

const begunAfter = (calls, shop, at) => calls.filter((c) => c.shop === shop && Date.parse(c.at) - c.ms > at);

/** No points are left, so each order's job waits; then there are, but every call is slow. */
async function queued(world, { shop }, jobs, wrong) {
  await sim(world, 'POST', '/faults', { kind: 'bulk_refused', n: 100 }); // each order has a job of its own
  await sim(world, 'POST', `/shops/${shop}`, { bucket: 20, restore: 1 });
  await place(world, { shop }, { count: jobs + 100 });
  let n = 0;
  const enough = async () => {
    n = await waiting(world);
    return n >= jobs;
  };
  if (!await comes(enough, QUEUED_S)) wrong.push(`only ${n} jobs waited`);
  await sim(world, 'POST', '/weather', { api_fail: 1, api_kinds: ['slow'], slow_ms: SLOW_MS, shop });
  await sim(world, 'POST', `/shops/${shop}`, { bucket: 2000, restore: 100 });
  return n;
}

/** What was taken before stays in the Cloud App; the store is not looked at any more. */
const expected = (words) => words.includes('which no store has');

export function uninstall(o, wrong) {
  return trial(o, wrong, { postgres: true, sweepSeconds: 2, expected }, async (world, store) => {
    const other = await addStore(world, 'coffee.myshopify.com');
    const jobs = await queued(world, store, o.jobs, wrong);
    const told = Date.now();
    await sim(world, 'POST', `/shops/${store.shop}/uninstall`, {});
    const at = await comes(() => left(world), READ_S);
    if (!at) wrong.push('the notice of uninstalling was not read');
    await place(world, other, { count: 3 });
    await pause(SWEEPS_S * 1000);
    const calls = await sim(world, 'GET', '/calls');
    const between = begunAfter(calls, store.shop, told).length;
    const late = begunAfter(calls, store.shop, at || told);
    if (late.length) wrong.push(`${late.length} calls were begun afterwards, the first: ${JSON.stringify(late[0])}`);
    if (between - late.length > AT_ONCE) wrong.push(`${between} calls with tokens that had ended`);
    const rest = await waiting(world);
    if (rest > 10) wrong.push(`${rest} jobs still wait`);
    await sim(world, 'POST', '/weather', { ...CALM, shop: store.shop });
    world.stores.splice(world.stores.indexOf(store), 1);
    return { jobs_waiting: jobs, read_ms: at - told, calls_refused: between, calls_after: late.length, jobs_left: rest };
  });
}
