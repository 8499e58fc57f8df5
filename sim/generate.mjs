/**
 * generate.mjs - writes orders to disk in both shapes, for mapping tests.
 *
 *   node generate.mjs --seed N --count M --schema FILE --query FILE.graphql
 *        [--lines-query FILE.graphql] [--page N] [--shape NAME] [--currency C] --out DIR
 *
 * For order NNN: NNN.rest.json is the raw webhook body, NNN.gql.json an array
 * of whole GraphQL answers: that of --query first, then those of --lines-query
 * while the line items have a next page.  The variables given are $id, $lines
 * and $first (both --page, 250) and $after.  index.json names the shapes.
 * Without --shape the catalogue is walked once before chance decides.  The time
 * stands still, so the same arguments give the same bytes.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeClock } from './clock.mjs';
import { readCall, runCall } from './execute.mjs';
import { gid, restBody } from './rest.mjs';
import { loadSchema } from './schema.mjs';
import { SHAPE_NAMES } from './shapes.mjs';
import { draftOrder, makeShop } from './store.mjs';
import { makeWorld } from './world.mjs';

const NOW = Date.parse('2026-11-20T10:00:00Z');
const PLENTY = 1e9;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' }, count: { type: 'string', default: String(SHAPE_NAMES.length) },
    schema: { type: 'string' }, query: { type: 'string' }, 'lines-query': { type: 'string' }, page: { type: 'string', default: '250' },
    shape: { type: 'string' }, currency: { type: 'string', default: 'EUR' }, out: { type: 'string' },
  },
});
if (!values.schema || !values.query || !values.out) {
  process.stderr.write('usage: node generate.mjs --schema FILE --query FILE [--lines-query FILE] --seed N --count M --out DIR\n');
  process.exit(2);
}

const world = makeWorld({ schema: loadSchema(values.schema), seed: values.seed, clock: makeClock(() => NOW) });
const shop = makeShop(world, { shop: 'generated', currency: values.currency, bucket: PLENTY, restore: PLENTY });
const page = Number(values.page);
const query = readFileSync(values.query, 'utf8');
const linesQuery = values['lines-query'] && readFileSync(values['lines-query'], 'utf8');

function ask(text, variables) {
  const call = readCall(world, shop, { query: text, variables });
  const body = call.errors ? { errors: call.errors } : runCall(world, shop, call).body;
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body;
}

/** The answers a client gets that reads one order to its end. */
function answersFor(order) {
  const id = gid('Order', order.id);
  const answers = [ask(query, { id, ids: [id], lines: page, first: page })];
  const next = () => answers.at(-1).data?.order?.lineItems?.pageInfo;
  while (linesQuery && next()?.hasNextPage) {
    answers.push(ask(linesQuery, { id, lines: page, first: page, after: next().endCursor }));
  }
  return answers;
}

mkdirSync(values.out, { recursive: true });
const index = Array.from({ length: Number(values.count) }, (_, i) => {
  const order = draftOrder(shop, { shape: values.shape ?? SHAPE_NAMES[i] ?? 'random', createdAt: NOW - i * 1000 });
  shop.orders.set(String(order.id), order);
  const name = String(i).padStart(3, '0');
  writeFileSync(join(values.out, `${name}.rest.json`), restBody(order, shop));
  writeFileSync(join(values.out, `${name}.gql.json`), JSON.stringify(answersFor(order)));
  return { file: name, gid: gid('Order', order.id), shape: order.shape };
});
writeFileSync(join(values.out, 'index.json'), JSON.stringify(index, null, 1));
process.stdout.write(`${index.length} orders in ${values.out}\n`);
