// What the programs say of their own transactions (LOGIVERY_HISTORY, test builds
// only), held against the invariants that no look from outside can see.

import { logOf } from './busy.mjs';

const LINE = /^info (\S+) job\.writes job=(\S+) fence=(\d+)\b/gm;

/**
 * I12: no effect from a worker whose lease has gone.  Who takes a job over has a higher
 * fence; once that one has written, no lower one may.  One finding a job, in words.
 */
export function lateWrites(logs) {
  const lines = logs.flatMap((text) => [...text.matchAll(LINE)].map(([, at, job, fence]) => ({ at, job, fence: Number(fence) })));
  lines.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const newest = new Map();
  const late = new Map();
  for (const { at, job, fence } of lines) {
    const last = newest.get(job);
    if (!last || fence > last.fence) newest.set(job, { at, fence });
    else if (fence < last.fence && at > last.at) late.set(job, `job ${job}: try ${fence} wrote after try ${last.fence} had`);
  }
  return { lines: lines.length, late: lines.length ? [...late.values()] : ['the programs wrote no history: is this a test build?'] };
}

export const lateWritesOf = (services) => lateWrites(services.map(logOf));
