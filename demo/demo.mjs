// The demo: a store is paired, orders are placed in bad weather, and a judge
// says whether each is where it belongs.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { CALM } from '../sim/faults.mjs';
import { call, listen } from './http.mjs';
import { isSettled, judge, look, pictureOf, reasonOf } from './judge.mjs';
import { shipments, shipOrders, untold } from './ship.mjs';
import { Table } from './table.mjs';
import { addStore, STALL, startWorld } from './world.mjs';

const HELP = `script/demo: the whole of Logivery on this machine, beside a stand-in Shopify.

  script/demo            places orders in bad weather, shows each one's way,
                         and stays up until Ctrl-C
  script/demo --once     ends by itself; the last line is one JSON object,
                         exit status 0 only if every order is where it belongs

  --seed N       repeats a run: the same orders, the same weather (1)
  --orders N     how many orders (40)
  --calm         no bad weather
  --postgres     on a private PostgreSQL instead of SQLite
  --nodes N      so many nodes of each program on it, behind a round robin
  --patience N   seconds without any change after which it gives up (60)
  --keep DIR     data and logs go there and stay; else they stay only on failure
  --build DIR    another build folder (build)
  --help         this text

A build with -Dfaults=true obeys LOGIVERY_FAULT_OFF=dedupe, fence or readback:
each must make the judge say so.
`;

const SHOP = 'logivery-demo.myshopify.com';
const PATIENCE_AT_ALL_S = 240;
/** Of 40 orders 30 are shipped and 20 delivered. */
const SHIP_SHARE = 0.75;
const DELIVER_SHARE = 0.5;
/** So long nothing may change before all counts as settled. */
const SETTLED_MS = 2500;

/* A tenth of the webhooks lost, doubled at once, repeated later, out of order
   each; a twentieth of the calls fail, a twentieth of the tags is left out in
   silence.  `at_least`: every kind comes that often, however few calls a run
   makes. */
const AT_LEAST = 3;
const WEATHER = {
  webhook_lost: 0.1, webhook_doubled: 0.1, webhook_repeated: 0.1, webhook_reordered: 0.1, webhook_delay_ms: 2000,
  api_fail: 0.05, tag_swallowed: 0.05, search_lag_ms: 1500, at_least: AT_LEAST,
};

/** Among the orders are some that must be left alone, one tagged by hand, and
    two that leave from two locations. */
const SPECIAL = [
  { shape: 'unconfirmed' }, { shape: 'unconfirmed' }, { shape: 'cancelled' },
  { age_days: 20 }, { age_days: 30, byHand: true }, { shape: 'two_locations' }, { shape: 'two_locations' },
];

const WHY_NOT = {
  unconfirmed: 'not confirmed yet', cancelled: 'cancelled before it was imported',
  before_installation: 'older than the installation, and nobody tagged it', older_than_60_days: 'older than 60 days',
};

function refuse(words) {
  console.error(`demo: ${words}; --help explains`);
  process.exit(2);
}

function readArguments() {
  const text = (value) => ({ type: 'string', default: value });
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        once: { type: 'boolean', default: false }, calm: { type: 'boolean', default: false }, postgres: { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
        seed: text('1'), orders: text('40'), patience: text('60'), nodes: text('1'), build: { type: 'string' }, keep: { type: 'string' },
      },
    }));
  } catch (e) {
    refuse(e.message.split('\n')[0]);
  }
  for (const name of ['seed', 'orders', 'patience', 'nodes']) {
    if (!/^[1-9][0-9]{0,8}$/.test(values[name])) refuse(`--${name} takes a whole number from 1 up, not “${values[name]}”`);
    values[name] = Number(values[name]);
  }
  if (values.nodes > 1 && !values.postgres) refuse('--nodes goes with --postgres: SQLite serves one program');
  return values;
}

function stateOf(verdict, parcels = []) {
  if (parcels.some((s) => s.store.state === 'sent')) {
    return parcels.every((s) => s.store.state === 'sent' && s.state === 'DELIVERED') ? 'delivered' : 'shipped';
  }
  const tags = verdict.tags.length > 1 ? verdict.tags.filter((t) => t !== 'logivery-no-sync') : verdict.tags;
  if (!verdict.order.importable) return 'left alone';
  return tags[0] ? tags[0].replace('logivery-', '') : 'placed';
}

async function whyOf(world, v, known) {
  if (!v.order.importable) return WHY_NOT[v.order.why_not] ?? v.order.why_not;
  if (stateOf(v) !== 'error') return undefined;
  return known ?? reasonOf(world, v.store, v.order);
}

