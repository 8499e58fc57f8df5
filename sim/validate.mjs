/**
 * validate.mjs - holds GraphQL files against the official schema.
 *
 *   node validate.mjs --schema FILE [--first N] FILE.graphql...
 *
 * Prints the requested cost of each document, with N for every Int variable
 * that has no default ($first and $lines and the like; 50).  A document that is
 * invalid, uses what is deprecated or costs too much ends it with exit 1.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Kind, parse, valueFromASTUntyped } from 'graphql';
import { costOf, MAX_COST } from './cost.mjs';
import { loadSchema, problemsOf } from './schema.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true, options: { schema: { type: 'string' }, first: { type: 'string', default: '50' } },
});
if (!values.schema || !positionals.length) {
  process.stderr.write('usage: node validate.mjs --schema FILE [--first N] FILE.graphql...\n');
  process.exit(2);
}
const schema = loadSchema(values.schema);

/** A value for each Int variable, so that connections have a size. */
function sizesOf(operation, n) {
  return Object.fromEntries((operation.variableDefinitions ?? []).map((definition) => {
    const type = definition.type.kind === Kind.NON_NULL_TYPE ? definition.type.type : definition.type;
    const value = definition.defaultValue ? valueFromASTUntyped(definition.defaultValue)
      : type.name?.value === 'Int' ? n : undefined;
    return [definition.variable.name.value, value];
  }));
}

/** The lines to print about one file, and whether it is good. */
function check(file) {
  const document = parse(readFileSync(file, 'utf8'));
  const problems = problemsOf(schema, document, { deprecated: true }).map((error) => `${file}: ${error.message}`);
  if (problems.length) return { good: false, lines: problems };
  const costs = document.definitions.filter((d) => d.kind === Kind.OPERATION_DEFINITION).map((operation) => ({
    name: operation.name?.value ?? 'unnamed',
    cost: costOf({ schema, document, operation, variables: sizesOf(operation, Number(values.first)) }),
  }));
  return {
    good: costs.every(({ cost }) => cost <= MAX_COST),
    lines: costs.map(({ name, cost }) => `${file}: ${name} costs ${cost}${cost > MAX_COST ? `, more than ${MAX_COST}` : ''}`),
  };
}

function checked(file) {
  try {
    return check(file);
  } catch (error) {
    return { good: false, lines: [`${file}: ${error.message}`] };
  }
}

const results = positionals.map(checked);
for (const { good, lines } of results) (good ? process.stdout : process.stderr).write(`${lines.join('\n')}\n`);
process.exitCode = results.every(({ good }) => good) ? 0 : 1;
