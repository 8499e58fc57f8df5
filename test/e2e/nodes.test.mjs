// Several nodes on one PostgreSQL: whichever one is asked, the answer is the
// same, and when one dies the others go on.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { listen } from '../../demo/http.mjs';
import { Service } from '../../demo/world.mjs';
import { asMachine, makeStore, nothingTwice, place, settled, until } from './kit.mjs';

const signIn = (url, world, password = world.password) => fetch(`${url}/api/v1/session`, {
  method: 'POST', headers: { 'content-type': 'application/json', origin: world.cloudPublic },
  body: JSON.stringify({ email: world.user, password }),
});

async function sessionsAreShared({ world }) {
  const [one, two] = world.cloud.nodes;
  const answer = await signIn(one.url, world);
  assert.equal(answer.status, 200, await answer.clone().text());
  const { csrf } = await answer.json();
  const headers = { cookie: answer.headers.get('set-cookie').split(';')[0], origin: world.cloudPublic, 'x-csrf-token': csrf };
  const who = (node) => fetch(`${node.url}/api/v1/session`, { headers });
  assert.equal((await who(two)).status, 200);
  assert.equal((await fetch(`${two.url}/api/v1/session`, { method: 'DELETE', headers })).status, 204);
  assert.equal((await who(one)).status, 401);
  await failuresAreCountedTogether(world);
}

/** Five are free, not five a node; each one after them waits, twice as long as the last, from a second on. */
async function failuresAreCountedTogether(world) {
  let last = Date.now();
  let failures = 0;
  for (;; failures += 1) {
    const asked = Date.now();
    const { status } = await signIn(world.cloud.nodes[failures % 2].url, world, 'wrong password 1');
    if (status === 429) break;
    assert.equal(status, 401);
    const wait = failures < 5 ? 0 : 1000 * 2 ** (failures - 5);
    assert.ok(Date.now() - last >= wait, `attempt ${failures + 1} had to wait ${wait} ms`);
    last = asked;
  }
  assert.ok(failures >= 5, `${failures} attempts`);
}

async function theLogIsHeardOnBoth({ world, store }, t) {
  const heard = [[], []];
  const stop = new AbortController();
  t.after(() => stop.abort());
  await Promise.all(world.cloud.nodes.map((node, i) => new Promise((open, failed) => {
    listen(`${node.url}/api/v1/log/stream`, (_name, data) => heard[i].push(typeof data === 'string' ? JSON.parse(data) : data),
      { token: world.apiToken, signal: stop.signal, open }).catch(failed);
  })));
  const imported = (list) => list.filter((e) => e.step === 'order.imported').length;
  await place(world, store, { count: 6 });
  await settled(world);
  await until('both nodes told all six', () => imported(heard[0]) === 6 && imported(heard[1]) === 6);
  await nothingTwice(world);
}

async function theOthersGoOn({ world, store }, t) {
  const data = path.join(world.dir, 'worker');
  mkdirSync(data, { mode: 0o700 });
  const flag = (args, name) => args[args.indexOf(name) + 1];
  const like = world.app.nodes[0];
  const worker = new Service('worker', like.program, ['work', '--data', data,
    ...['--database', '--key-file', '--public-url', '--client-id', '--client-secret-file', '--shopify-url', '--sweep-seconds', '--retry-base-ms']
      .flatMap((name) => [name, flag(like.args, name)]), '--allow-private-hosts'],
  { url: null, log: path.join(world.dir, 'worker.log'), env: world.env });
  await worker.start();
  t.after(() => worker.stop());
  await place(world, store, { count: 10 });
  await new Promise((r) => setTimeout(r, 300));
  for (const group of [world.app, world.cloud]) await group.nodes[0].stop('SIGKILL');
  await place(world, store, { count: 5 });
  await settled(world);
  const hanging = "SELECT count(*) FROM job WHERE state = 'running' AND lease_until < extract(epoch FROM now()) * 1000 - 10000";
  for (const name of ['cloud', 'shopify']) await until(`no job of ${name} hangs`, async () => await world.pg.ask(name, hanging) === '0');
  assert.equal((await asMachine(world, 'GET', '/orders?limit=100')).items.length, 21);
  for (const group of [world.app, world.cloud]) await group.nodes[0].start();
}

test('two nodes of each program on one PostgreSQL', async (t) => {
  const both = await makeStore(t, { nodes: 2, postgres: true });
  await t.test('a session and its end count on every node; so do failed attempts', () => sessionsAreShared(both));
  await t.test('the live log is heard on any node, and nothing is imported twice', (u) => theLogIsHeardOnBoth(both, u));
  await t.test('a killed node\'s jobs are taken over; a node that only works takes part', (u) => theOthersGoOn(both, u));
});
