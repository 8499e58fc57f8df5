// Every step the programs write into the Queue Log has a name in the console.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import english from '../../cloud/locales/en.default.json';
import italian from '../../cloud/locales/it.json';

const root = path.join(import.meta.dirname, '../../..');

/** What stands in a `.step = …` of the C sources, also on both sides of a choice, and
    what a connector's own lines are named. */
function stepsOf(text: string): string[] {
  const said = /\.step\s*=([^;]*?),\n|connector_tell\(cx, [^,]*,\s*("[^"]*")/g;
  return [...text.matchAll(said)].flatMap(([, value, tell]) =>
    [...(value ?? tell ?? '').matchAll(/"([a-z_]+\.[a-z_]+)"/g)].map(([, step]) => step ?? ''),
  );
}

it('names every step', () => {
  const files = globSync('src/**/*.c', { cwd: root });
  const steps = new Set(files.flatMap((f) => stepsOf(readFileSync(path.join(root, f), 'utf8'))));
  expect(steps.size).toBeGreaterThan(20);
  const names: Record<string, string> = english.log.step;
  expect([...steps].filter((step) => !(step.replaceAll('.', '_') in names))).toEqual([]);
});

it('has one name for one step, in Italian too', () => {
  const names: Record<string, string> = italian.log.step;
  const own = new Map<string, Set<string>>();
  for (const [step, name] of Object.entries<string>(english.log.step))
    own.set(name, (own.get(name) ?? new Set()).add(names[step] ?? ''));
  expect([...own].filter(([, several]) => several.size > 1)).toEqual([]);
});
