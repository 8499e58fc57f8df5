// Both programs at rest: little memory, no CPU, nobody wakes up for nothing.
// Measured on the build people run; a sanitizer's memory is its own.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { makeStore, pause, place, root, settled } from './kit.mjs';

const RELEASE = path.join(root, 'build');
const SECONDS = 10;
const WINDOWS = 3;
const WAKES_MAX = 20;
const CPU_MAX_MS = 200;
const RSS_MAX_KB = 20 * 1024;

const field = (text, name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);

/** Voluntary and forced switches of all threads, and the memory. */
function measure(pid) {
  const threads = readdirSync(`/proc/${pid}/task`).map((id) => readFileSync(`/proc/${pid}/task/${id}/status`, 'utf8'));
  const switches = threads.reduce((n, s) => n + field(s, 'voluntary_ctxt_switches') + field(s, 'nonvoluntary_ctxt_switches'), 0);
  const [utime, stime] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13).map(Number);
  return { switches, cpuMs: (utime + stime) * 10, rss: field(readFileSync(`/proc/${pid}/status`, 'utf8'), 'VmRSS') };
}

const skip = existsSync(path.join(RELEASE, 'src/cloud/logivery-cloud')) ? false : 'there is no build/';

/* Two schedules of a store run once a minute, in one of the windows: the
   quietest one shows whether anybody polls. */
async function rest(service) {
  const wakes = [];
  const first = measure(service.child.pid);
  let last = first;
  for (let i = 0; i < WINDOWS; i++) {
    await pause(SECONDS * 1000);
    const now = measure(service.child.pid);
    wakes.push(now.switches - last.switches);
    last = now;
  }
  return { wakes, rss: last.rss, cpuMs: last.cpuMs - first.cpuMs };
}

test('idle after work: under 20 MB each, no CPU, nobody polls', { skip }, async (t) => {
  const { world, store } = await makeStore(t, { build: process.env.LOGIVERY_RELEASE ?? RELEASE, sweepSeconds: 300 });
  await place(world, store, { count: 40 });
  await settled(world);
  await pause(7000); // connections kept open are closed by then
  const services = [world.cloud, world.app];
  const figures = await Promise.all(services.map(rest));
  figures.forEach(({ wakes, rss, cpuMs }, i) => {
    const { name } = services[i];
    t.diagnostic(`${name}: ${rss} KB, ${wakes.join(', ')} switches in ${SECONDS} s each, ${cpuMs} ms of CPU`);
    assert.ok(Math.min(...wakes) <= WAKES_MAX, `${name} woke ${wakes.join(', ')} times`);
    assert.ok(cpuMs <= CPU_MAX_MS, `${name} used ${cpuMs} ms of CPU`);
    assert.ok(rss < RSS_MAX_KB, `${name} holds ${rss} KB`);
  });
});
