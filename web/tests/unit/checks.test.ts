// What the app's program can say of a connection has its words on the page.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import english from '../../shopify/locales/en.default.json';
import italian from '../../shopify/locales/it.json';

const source = readFileSync(path.join(import.meta.dirname, '../../../src/shopify/check.c'), 'utf8');
const rows = [...source.matchAll(/\{ CHECK_\w+, "(\w+)", (GOOD|FAILED|UNKNOWN),/g)];
const points = [...source.matchAll(/\[CHECK_\w+\] = "(\w+)"/g)].map((m) => m[1] ?? '');

for (const [name, { check }] of Object.entries({ english, italian })) {
  test(`${name}: each outcome says what it is, a failed one also what to do`, () => {
    expect(rows.length).toBeGreaterThan(30);
    for (const [, code = '', state] of rows) {
      expect(check.said, code).toHaveProperty(code);
      if (state === 'FAILED') expect(check.next, code).toHaveProperty(code);
    }
    const known = new Set([...rows.map((row) => row[1]), 'not_tried']);
    expect(Object.keys(check.said).filter((code) => !known.has(code))).toEqual([]);
  });

  test(`${name}: each point has its name`, () => {
    expect(Object.keys(check.point)).toEqual(points);
  });
}
