// See test/fault/trials.

import path from 'node:path';
import { parseArgs } from 'node:util';
import { database } from './trial/database.mjs';
import { disk } from './trial/disk.mjs';
import { paused } from './trial/paused.mjs';
import { poison } from './trial/poison.mjs';
import { rotate } from './trial/rotate.mjs';
import { uninstall } from './trial/uninstall.mjs';

const TRIALS = { disk, database, paused, uninstall, poison, rotate };
const LONG = { 'full-seconds': '60', 'gone-seconds': '600', 'still-seconds': '180' };
const SHORT = { 'full-seconds': '3', 'gone-seconds': '3', 'still-seconds': '12' };

function options() {
  const text = { type: 'string' };
  const { values } = parseArgs({
    options: {
      only: text, build: text, long: { type: 'boolean', default: false }, 'full-seconds': text, 'gone-seconds': text, 'still-seconds': text,
      jobs: { ...text, default: '1000' }, seed: { ...text, default: '1' },
    },
  });
  const all = { ...(values.long ? LONG : SHORT), ...values };
  const number = (name) => {
    if (!/^[1-9][0-9]{0,6}$/.test(all[name])) throw new Error(`--${name} takes a whole number from 1 up, not “${all[name]}”`);
    return Number(all[name]);
  };
  if (all.only && !TRIALS[all.only]) throw new Error(`--only takes one of ${Object.keys(TRIALS).join(', ')}`);
  return {
    names: all.only ? [all.only] : Object.keys(TRIALS), build: path.resolve(all.build), jobs: number('jobs'), seed: number('seed'),
    fullSeconds: number('full-seconds'), goneSeconds: number('gone-seconds'), stillSeconds: number('still-seconds'),
  };
}

async function main() {
  const o = options();
  const line = { trials: 0, failed: 0 };
  for (const name of o.names) {
    const wrong = [];
    const began = Date.now();
    const figures = await TRIALS[name](o, wrong).catch((e) => { wrong.push(e.stack); return {}; });
    line.trials += 1;
    line.failed += wrong.length ? 1 : 0;
    line[name] = { ...figures, wrong: wrong.length, seconds: Math.round((Date.now() - began) / 1000) };
    console.error(`${name}: ${JSON.stringify(line[name])}`);
    for (const words of wrong.slice(0, 10)) console.error(`  ${words}`);
  }
  console.log(JSON.stringify(line));
  return line.failed ? 1 : 0;
}

main().then((code) => { process.exitCode = code; }, (e) => { console.error(`trials: ${e.message}`); process.exitCode = 1; });
