// A whole world on one machine: the stand-in Shopify, both programs, stores
// that are installed and paired through the same public calls the wizard uses.
// The demo and the end-to-end tests both stand on it.

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, openSync, closeSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { call } from './http.mjs';
import { Nodes, roundRobin, startPostgres } from './nodes.mjs';
import { freePort } from './port.mjs';

const GRACE_MS = 30_000;

/* What shopify.app.toml subscribes to. */
const TOPICS = [
  'orders/create', 'orders/updated', 'orders/edited', 'orders/cancelled',
  'bulk_operations/finish', 'app/uninstalled', 'app/scopes_update',
];

/** Every fifth early tag write of a build with the switches stalls, another worker
    takes it over, and the first one comes late. */
export const STALL = { LOGIVERY_STALL: 'tags.planned:5:1500' };

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Run a program to its end; its standard output, or an error with its words. */
export async function run(program, args, { input } = {}) {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (d) => { out += d; });
  child.stderr.on('data', (d) => { err += d; });
  child.stdin.end(input ?? '');
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${path.basename(program)} ${args[0]} ended with ${code}: ${err.trim()}`);
  return out.trim();
}

/** A program that serves; ready when `url`/readyz answers 200, or, without a url,
    when it says so in its log. */
export class Service {
  constructor(name, program, args, { url, log, env = {} }) {
    Object.assign(this, { name, program, args, url, log, env, child: null });
  }

  async start() {
    const fd = openSync(this.log, 'a');
    this.logged = readFileSync(this.log, 'utf8').length;
    this.child = spawn(this.program, this.args, {
      stdio: ['ignore', fd, fd],
      env: { ...process.env, ...this.env },
      detached: true, // Ctrl-C is for us: we end them
    });
    closeSync(fd);
    const { child } = this;
    this.wanted = false;
    this.ended = once(child, 'exit');
    this.ended.then(([code, signal]) => {
      if (child === this.child && !this.wanted) this.onDeath?.(`${this.name} ended by itself (${signal ?? `exit ${code}`}); see ${this.log}`);
    });
    const until = Date.now() + 20_000;
    for (;;) {
      if (!this.alive()) {
        this.wanted = true;
        throw new Error(`${this.name} ended with ${this.child.exitCode ?? this.child.signalCode} at its start; see ${this.log}`);
      }
      if (await this.isReady()) return this;
      if (Date.now() > until) throw new Error(`${this.name} was not ready within 20 s; see ${this.log}`);
      await new Promise((r) => setTimeout(r, 20));
    }
  }

  async isReady() {
    if (!this.url) return readFileSync(this.log, 'utf8').slice(this.logged).includes(' started');
    try {
      return (await fetch(`${this.url}/readyz`)).ok;
    } catch {
      return false; // not listening yet
    }
  }

  async stop(signal = 'SIGTERM') {
    if (!this.alive()) return null;
    this.wanted = true;
    this.child.kill(signal);
    const slow = setTimeout(() => this.child.kill('SIGKILL'), GRACE_MS);
    const [code, by] = await this.ended;
    clearTimeout(slow);
    return by ?? code;
  }

  alive() {
    return Boolean(this.child) && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Killed as a power cut kills, and started again on the same data. */
  async crash() {
    await this.stop('SIGKILL');
    await this.start();
  }
}

async function startSim(world, { seed, schema }) {
  const log = openSync(path.join(world.dir, 'sim.log'), 'a');
  const child = spawn(process.execPath, [path.join(root, 'sim/main.mjs'),
    '--listen', '127.0.0.1:0', '--schema', schema, '--seed', String(seed),
    '--client-id', world.clientId, '--client-secret', world.clientSecret,
    '--time-scale', String(world.timeScale)],
  { stdio: ['ignore', 'pipe', log], detached: true });
  closeSync(log);
  world.children.push(child);
  child.once('exit', (code, signal) => {
    if (!world.stopping) world.onDeath(`the stand-in Shopify ended by itself (${signal ?? `exit ${code}`}); see ${world.dir}/sim.log`);
  });
  let text = '';
  child.stdout.on('data', (d) => { text += d; });
  while (!text.includes('\n')) {
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    if (child.exitCode !== null) throw new Error(`the stand-in Shopify did not start; see ${world.dir}/sim.log`);
  }
  world.sim = JSON.parse(text.split('\n')[0]).url;
}

/**
 * The program `name`, not started yet: one process on a folder, or `world.nodes`
 * of them on the private PostgreSQL behind a round robin.
 */
async function prepare(world, short, name, argumentsOf) {
  const program = path.join(world.build, 'src', short, name);
  const ports = [];
  const folders = [];
  for (let n = 1; n <= world.nodes; n += 1) {
    ports.push(await freePort());
    folders.push(path.join(world.dir, n === 1 ? short : `${short}-${n}`));
    mkdirSync(folders.at(-1), { mode: 0o700 });
  }
  const shared = world.pg ? ['--database', world.pg.url(short), '--key-file', path.join(world.dir, `${short}.key`)] : [];
  const at = (n) => `http://127.0.0.1:${ports[n]}`;
  const front = world.nodes > 1 ? await roundRobin(ports) : null;
  const url = front?.url ?? at(0);
  const data = (n) => ['--data', folders[n], ...shared];
  const args = await argumentsOf({ url, command: (...words) => run(program, [...words, ...data(0)]) });
  const nodes = ports.map((port, n) => new Service(n ? `${name} ${n + 1}` : name,
    ...world.launch(program, ['serve', ...data(n), '--listen', `127.0.0.1:${port}`, ...args], port),
    { url: at(n), log: path.join(world.dir, n ? `${short}-${n + 1}.log` : `${short}.log`), env: world.env }));
  return front ? new Nodes(nodes, front) : nodes[0];
}

