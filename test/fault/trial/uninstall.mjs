// The app is uninstalled while a thousand of its jobs wait and calls are in the
// air.  The notice is a webhook like any other: until it is read, two calls at most
// (as many as a store's jobs may run) learn from a 401 that they are not wanted;
// from then on none is begun.

import { addStore } from '../../../demo/world.mjs';
import { CALM } from '../../../sim/faults.mjs';
import { pause, sim } from '../calm.mjs';
import { comes, place, trial } from './lib.mjs';

const SWEEPS_S = 5; // more than two sweeps
const READ_S = 60;
const QUEUED_S = 180;
const AT_ONCE = 2;
const SLOW_MS = 1500;

const ask = async (world, sql) => Number(await world.pg.ask('shopify', sql));

const waiting = (world) => ask(world, "SELECT count(*) FROM job WHERE state = 'waiting' AND run_at > 0");

/** When the app says that it was uninstalled: 0 until then. */
const left = (world) => ask(world, "SELECT coalesce(max(at), 0) FROM event WHERE step = 'shop.uninstalled'");

/** Its jobs that were at work then. */
const running = (world, { shop }) =>
  ask(world, `SELECT count(*) FROM job JOIN shop ON shop.id = job.tenant WHERE shop.domain = '${shop}' AND job.state = 'running'`);

/** The calls that were refused since the app is not installed any more. */
const refused = async (world, { shop }) => (await sim(world, 'GET', '/calls')).filter((c) => c.shop === shop && c.status === 401);

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
    if (!await comes(async () => (await running(world, store)) === 0, READ_S)) wrong.push('what was at work did not end');
    const known = (await refused(world, store)).length;
    await place(world, other, { count: 3 });
    await pause(SWEEPS_S * 1000);
    const calls = await refused(world, store);
    const late = calls.slice(known);
    const learned = calls.filter(({ operation }) => operation === null).length; // beside those for another token
    if (late.length) wrong.push(`${late.length} calls were begun afterwards, the first: ${JSON.stringify(late[0])}`);
    if (learned - late.length > AT_ONCE) wrong.push(`${learned} calls with tokens that had ended`);
    const rest = await waiting(world);
    if (rest > 10) wrong.push(`${rest} jobs still wait`);
    await sim(world, 'POST', '/weather', { ...CALM, shop: store.shop });
    world.stores.splice(world.stores.indexOf(store), 1);
    return { jobs_waiting: jobs, read_ms: at - told, calls_refused: calls.length, calls_after: late.length, jobs_left: rest };
  });
}