async function refresh(world, table) {
  const seen = await look(world);
  seen.shipments = await shipments(world);
  const parcels = (order) => seen.shipments.filter((s) => s.order.external_id === order.legacy_id);
  for (const v of seen.verdicts) {
    const before = table.rows.get(v.order.legacy_id);
    const known = before?.way.at(-1) === 'error' ? before.why : undefined;
    table.set(v.order.legacy_id, {
      name: v.order.name, shape: v.order.shape, state: stateOf(v, parcels(v.order)), why: await whyOf(world, v, known),
    });
  }
  table.draw();
  return seen;
}

/** What is still to come, in words; empty: nothing. */
function awaitedOf({ verdicts, shipments: list }, webhooks) {
  const { shipped, delivered } = untold(list, verdicts.map((v) => v.order));
  const moving = verdicts.filter((v) => !isSettled(v)).length;
  const counts = { 'orders on their way': moving, 'shipments to be told': shipped, 'deliveries to be told': delivered, 'webhooks on their way': webhooks.pending };
  return Object.entries(counts).filter(([, n]) => n > 0).map(([what, n]) => `${what}: ${n}`).join(', ');
}

/** Until every order is where it belongs and nothing is under way, woken by
    what happens in the store; or until nothing has changed for too long. */
async function watch(world, table, patience) {
  const stop = new AbortController();
  let wake = () => {};
  listen(`${world.sim}/control/events`, () => wake(), { signal: stop.signal }).catch(() => {});
  const until = Date.now() + PATIENCE_AT_ALL_S * 1000;
  let picture = '';
  let changed = Date.now();
  try {
    while (Date.now() < until) {
      const news = new Promise((r) => { wake = r; });
      const seen = await refresh(world, table);
      const { webhooks } = await call('GET', `${world.sim}/control/stats`);
      const now = `${pictureOf(seen)} ${webhooks.acked} ${seen.shipments.map((s) => s.state + s.store.state)}`;
      if (now !== picture) changed = Date.now();
      picture = now;
      const still = Date.now() - changed;
      const awaited = awaitedOf(seen, webhooks);
      if (awaited === '' && still > SETTLED_MS) return;
      if (still > patience * 1000) return;
      table.note = still > 8000 ? `${awaited} (nothing new for ${Math.round(still / 1000)} s)` : awaited;
      await Promise.race([news, new Promise((r) => setTimeout(r, 500))]);
      await new Promise((r) => setTimeout(r, 50)); // one drawing for a burst
    }
  } finally {
    stop.abort();
  }
}

function addresses(world, lasts) {
  return [
    '',
    ...(lasts ? [] : ['  While it runs:', '']),
    `  Cloud App console    ${world.cloudUrl}/`,
    `    first user         ${world.user}`,
    `    password           ${world.password}`,
    `    API token          ${world.apiToken}`,
    `  Shopify admin        ${world.sim}/admin/${SHOP}/orders  (a stand-in)`,
    `  Shopify app          ${world.appUrl}`,
    `  stand-in Shopify     ${world.sim}`,
    `  logs and data        ${world.dir}`,
    '',
  ].join('\n');
}

async function placeOrders(world, store, count) {
  const place = (wish) => call('POST', `${world.sim}/control/shops/${store.shop}/orders`, { body: wish });
  const special = count >= 2 * SPECIAL.length ? SPECIAL : [];
  const usual = count - special.length;
  await place({ count: Math.ceil(usual / 2) });
  for (const { byHand, ...wish } of special) {
    const [order] = await place(wish);
    if (!byHand) continue;
    await call('POST', `${world.sim}/control/shops/${store.shop}/orders/${order.legacy_id}/tags`, { body: { add: 'logivery-no-sync' } });
  }
  await place({ count: Math.floor(usual / 2) });
}

async function play(world, options) {
  const started = Date.now();
  const store = await addStore(world, SHOP, { label: 'Demo store' });
  console.log(addresses(world, !options.once));
  if (!options.calm) await call('POST', `${world.sim}/control/weather`, { body: WEATHER });
  const table = new Table();
  try {
    await placeOrders(world, store, options.orders);
    await watch(world, table, options.patience);
    table.note = 'shipping';
    await shipOrders(world, store, {
      count: Math.round(options.orders * SHIP_SHARE), deliver: Math.round(options.orders * DELIVER_SHARE),
    });
    await watch(world, table, options.patience);
  } finally {
    table.end();
  }
  return judge(world, { seconds: Math.round((Date.now() - started) / 100) / 10 });
}