const lastWord = (text) => text.split('\n').pop().split(/\s+/).pop();

async function prepareCloud(world) {
  world.cloud = await prepare(world, 'cloud', 'logivery-cloud', async ({ url, command }) => {
    world.cloudUrl = url;
    world.cloudPublic = await world.front('cloud', url);
    await command('migrate'); // its folder: other commands make none
    world.user = 'demo@logivery.example';
    world.password = lastWord(await command('user', 'add', world.user, '--role', 'manager'));
    world.apiToken = lastWord(await command('token', 'add', 'demo', '--role', 'manager'));
    return ['--public-url', world.cloudPublic, '--allow-private-hosts', '--retry-base-ms', String(world.retryBaseMs), ...world.cloudArgs];
  });
}

async function prepareApp(world) {
  const secretFile = path.join(world.dir, 'client-secret');
  writeFileSync(secretFile, `${world.clientSecret}\n`, { mode: 0o600 });
  world.app = await prepare(world, 'shopify', 'logivery-shopify', async ({ url }) => {
    world.appUrl = url;
    world.appPublic = await world.front('app', url);
    world.hooksTo = await world.front('hooks', url);
    const store = await world.front('store', world.sim);
    return ['--public-url', world.appPublic,
      '--client-id', world.clientId, '--client-secret-file', secretFile,
      '--cloud-url', world.cloudPublic, '--shopify-url', `${store}/shops/{shop}`,
      '--admin-url', world.sim, '--app-bridge-url', `${world.sim}/admin/assets/app-bridge.js`,
      '--polaris-url', `${world.sim}/admin/assets/polaris.js`,
      '--allow-private-hosts', '--sweep-seconds', String(world.sweepSeconds),
      '--retry-base-ms', String(world.retryBaseMs), ...world.appArgs];
  });
}

/**
 * Start everything.  `dir` is an empty folder that is ours; `front(name, url)`
 * may put something before the `cloud`, the `app`, the app's webhooks (`hooks`) or
 * the `store`, and answers the address others then use.
 * `postgres`: on a private one instead of SQLite; `nodes`: so many of each program;
 * `launch`: what to start instead of a program on its port.
 */
export async function startWorld({ dir, seed = 1, build = path.join(root, 'build'),
  schema = path.join(root, 'sim/.cache/admin_2026-10.json.gz'), env = {},
  cloudArgs = [], appArgs = [], sweepSeconds = 5, retryBaseMs = 100, timeScale = 600, nodes = 1, postgres = nodes > 1,
  launch = (program, args) => [program, args], onDeath = () => {}, front = async (_name, url) => url }) {
  const world = {
    dir, seed, build, env, cloudArgs, appArgs, sweepSeconds, retryBaseMs, timeScale, nodes, launch, children: [], stores: [],
    stopping: false, onDeath, front,
    clientId: randomBytes(16).toString('hex'),
    clientSecret: `shpss_${randomBytes(16).toString('hex')}`,
  };
  world.stop = () => stopWorld(world);
  try {
    if (postgres) world.pg = await startPostgres();
    await startSim(world, { seed, schema });
    await prepareCloud(world);
    await prepareApp(world);
    world.cloud.onDeath = onDeath;
    world.app.onDeath = onDeath;
    await Promise.all([world.cloud.start(), world.app.start()]);
    await call('POST', `${world.sim}/control/app`,
      { body: { url: world.hooksTo, client_id: world.clientId, client_secret: world.clientSecret, topics: TOPICS } });
  } catch (e) {
    await world.stop();
    throw e;
  }
  return world;
}

async function stopWorld(world) {
  world.stopping = true;
  const ends = await Promise.all([world.app?.stop(), world.cloud?.stop()]);
  for (const child of world.children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL'); // it keeps nothing
    await once(child, 'exit');
  }
  await world.pg?.stop();
  return ends;
}

/** A fresh ID token, as App Bridge would get one for the person in the admin. */
export async function idToken(world, shop) {
  return (await call('POST', `${world.sim}/control/shops/${shop}/id-token`, { body: {} })).id_token;
}

/** What the embedded pages do: a call to the app with an ID token. */
export async function asStaff(world, shop, method, where, body) {
  return call(method, `${world.appUrl}${where}`, { token: await idToken(world, shop), body });
}

/** What a machine does with an API token. */
export function asMachine(world, method, where, body) {
  return call(method, `${world.cloudUrl}/api/v1${where}`, { token: world.apiToken, body });
}

/** The orders of a store, as the store itself has them. */
export const ordersIn = (world, { shop }) => call('GET', `${world.sim}/control/shops/${shop}/orders`);

/** A store with the app installed, paired with a connector of its own. */
export async function addStore(world, shop, { label = shop.split('.')[0], ...options } = {}) {
  await call('POST', `${world.sim}/control/shops`, { body: { shop, ...options } });
  await call('POST', `${world.sim}/control/shops/${shop}/install`, { body: {} });
  await asStaff(world, shop, 'GET', '/api/connection');
  const connector = await asMachine(world, 'POST', '/connectors', { technology: 'shopify', label });
  const link = { app_url: connector.app_url, token: connector.token };
  await asStaff(world, shop, 'POST', '/api/connection/check', link);
  await asStaff(world, shop, 'PUT', '/api/connection', link);
  const store = { shop, label, connector: connector.id, link };
  world.stores.push(store);
  return store;
}
