// The stand-in for Polaris has nothing that Shopify's published manifest lacks.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROWS } from '../../sim/src/elements.ts';

interface Declared {
  tagName: string;
  members?: { name: string; default?: string }[];
  events?: { name: string }[];
  slots?: { name: string }[];
}

const file = path.join(
  import.meta.dirname,
  '../../node_modules/@shopify/polaris-types/dist/custom-elements.json',
);
const manifest = JSON.parse(readFileSync(file, 'utf8')) as {
  modules: { declarations: Declared[] }[];
};
const declared = new Map(
  manifest.modules.flatMap((module) => module.declarations.map((one) => [one.tagName, one])),
);
// Of extensions, not of pages: @shopify/ui-extensions has its type only.
const ELSEWHERE = new Set(['s-admin-action']);

describe.each(Object.entries(ROWS).filter(([tag]) => !ELSEWHERE.has(tag)))('%s', (tag, row) => {
  const published = declared.get(tag);
  const names = (list: { name: string }[] | undefined) => (list ?? []).map((one) => one.name);

  it('is an element of Polaris', () => {
    expect(published).toBeDefined();
  });
  it('has only properties that Polaris has', () => {
    for (const name of Object.keys(row.props ?? {}))
      expect(names(published?.members)).toContain(name);
  });
  it('has only slots and events that Polaris has', () => {
    for (const name of row.slots ?? []) expect(names(published?.slots)).toContain(name);
    for (const name of row.events ?? []) expect(names(published?.events)).toContain(name);
  });
});