function weatherOf({ faults }) {
  const kinds = Object.entries(faults).filter(([, n]) => n > 0).map(([kind, n]) => `${kind.replaceAll('_', ' ')} ${n}`);
  return kinds.length ? `In their way were: ${kinds.join(', ')}.` : 'Nothing was in their way.';
}

function report({ figures, wrong }, world, calm) {
  const few = Object.entries(figures.faults).filter(([, n]) => n < AT_LEAST);
  if (!calm && few.length) wrong.push(`too little bad weather: ${few.map(([k, n]) => `${k} ${n}`).join(', ')}`);
  const left = figures.placed - figures.importable;
  console.log('');
  for (const line of wrong) console.log(`WRONG: ${line}`);
  if (wrong.length) console.log(`\nLogs: ${world.dir}/shopify.log, ${world.dir}/cloud.log, ${world.dir}/sim.log`);
  else {
    console.log(`All ${figures.importable} importable orders are in the Cloud App, once, and the store says so; `
      + `${left} ${left === 1 ? 'was' : 'were'} rightly left alone.`);
    console.log(weatherOf(figures));
    console.log(`${figures.fulfilled} were shipped and ${figures.delivered} delivered, and the store shows the same parcels. `
      + `${figures.seconds} s, ${figures.points} GraphQL points in all; ${figures.points_per_shipped} a shipped order for its parcels.`);
  }
  return wrong.length ? 1 : 0;
}

/** What the stand-in saw, beside the logs: a run that went wrong can be read later. */
async function keepEvidence(world, { verdicts, wrong }, dir) {
  const calls = await call('GET', `${world.sim}/control/calls`);
  const webhooks = await call('GET', `${world.sim}/control/webhooks`);
  writeFileSync(path.join(dir, 'evidence.json'), JSON.stringify({ wrong, verdicts, calls, webhooks }, null, 1), { mode: 0o600 });
}

/** What ends the demo from outside: a signal, or a program that died. */
function makeEnd() {
  let end;
  const ended = new Promise((resolve) => { end = resolve; });
  process.on('SIGINT', () => end({ code: 130 }));
  process.on('SIGTERM', () => end({ code: 143 }));
  process.on('SIGHUP', () => end({ code: 129 }));
  return { ended, onDeath: (words) => end({ code: 1, words }) };
}

async function run(options, dir, { ended, onDeath }) {
  const world = startWorld({
    dir, seed: options.seed, nodes: options.nodes, postgres: options.postgres, env: STALL, onDeath, ...(options.build ? { build: path.resolve(options.build) } : {}),
  });
  const stop = async () => (await world.catch(() => null))?.stop();
  let code = 1;
  try {
    const verdict = await Promise.race([world.then((w) => play(w, options)), ended]);
    if (verdict.figures) {
      code = report(verdict, await world, options.calm);
      await keepEvidence(await world, verdict, dir);
      if (options.once) console.log(`${afterOnce(options)}\n${JSON.stringify(verdict.figures)}`);
      else code = await stayUp(await world, code, ended);
    } else {
      code = verdict.code;
      console.log(verdict.words ? `\ndemo: ${verdict.words}` : '\ndemo: ended');
    }
  } finally {
    await stop();
  }
  return code;
}

function afterOnce({ keep }) {
  return `It has ended, and its data is ${keep ? `in ${keep}` : 'gone'}. To look around, run script/demo: it stays up and gives the addresses of its pages.`;
}

async function stayUp(world, code, ended) {
  await call('POST', `${world.sim}/control/weather`, { body: CALM });
  console.log(addresses(world, true));
  console.log('Everything stays up, in calm weather from here on: place and edit orders in the stand-in admin, or by call\n'
    + `(sim/README.md); ${world.sim}/admin makes another store. Ctrl-C ends it and removes the data; --keep DIR keeps them.`);
  const { words } = await ended;
  console.error(words ? `demo: ${words}` : '\ndemo: ended');
  return words ? 1 : code;
}

async function main() {
  const options = readArguments();
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const end = makeEnd();
  if (options.keep) mkdirSync(options.keep, { recursive: true, mode: 0o700 });
  const dir = options.keep ?? mkdtempSync(path.join(os.tmpdir(), 'logivery-demo-'));
  let code = 1;
  try {
    code = await run(options, dir, end);
  } catch (e) {
    console.error(`demo: ${e.message}`);
  }
  if (!options.keep && code !== 1) rmSync(dir, { recursive: true, force: true });
  else console.error(`logs and data are kept in ${dir}`);
  return code;
}

process.exit(await main());
