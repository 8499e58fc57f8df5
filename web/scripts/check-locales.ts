// Every language has the same keys with the same variables as English, and each
// sentence of the programs' logs.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { faults } from './said.ts';

type Tree = { [key: string]: string | Tree };

const root = path.join(import.meta.dirname, '..');
const isPlural = (node: Tree) => typeof node.other === 'string';
const variables = (text: string) =>
  [...text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)]
    .map((m) => m[1])
    .sort()
    .join();

function flat(tree: Tree, at = '', into = new Map<string, string>()): Map<string, string> {
  for (const [key, node] of Object.entries(tree)) {
    const where = at ? `${at}.${key}` : key;
    if (typeof node === 'string') into.set(where, variables(node));
    else if (isPlural(node)) into.set(where, variables(String(node.other)));
    else flat(node, where, into);
  }
  return into;
}

const read = (file: string) => flat(JSON.parse(readFileSync(file, 'utf8')));
const wrong: string[] = [];
const originals = globSync('{cloud,shopify,sim,extensions/*}/locales/en.default.json', {
  cwd: root,
});
for (const original of originals) {
  const english = read(path.join(root, original));
  const dir = path.dirname(path.join(root, original));
  for (const other of globSync('*.json', { cwd: dir }).filter((f) => f !== 'en.default.json')) {
    const its = read(path.join(dir, other));
    const name = path.join(path.dirname(original), other);
    for (const [key, vars] of english) {
      if (!its.has(key)) wrong.push(`${name}: ${key} is missing`);
      else if (its.get(key) !== vars) wrong.push(`${name}: ${key} has other variables`);
    }
    for (const key of its.keys())
      if (!english.has(key)) wrong.push(`${name}: ${key} is not in English`);
  }
}
const said = path.join(root, 'shared/said/it.json');
wrong.push(...faults(JSON.parse(readFileSync(said, 'utf8'))));
for (const line of wrong) console.error(line);
console.log(`${originals.length} sets of texts, ${wrong.length} faults`);
process.exitCode = wrong.length ? 1 : 0;
