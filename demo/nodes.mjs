// Several nodes: a private PostgreSQL, and a round robin before the nodes of a
// program, as small as both can be.

import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const PLACES = '/usr/lib/postgresql';
const READY_MS = 20_000;

function binaries() {
  const versions = existsSync(PLACES) ? readdirSync(PLACES).sort((a, b) => b - a) : [];
  const found = versions.find((v) => existsSync(path.join(PLACES, v, 'bin/initdb')));
  if (!found) throw new Error(`PostgreSQL is not installed (no initdb under ${PLACES}); script/bootstrap test installs it`);
  return path.join(PLACES, found, 'bin');
}

/** initdb refuses to be root: as root it is the user postgres who runs it. */
function owner() {
  if (process.getuid() !== 0) return {};
  const id = (what) => Number(execFileSync('id', [what, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/**
 * A PostgreSQL of our own, on a socket in a folder of its own.  `url(name)` makes a
 * database and answers its address; `crash()` and `start()` are for those who
 * want to see what happens then.
 */
export async function startPostgres() {
  const bin = binaries();
  const as = owner();
  const dir = mkdtempSync(path.join(os.tmpdir(), 'logivery-pg-'));
  if (as.uid !== undefined) chownSync(dir, as.uid, as.gid);
  const data = path.join(dir, 'data');
  execFileSync(path.join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'],
    { ...as, cwd: dir, stdio: 'ignore' });
  const pg = { dir, child: null };
  const client = (program, args) => execFileSync(path.join(bin, program), ['-h', dir, '-U', 'postgres', ...args], { stdio: 'pipe' });
  pg.start = async () => {
    const log = openSync(path.join(dir, 'log'), 'a');
    pg.child = spawn(path.join(bin, 'postgres'), ['-D', data, '-k', dir, '-c', 'listen_addresses=', '-c', 'max_connections=300'],
      { ...as, cwd: dir, stdio: ['ignore', log, log], detached: true });
    pg.ended = once(pg.child, 'exit');
    const until = Date.now() + READY_MS;
    for (;;) {
      try {
        client('psql', ['-qc', 'SELECT 1', 'postgres']);
        return;
      } catch (e) {
        if (Date.now() > until) throw new Error(`PostgreSQL did not start; see ${dir}/log`, { cause: e });
      }
      await new Promise((r) => setTimeout(r, 50));
    }
  };
  const end = async (signal) => {
    if (pg.child.exitCode !== null || pg.child.signalCode !== null) return;
    pg.child.kill(signal);
    await pg.ended;
  };
  pg.crash = () => end('SIGQUIT'); // immediate: as if it died
  pg.stop = async () => {
    await end('SIGINT'); // fast: whoever is connected is cut off
    rmSync(dir, { recursive: true, force: true });
  };
  pg.url = (name) => {
    client('createdb', [name]);
    return `postgresql:///${name}?host=${encodeURIComponent(dir)}&user=postgres`;
  };
  pg.ask = async (name, sql) => (await promisify(execFile)(path.join(bin, 'psql'),
    ['-h', dir, '-U', 'postgres', '-Atqc', sql, name])).stdout.trim();
  await pg.start();
  return pg;
}

/**
 * Every connection goes to the next of `ports`; one that refuses is passed over.
 * Answers {url, close}.
 */
export async function roundRobin(ports) {
  let turn = 0;
  const open = new Set();
  const hand = (from, tries) => {
    const to = net.connect(ports[turn++ % ports.length], '127.0.0.1');
    to.once('error', () => {
      if (to.pending !== false && tries > 1) hand(from, tries - 1);
      else from.destroy();
    });
    to.once('connect', () => {
      open.add(to);
      from.pipe(to);
      to.pipe(from);
    });
    to.once('close', () => { open.delete(to); if (to.bytesWritten > 0 || to.bytesRead > 0) from.destroy(); });
    from.once('close', () => to.destroy());
  };
  const server = net.createServer({ pauseOnConnect: false }, (from) => {
    open.add(from);
    from.on('error', () => {});
    from.once('close', () => open.delete(from));
    hand(from, ports.length);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.close();
      for (const s of open) s.destroy();
    },
  };
}

/** The nodes of one program, started and stopped together. */
export class Nodes {
  constructor(nodes, front) {
    Object.assign(this, { nodes, front });
  }

  set onDeath(fn) {
    for (const node of this.nodes) node.onDeath = fn;
  }

  /** One after the other: the first brings the schema. */
  async start() {
    for (const node of this.nodes) await node.start();
    return this;
  }

  async stop(signal) {
    const ends = await Promise.all(this.nodes.map((n) => n.stop(signal)));
    if (signal === undefined || signal === 'SIGTERM') this.front.close();
    return ends.find((e) => e !== 0 && e !== null) ?? 0;
  }

  alive() {
    return this.nodes.every((n) => n.alive());
  }
}
