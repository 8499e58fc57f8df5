// script/bench: every row in one run, with peers and limits beside it.

import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { intakeDisk, intakeNodes, intakePg, intakeSqlite } from './intake.mjs';
import { bulkRows, fairRows, pipelineRows, pointRows } from './flow.mjs';
import { finishedRows, queueRows } from './queue.mjs';
import { watchMemory } from './memory.mjs';
import { draw } from './picture.mjs';
import { callRows, idleRows } from './rest.mjs';
import { scaleRows } from './scale.mjs';

const GROUPS = {
  'intake-sqlite': intakeSqlite,
  'intake-pg': intakePg,
  'intake-disk': intakeDisk,
  'intake-nodes': intakeNodes,
  queue: queueRows,
  finished: finishedRows,
  pipeline: pipelineRows,
  points: pointRows,
  bulk: bulkRows,
  fairness: fairRows,
  scale: scaleRows,
  calls: callRows,
  idle: idleRows,
};

const HELP = `script/bench: our figure, a peer's and the limit, measured in one run on this machine.

  --quick        fewer and shorter rounds: under three minutes
  --json FILE    the rows: [{row, ours, peer, limit, ratio, target, met}]
  --pictures DIR an SVG of each curve, as in doc/pictures
  --only LIST    some groups, by comma: ${Object.keys(GROUPS).join(', ')}
  --big          scale up to 3 million orders
`;

function readArguments() {
  const { values } = parseArgs({
    options: { quick: { type: 'boolean' }, big: { type: 'boolean' }, json: { type: 'string' }, pictures: { type: 'string' }, only: { type: 'string' }, help: { type: 'boolean' } },
  });
  const names = values.only ? values.only.split(',') : Object.keys(GROUPS);
  const wrong = names.find((n) => !GROUPS[n]);
  if (wrong) throw new Error(`no group is called ${wrong}; --help lists them`);
  return { ...values, names };
}

const cell = (x, n) => (x === null || x === undefined ? '-' : String(x)).padStart(n);

function show(r) {
  const verdict = r.met === null ? '' : r.met ? 'met' : 'MISSED';
  console.log(`${r.row.padEnd(66)} ${cell(r.ours, 8)} ${cell(r.peer, 8)} ${cell(r.limit, 8)} ${(r.unit ?? '').padEnd(5)}`
    + `${cell(r.ratio, 7)}  ${(r.target ?? '').padEnd(16)} ${verdict}${r.note ? `  (${r.note})` : ''}`);
}

async function main() {
  const options = readArguments();
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const rows = [];
  let broken = 0;
  console.log(`${'row'.padEnd(66)} ${cell('ours', 8)} ${cell('peer', 8)} ${cell('limit', 8)} ${''.padEnd(5)}${cell('ratio', 7)}  target`);
  const memory = watchMemory();
  for (const name of options.names) {
    const began = Date.now();
    try {
      const some = await GROUPS[name]({ ...options, say: (text) => process.stderr.write(`[${name}] ${text}\n`) });
      some.forEach(show);
      rows.push(...some);
    } catch (e) {
      broken += 1;
      console.log(`${name}: could not be measured: ${e.message}`);
    }
    process.stderr.write(`[${name}] ${Math.round((Date.now() - began) / 1000)} s\n`);
  }
  const [most] = memory.rows();
  if (most) {
    show(most);
    rows.push(most);
  }
  if (options.json) writeFileSync(options.json, `${JSON.stringify(rows, null, 1)}\n`);
  if (options.pictures) draw(rows, options.pictures);
  const missed = rows.filter((r) => r.met === false).length;
  console.log(`\n${rows.length} rows, ${rows.filter((r) => r.met).length} targets met, ${missed} missed, ${broken} groups not measured`);
  return broken ? 1 : 0;
}

/** Ended from outside: what we started ends too. */
function endChildren() {
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim();
  for (const pid of children.split(' ').filter(Boolean)) process.kill(Number(pid), 'SIGKILL');
  process.exit(130);
}
process.on('SIGINT', endChildren);
process.on('SIGTERM', endChildren);

process.exit(await main());
