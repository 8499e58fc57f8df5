// See test/fault/rolling.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { call } from '../../demo/http.mjs';
import { isQuiet, judge, look } from '../../demo/judge.mjs';
import { addStore, startWorld } from '../../demo/world.mjs';

const HOLD = path.join(path.dirname(fileURLToPath(import.meta.url)), 'hold.py');
const READY_MS = 30_000;
const QUIET_MS = 120_000;

const { values } = parseArgs({ options: { restarts: { type: 'string', default: '100' }, build: { type: 'string' } } });
const restarts = Number(values.restarts);
const pause = (ms) => new Promise((r) => setTimeout(r, ms));

/** One request on a connection of its own; its status, or the error. */
const get = (url, token) => new Promise((done) => {
  const request = http.get(url, { agent: false, timeout: 30_000, headers: token ? { authorization: `Bearer ${token}` } : {} },
    (answer) => { answer.resume(); answer.once('end', () => done(answer.statusCode)); answer.once('error', (e) => done(e.code)); });
  request.once('timeout', () => request.destroy(new Error('timeout')));
  request.once('error', (e) => done(e.code ?? e.message));
});

const starts = (service) => (readFileSync(service.log, 'utf8').match(/ started$/gm) ?? []).length;

async function restart(service) {
  const before = starts(service);
  service.child.kill('SIGHUP');
  const until = Date.now() + READY_MS;
  while (starts(service) === before) {
    if (Date.now() > until) throw new Error(`${service.name} did not come back; see ${service.log}`);
    await pause(10);
  }
}

async function main() {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'logivery-rolling-'));
  const world = await startWorld({
    dir, build: path.resolve(values.build), sweepSeconds: 30,
    launch: (program, args, port) => ['python3', [HOLD, String(port), program, ...args]],
  });
  const tally = { requests: 0, failed: 0, placed: 0, restarts: 0 };
  const wrong = [];
  let going = true;
  const ask = async (url, token) => {
    while (going) {
      const status = await get(url, token);
      tally.requests += 1;
      if (status !== 200) { tally.failed += 1; wrong.push(`${url}: ${status}`); }
      await pause(5);
    }
  };
  const place = async (shop) => {
    while (going) {
      await call('POST', `${world.sim}/control/shops/${shop}/orders`, { body: { shape: 'plain' } });
      tally.placed += 1;
      await pause(150);
    }
  };
  try {
    const { shop } = await addStore(world, 'tea.myshopify.com');
    const load = [ask(`${world.cloudUrl}/api/v1/orders?limit=5`, world.apiToken), ask(`${world.cloudUrl}/api/v1/session`, world.apiToken),
      ask(`${world.appUrl}/livez`), place(shop)];
    for (; tally.restarts < restarts; tally.restarts += 1) {
      await pause(50);
      await restart(tally.restarts % 2 ? world.app : world.cloud);
    }
    going = false;
    await Promise.all(load);
    const until = Date.now() + QUIET_MS;
    let stats;
    do {
      await pause(300);
      ({ webhooks: stats } = await call('GET', `${world.sim}/control/stats`));
    } while ((!isQuiet(await look(world)) || stats.pending > 0) && Date.now() < until);
    const { figures, wrong: words } = await judge(world, { seconds: 0 });
    console.error([...wrong, ...words].slice(0, 10).join('\n'));
    console.log(JSON.stringify({ restarts, requests: tally.requests, failed: tally.failed, orders: tally.placed,
      webhooks: stats.sent, webhooks_lost: stats.given_up, webhooks_repeated: stats.failed, lost: figures.lost + figures.error, duplicated: figures.duplicated }));
    return tally.failed + stats.given_up + figures.lost + figures.error + words.length === 0 ? 0 : 1;
  } finally {
    going = false;
    await world.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

main().then((code) => { process.exitCode = code; }, (e) => { console.error(`rolling: ${e.message}`); process.exitCode = 1; });
