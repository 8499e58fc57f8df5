// The disk is full, logs and all, for a while.  Everything of both programs lies
// on a tmpfs; a ballast file takes what is left of it.  Where mounting is not
// allowed a preloaded library refuses every write instead ("how" tells which).
//
// No sweep runs meanwhile: an order is there only if its webhook was refused and
// came again, or was taken and is durable.

import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pause, quiet } from '../calm.mjs';
import { makeDials } from '../dials.mjs';
import { comes, get, place, trial, webhooks } from './lib.mjs';

const SIZE = '48m';
const SLOW_MS = 1000; // a refusal later than that is none
const TRIES_S = 4 * 3600; // so long Shopify tries again

/** A small disk on `dir`; false where mounting is not allowed. */
function mounted(dir) {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE},mode=0700`, 'logivery', dir], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

/** Until nothing more goes on it, not even a byte. */
function fill(file) {
  const fd = openSync(file, 'w');
  for (let size = 1 << 20; size > 0; size >>= 1) {
    const zeros = Buffer.alloc(size);
    try {
      for (;;) writeSync(fd, zeros);
    } catch (e) {
      if (e.code !== 'ENOSPC') throw e;
    }
  }
  closeSync(fd);
}

/** Orders come and people look, while nothing can be written. */
async function whileFull(world, store, seconds, how, wrong) {
  const reads = [];
  const slow = [];
  let refused = 0;
  for (const until = Date.now() + seconds * 1000; Date.now() < until; await pause(100)) {
    await place(world, store);
    reads.push((await get(`${world.cloudUrl}/api/v1/orders?limit=5`, world.apiToken)).status);
    const { status, ms } = await get(`${world.cloudUrl}/readyz`);
    if (status === 503) refused += 1;
    if (ms > SLOW_MS) slow.push(ms);
  }
  const bad = reads.filter((s) => s !== 200);
  if (bad.length) wrong.push(`${bad.length} of ${reads.length} reads failed while the disk was full: ${[...new Set(bad)].join(', ')}`);
  if (slow.length) wrong.push(`/readyz took ${slow} ms while the disk was full`);
  const isRefused = async () => (await get(`${world.cloudUrl}/readyz`)).status === 503;
  if (!refused && how === 'tmpfs' && !await comes(isRefused, 30)) wrong.push('/readyz never said that nothing can be written');
  return { reads: reads.length, not_ready: refused };
}

/** A tmpfs that a ballast file fills; else every write to a file is refused. */
function smallDisk(o, dir) {
  if (mounted(dir)) {
    const ballast = path.join(dir, 'ballast');
    return { how: 'tmpfs', fill: () => fill(ballast), free: () => rmSync(ballast), end: () => execFileSync('umount', [dir]) };
  }
  const names = ['logivery-cloud', 'logivery-shopify'];
  const dials = makeDials(o.build, dir, names);
  return {
    how: 'preload', env: dials.env,
    fill: () => names.forEach((name) => dials.of(name).fail('write', 1, Number.MAX_SAFE_INTEGER)),
    free: () => names.forEach((name) => dials.of(name).heal()),
    end: () => dials.close(),
  };
}

async function run(o, wrong, dir, small) {
  const window = o.fullSeconds + 10;
  const options = { dir, sweepSeconds: 3600, timeScale: Math.round(TRIES_S / window), env: small.env };
  return trial(o, wrong, options, async (world, store) => {
    await place(world, store, { count: 5 });
    await quiet(world);
    small.fill();
    const figures = await whileFull(world, store, o.fullSeconds, small.how, wrong);
    const failed = await comes(async () => (await webhooks(world)).failed, 30);
    if (!failed) wrong.push('no webhook was refused while the disk was full');
    small.free();
    const freed = Date.now();
    const ready = async () => (await get(`${world.cloudUrl}/readyz`)).status === 200 && (await get(`${world.appUrl}/readyz`)).status === 200;
    if (!await comes(ready, 30)) wrong.push('not ready 30 s after there was room again');
    return { how: small.how, seconds_full: o.fullSeconds, ...figures, webhooks_refused: failed, ready_ms: Date.now() - freed };
  });
}

export async function disk(o, wrong) {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'logivery-disk-'));
  const small = smallDisk(o, dir);
  try {
    return await run(o, wrong, dir, small);
  } finally {
    small.end();
    if (wrong.length === 0) rmSync(dir, { recursive: true, force: true });
  }
}
