// A PostgreSQL of the bench's own: durable as delivered, reachable by a socket in
// its folder alone.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pause } from './lib.mjs';

function binaries() {
  const versions = readdirSync('/usr/lib/postgresql').map(Number).filter((v) => v >= 15).sort((a, b) => b - a);
  if (versions.length === 0) throw new Error('PostgreSQL 15 or later is not installed');
  return `/usr/lib/postgresql/${versions[0]}/bin`;
}

/** PostgreSQL does not run as root: then as the user Debian made for it. */
function owner() {
  if (process.getuid() !== 0) return {};
  const id = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

export async function startPostgres(dir) {
  const bin = binaries();
  const as = owner();
  mkdirSync(dir, { recursive: true });
  if (as.uid !== undefined) {
    chownSync(dir, as.uid, as.gid);
    execFileSync('chmod', ['a+x', path.dirname(dir)]);
  }
  const quiet = { ...as, cwd: dir, stdio: ['ignore', 'ignore', 'inherit'] };
  execFileSync(`${bin}/initdb`, ['-D', `${dir}/data`, '-U', 'bench', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'], quiet);
  const child = spawn(`${bin}/postgres`, ['-D', `${dir}/data`, '-k', dir, '-h', '',
    '-c', 'shared_buffers=256MB', '-c', 'max_wal_size=4GB', '-c', 'log_min_messages=fatal'], { ...quiet, stdio: 'ignore' });
  const ended = once(child, 'exit');
  const url = (name) => `postgresql:///${name}?host=${encodeURIComponent(dir)}&user=bench`;
  const psql = (sql) => execFileSync(`${bin}/psql`, ['-q', '-d', url('postgres'), '-c', sql], { stdio: ['ignore', 'ignore', 'pipe'] });
  for (let i = 0; ; i++) {
    try {
      psql('SELECT 1');
      break;
    } catch (e) {
      if (i > 200 || child.exitCode !== null) throw new Error(`PostgreSQL did not start: ${e.stderr}`);
      await pause(50);
    }
  }
  return {
    url, dir, pid: child.pid,
    async database(name) {
      psql(`CREATE DATABASE ${name}`);
      return url(name);
    },
    psql: (name, sql) => execFileSync(`${bin}/psql`, ['-q', '-A', '-t', '-d', url(name), '-c', sql], { encoding: 'utf8' }).trim(),
    async stop() {
      child.kill('SIGQUIT'); // its data is thrown away
      await ended;
    },
  };
}
