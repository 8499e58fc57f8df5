// The demo: a store is paired, orders are placed in bad weather, and a judge
// says whether each is where it belongs.
//
//   demo.mjs [--once] [--seed N] [--orders N] [--calm] [--keep DIR] [--build DIR]

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { call, listen } from './http.mjs';
import { isQuiet, judge, look, ourTags } from './judge.mjs';
import { Table } from './table.mjs';
import { addStore, startWorld } from './world.mjs';

const SHOP = 'logivery-demo.myshopify.com';
const PATIENCE_S = 240;

/* A tenth of the webhooks lost, doubled, out of order each; a twentieth of the
   calls fail.  `at_least`: every kind comes that often, however few calls a run
   makes. */
const AT_LEAST = 3;
const WEATHER = {
  webhook_lost: 0.1, webhook_doubled: 0.1, webhook_reordered: 0.1, api_fail: 0.05,
  search_lag_ms: 1500, at_least: AT_LEAST,
};

function readArguments() {
  const { values } = parseArgs({
    options: {
      once: { type: 'boolean', default: false },
      calm: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      orders: { type: 'string', default: '40' },
      build: { type: 'string' },
      keep: { type: 'string' },
    },
  });
  for (const name of ['seed', 'orders']) {
    if (!/^[1-9][0-9]{0,8}$/.test(values[name])) {
      console.error(`demo: --${name} takes a whole number from 1 up, not “${values[name]}”`);
      process.exit(2);
    }
  }
  return { ...values, seed: Number(values.seed), orders: Number(values.orders) };
}

function stateOf(verdict) {
  const [tag] = verdict.tags.length > 1
    ? [verdict.tags.find((t) => t !== 'logivery-no-sync')] : verdict.tags;
  if (!verdict.order.importable) return 'left alone';
  return tag ? tag.replace('logivery-', '') : 'placed';
}

async function refresh(world, table) {
  const seen = await look(world);
  for (const v of seen.verdicts) {
    table.set(v.order.legacy_id, {
      name: v.order.name, shape: v.order.shape, state: stateOf(v),
      why: v.order.importable ? undefined : v.order.why_not,
    });
  }
  table.draw();
  return seen;
}

/** Until every order is where it belongs, woken by what happens in the store. */
async function watch(world, table) {
  const stop = new AbortController();
  let wake = () => {};
  listen(`${world.sim}/control/events`, () => wake(), { signal: stop.signal }).catch(() => {});
  const until = Date.now() + PATIENCE_S * 1000;
  try {
    for (;;) {
      const news = new Promise((r) => { wake = r; });
      if (isQuiet(await refresh(world, table))) return true;
      if (Date.now() > until) return false;
      await Promise.race([news, new Promise((r) => setTimeout(r, 1000))]);
      await new Promise((r) => setTimeout(r, 50)); // one drawing for a burst
    }
  } finally {
    stop.abort();
  }
}

function addresses(world) {
  return [
    '',
    `  Cloud App            ${world.cloudUrl}`,
    `    first user         ${world.user}`,
    `    password           ${world.password}`,
    `    API token          ${world.apiToken}`,
    `  Shopify app          ${world.appUrl}`,
    `  stand-in Shopify     ${world.sim}`,
    `  logs and data        ${world.dir}`,
    '',
  ].join('\n');
}

async function play(world, options) {
  const started = Date.now();
  const store = await addStore(world, SHOP, { label: 'Demo store' });
  console.log(addresses(world));
  if (!options.calm) await call('POST', `${world.sim}/control/weather`, { body: WEATHER });
  const table = new Table();
  await call('POST', `${world.sim}/control/shops/${store.shop}/orders`, { body: { count: options.orders } });
  await watch(world, table);
  const seconds = Math.round((Date.now() - started) / 100) / 10;
  return judge(world, { seconds });
}

function report({ figures, wrong }, calm) {
  const few = Object.entries(figures.faults).filter(([, n]) => n < AT_LEAST);
  if (!calm && few.length) wrong.push(`too little bad weather: ${few.map(([k, n]) => `${k} ${n}`).join(', ')}`);
  console.log('');
  for (const line of wrong) console.log(`WRONG: ${line}`);
  if (!wrong.length) console.log(`All ${figures.importable} importable orders are in the Cloud App, once, and the store says so.`);
  return wrong.length ? 1 : 0;
}

async function stayUp(world) {
  console.log('Everything stays up: place, edit or tag orders (sim/README.md). Ctrl-C ends it.');
  await new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, done);
  });
}

async function main() {
  const options = readArguments();
  if (options.keep) mkdirSync(options.keep, { recursive: true, mode: 0o700 });
  const dir = options.keep ?? mkdtempSync(path.join(os.tmpdir(), 'logivery-demo-'));
  const world = await startWorld({ dir, seed: options.seed, ...(options.build ? { build: options.build } : {}) });
  let code = 1;
  try {
    const verdict = await play(world, options);
    code = report(verdict, options.calm);
    if (options.once) console.log(JSON.stringify(verdict.figures));
    else await stayUp(world);
  } finally {
    await world.stop();
    if (!options.keep && code === 0) rmSync(dir, { recursive: true, force: true });
    else console.error(`logs and data are kept in ${dir}`);
  }
  return code;
}

process.exitCode = await main();
