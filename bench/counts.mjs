// Counts the instructions of the hot paths with callgrind and holds them against
// the committed figures: a path that costs over 5 % more fails.
//
//   node bench/counts.mjs [--write]    --write: these are the figures now
//
// Figures are of Debian 12's gcc and libraries at -O3, on x86-64.  The widest
// vector instructions are switched off, so that processors count alike.

import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { folder, forget, root, tool } from './lib.mjs';

const exec = promisify(execFile);
const FILE = path.join(root, 'bench/counts.json');
const TIMES = 20; // as in hot.c
const TOLERANCE = 0.05;
const PLAIN = {
  GLIBC_TUNABLES: 'glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX2,-AVX2_Usable,-ERMS',
  OPENSSL_ia32cap: '~0x200000200000000:~0x20000020', // no AES-NI, SHA-NI, AVX2
  LC_ALL: 'C',
};

async function count(name) {
  const dir = folder();
  try {
    const { stderr } = await exec('valgrind', ['--tool=callgrind', `--callgrind-out-file=${dir}/out`,
      '--toggle-collect=hot_measured', tool('hot'), name, dir, path.join(root, 'bench/order.json')],
    { env: { ...process.env, ...PLAIN } });
    return Math.round(Number(/Collected : (\d+)/.exec(stderr)[1]) / TIMES);
  } finally {
    forget(dir);
  }
}

async function countAll(names) {
  const found = {};
  const left = [...names];
  const work = async () => {
    for (let name = left.shift(); name; name = left.shift()) found[name] = await count(name);
  };
  await Promise.all(Array.from({ length: Math.min(os.availableParallelism(), 4) }, work));
  return found;
}

const wanted = JSON.parse(readFileSync(FILE, 'utf8'));
const found = await countAll(Object.keys(wanted));
let worse = 0;
for (const name of Object.keys(wanted)) {
  const change = found[name] / wanted[name] - 1;
  const bad = change > TOLERANCE;
  worse += bad;
  console.log(`${name.padEnd(12)} ${String(found[name]).padStart(9)} instructions, `
    + `${change >= 0 ? '+' : ''}${(100 * change).toFixed(1)} % ${bad ? 'TOO MANY' : ''}`);
}
if (process.argv.includes('--write')) {
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(Object.keys(wanted).map((n) => [n, found[n]])), null, 1)}\n`);
} else if (worse) {
  console.log('\nA hot path costs over 5 % more than bench/counts.json says. Find out where:\n'
    + '  valgrind --tool=callgrind --toggle-collect=hot_measured build-bench/bench/hot PATH EMPTY-DIR bench/order.json\n'
    + '  callgrind_annotate callgrind.out.*\n'
    + 'If the new cost is worth it, say why in the commit, and write the figures:\n'
    + '  node bench/counts.mjs --write');
  process.exitCode = 1;
}
