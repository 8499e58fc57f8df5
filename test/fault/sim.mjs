// Many seeds, shared out among the cores, added up to one line.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import { parseArgs } from 'node:util';

const SLICE = 10;

const [program, ...rest] = process.argv.slice(2);
const { values } = parseArgs({ args: rest, options: { seeds: { type: 'string' }, from: { type: 'string', default: '1' } } });
const first = Number(values.from);
const end = first + Number(values.seeds);
if (!(first >= 1 && end > first)) {
  console.error('sim: --seeds and --from take whole numbers from 1 up');
  process.exit(2);
}

let next = first;
const total = {};

function add(into, from) {
  for (const [name, value] of Object.entries(from)) {
    if (typeof value === 'number') into[name] = (into[name] ?? 0) + value;
    else add((into[name] ??= {}), value);
  }
}

async function work() {
  while (next < end) {
    const from = next;
    const n = Math.min(SLICE, end - from);
    next += n;
    const child = spawn(program, ['--seeds', String(n), '--from', String(from)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (d) => { out += d; });
    const [code, signal] = await once(child, 'close');
    const line = out.trim().split('\n').pop();
    if (!line.startsWith('{')) throw new Error(`the seeds ${from} to ${from + n - 1} ended with ${signal ?? code}`);
    add(total, JSON.parse(line));
    if (process.stderr.isTTY) process.stderr.write(`\r${total.seeds} seeds, ${total.violations} violations`);
  }
}

await Promise.all(Array.from({ length: Number(process.env.JOBS) || os.availableParallelism() }, work));
if (process.stderr.isTTY) process.stderr.write('\n');
delete total.first_seed;
console.log(JSON.stringify(total));
process.exitCode = total.violations === 0 ? 0 : 1;
