// Both programs at rest: little memory, no CPU, nobody wakes up for nothing.
// Measured on the build people run; a sanitizer's memory is its own.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { makeStore, pause, place, root, settled } from './kit.mjs';

const RELEASE = path.join(root, 'build');
const SECONDS = 10;
const WAKES_MAX = 20;
const RSS_MAX_KB = 20 * 1024;

const field = (text, name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);

/** Voluntary and forced switches of all threads, and the memory. */
function measure(pid) {
  const threads = readdirSync(`/proc/${pid}/task`).map((id) => readFileSync(`/proc/${pid}/task/${id}/status`, 'utf8'));
  const switches = threads.reduce((n, s) => n + field(s, 'voluntary_ctxt_switches') + field(s, 'nonvoluntary_ctxt_switches'), 0);
  return { switches, rss: field(readFileSync(`/proc/${pid}/status`, 'utf8'), 'VmRSS') };
}

const skip = existsSync(path.join(RELEASE, 'src/cloud/logivery-cloud')) ? false : 'there is no build/';

test('idle after work: under 20 MB each, no more than 20 wake-ups in 10 s', { skip }, async (t) => {
  const { world, store } = await makeStore(t, { build: process.env.LOGIVERY_RELEASE ?? RELEASE, sweepSeconds: 300 });
  await place(world, store, { count: 40 });
  await settled(world);
  await pause(7000); // connections kept open are closed by then
  const before = [world.cloud, world.app].map((s) => measure(s.child.pid));
  await pause(SECONDS * 1000);
  [world.cloud, world.app].forEach((service, i) => {
    const now = measure(service.child.pid);
    const wakes = now.switches - before[i].switches;
    t.diagnostic(`${service.name}: ${now.rss} KB, ${wakes} switches in ${SECONDS} s`);
    assert.ok(wakes <= WAKES_MAX, `${service.name} woke ${wakes} times`);
    assert.ok(now.rss < RSS_MAX_KB, `${service.name} holds ${now.rss} KB`);
  });
});
