// After a run: has all got quiet, and is every order where it belongs?

import { all, call } from '../../demo/http.mjs';
import { isQuiet, judge, look, pictureOf } from '../../demo/judge.mjs';

const STILL_S = 90; // without any change: it is stuck
const QUIET_S = 1200;
const SETTLED_MS = 1500;
const AT_REST = ['synced', 'left', 'error'];

export const pause = (ms) => new Promise((r) => setTimeout(r, ms));

export const sim = (world, method, where, body) => call(method, `${world.sim}/control${where}`, { body });

const openOnes = (seen) => seen.verdicts.filter((v) => !AT_REST.includes(v.state));

function inWords(seen, webhooks) {
  const open = openOnes(seen);
  const some = open.slice(0, 3).map((v) => `${v.order.name} ${v.state} ${v.tags}`).join(', ');
  return `${open.length} orders (${some}), ${webhooks.pending} webhooks`;
}

/** Nothing under way any more: null; what still is, in words, if that never comes. */
export async function quiet(world) {
  const until = Date.now() + QUIET_S * 1000;
  let since = 0;
  let last = 'nothing was seen';
  let picture = '';
  let changed = Date.now();
  while (Date.now() < until && Date.now() - changed < STILL_S * 1000) {
    try {
      const seen = await look(world);
      const { webhooks } = await sim(world, 'GET', '/stats');
      const now = pictureOf(seen);
      if (now !== picture) changed = Date.now();
      picture = now;
      if (isQuiet(seen) && webhooks.pending === 0) {
        since ||= Date.now();
        if (Date.now() - since > SETTLED_MS) return null;
      } else {
        since = 0;
        last = inWords(seen, webhooks);
      }
    } catch (e) {
      last = e.message;
    }
    await pause(200);
  }
  return last;
}

/** Jobs that gave up; every other state ended, or the orders would not be quiet. */
export async function deadJobs(world) {
  const jobs = await all(`${world.cloudUrl}/api/v1/jobs?state=dead&limit=100`, world.apiToken).catch(() => []);
  return jobs.length;
}

/**
 * The world's orders as the judge sees them.  That an order's same content was handed
 * over again, or shown on its way again, is what recovery is: it is not wrong here.
 */
export async function verdict(world) {
  const { figures, wrong } = await judge(world, { seconds: 0 });
  const repeated = (words) => words.includes('went through the import') || words.includes('on its way again');
  return {
    orders: figures.placed,
    lost: figures.lost + figures.error,
    duplicated: wrong.filter((words) => words.includes('twice')).length,
    wrong: wrong.filter((words) => !repeated(words) && words !== 'the figures do not add up'),
  };
}
