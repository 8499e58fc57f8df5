// Nothing is acknowledged before it is durable: strace writes down what the
// programs do, and before every 200 there is an fsync, or PostgreSQL's word that
// it has committed, that began after the request was read.

import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { startPostgres } from '../../bench/pg.mjs';
import { makeStore } from './kit.mjs';

const SHOP = 'tea.myshopify.com';
const CALLS = 'fsync,fdatasync,sendto,sendmsg,recvfrom,recvmsg,read,write,writev';
/* LeakSanitizer and strace both want to be the tracer. */
const NO_LEAKS = { ASAN_OPTIONS: 'detect_leaks=0' };

/** From now on the service runs under strace, as its child. */
async function trace(service, file) {
  await service.stop();
  service.args = ['-D', '-f', '-s', '256', '-y', '-o', file, '-e', `trace=${CALLS}`, service.program, ...service.args];
  service.program = 'strace';
  await service.start();
}

function hook(world, n) {
  const body = JSON.stringify({ id: 1, note: `webhook ${n}` });
  return fetch(`${world.appUrl}/webhooks`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json', 'x-shopify-topic': 'orders/edited', 'x-shopify-shop-domain': SHOP,
      'x-shopify-webhook-id': randomUUID(),
      'x-shopify-hmac-sha256': createHmac('sha256', world.clientSecret).update(body).digest('base64'),
    },
  });
}

/**
 * The trace as whole calls: {began, ended, name, text}, by line number.  A call
 * that another thread interrupted stands on two lines.
 */
function readTrace(file) {
  const calls = [];
  const open = new Map();
  readFileSync(file, 'utf8').split('\n').forEach((line, at) => {
    const [, thread, rest] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (!rest) return;
    const resumed = /^<\.\.\. (\w+) resumed>(.*)$/.exec(rest);
    if (resumed) {
      const call = open.get(thread);
      if (call) calls.push({ ...call, ended: at, text: call.text + resumed[2] });
      open.delete(thread);
      return;
    }
    const name = /^(\w+)\(/.exec(rest)?.[1];
    if (!name) return;
    const call = { began: at, ended: at, name, text: rest.replace(' <unfinished ...>', '') };
    if (rest.endsWith('<unfinished ...>')) open.set(thread, call);
    else calls.push(call);
  });
  return calls;
}

const socketOf = (call) => /^\w+\((\d+<[^>]*>)/.exec(call.text)?.[1];

/** Each answer to a request that begins with `head`: when it was read, when answered. */
function answersTo(calls, head) {
  const asked = new Map();
  const found = [];
  for (const c of [...calls].sort((a, b) => a.ended - b.ended)) {
    const socket = socketOf(c);
    if (/^(recv|read)/.test(c.name) && c.text.includes(`"${head}`)) asked.set(socket, c.began);
    if (/^(send|write)/.test(c.name) && /"HTTP\/1\.1 20\d/.test(c.text) && asked.has(socket)) {
      found.push({ asked: asked.get(socket), answered: c.began });
      asked.delete(socket);
    }
  }
  return found;
}

function assertDurable(calls, head, isDurable, least) {
  const answers = answersTo(calls, head);
  assert.ok(answers.length >= least, `${answers.length} answers to ${head} in the trace, not ${least}`);
  const durable = calls.filter(isDurable);
  for (const a of answers) {
    assert.ok(durable.some((d) => d.began > a.asked && d.ended < a.answered),
      `an answer to ${head} at line ${a.answered} of the trace, asked at ${a.asked}, has nothing durable between`);
  }
}

const isSync = (c) => /^f(data)?sync\(\d+<[^>]*-wal>\) += 0/.test(c.text);
const isCommit = (c) => /^(recv|read)/.test(c.name) && c.text.includes('COMMIT\\0');

const PG_INSTALLED = existsSync('/usr/lib/postgresql');

test('before every acknowledged write there is an fsync (SQLite)', async (t) => {
  const { world } = await makeStore(t, { env: NO_LEAKS });
  const files = { app: path.join(world.dir, 'app.trace'), cloud: path.join(world.dir, 'cloud.trace') };
  await trace(world.app, files.app);
  await trace(world.cloud, files.cloud);
  for (let i = 0; i < 10; i++) assert.equal((await hook(world, i)).status, 200);
  await Promise.all(Array.from({ length: 40 }, async (_, i) => assert.equal((await hook(world, 100 + i)).status, 200)));
  for (let i = 0; i < 5; i++) {
    const made = await fetch(`${world.cloudUrl}/api/v1/connectors`, {
      method: 'POST',
      body: JSON.stringify({ technology: 'shopify', label: `Store ${i}` }),
      headers: { authorization: `Bearer ${world.apiToken}`, 'content-type': 'application/json' },
    });
    assert.equal(made.status, 201);
  }
  await Promise.all([world.app.stop(), world.cloud.stop()]);
  assertDurable(readTrace(files.app), 'POST /webhooks', isSync, 50);
  assertDurable(readTrace(files.cloud), 'POST /api/v1/connectors', isSync, 5);
});

test('before every acknowledged write PostgreSQL has committed', { skip: !PG_INSTALLED && 'PostgreSQL is not installed' }, async (t) => {
  const dir = `${process.env.TMPDIR ?? '/tmp'}/logivery-durable-${process.pid}`;
  mkdirSync(dir, { mode: 0o755 });
  const pg = await startPostgres(path.join(dir, 'pg'));
  t.after(async () => {
    await pg.stop();
    rmSync(dir, { recursive: true, force: true });
  });
  const { world } = await makeStore(t, { env: NO_LEAKS, appArgs: ['--database', await pg.database('shopify')] });
  const file = path.join(world.dir, 'app.trace');
  await trace(world.app, file);
  for (let i = 0; i < 10; i++) assert.equal((await hook(world, i)).status, 200);
  await Promise.all(Array.from({ length: 40 }, async (_, i) => assert.equal((await hook(world, 100 + i)).status, 200)));
  await world.app.stop();
  assertDurable(readTrace(file), 'POST /webhooks', isCommit, 50);
});
