// Which of the log's lines are drawn, when each is as high as its words need.
import { expect, test } from 'vitest';
import type { LogLine } from '../../cloud/src/api/client.ts';
import {
  atEnd,
  type Heights,
  inSight,
  keepHeights,
  ROW,
  SPARE,
} from '../../cloud/src/pages/log/part.ts';

const many = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ id: `${i}` }) as LogLine);

test('the end has enough lines to fill the box, and no more of a long log', () => {
  expect(atEnd(3, 340)).toEqual({ first: 0, last: 3, above: 0, below: 0 });
  const { first, last, above } = atEnd(20_000, 340);
  expect({ first, last }).toEqual({ first: 20_000 - 10 - SPARE, last: 20_000 });
  expect(above).toBe(first * ROW);
});

test('what is drawn and what is not are as high as all lines, wherever one reads', () => {
  const lines = many(500);
  const heights: Heights = new WeakMap();
  for (const [i, line] of lines.entries()) if (i % 3 === 0) heights.set(line, 54 + (i % 7) * 20);
  const of = (line: LogLine) => heights.get(line) ?? ROW;
  const sum = (some: LogLine[]) => some.reduce((all, line) => all + of(line), 0);
  const all = sum(lines);
  for (let top = 0; top <= all - 400; top += 61) {
    const { first, last, above, below } = inSight(lines, heights, top, 400);
    expect(above).toBe(sum(lines.slice(0, first)));
    expect(below).toBe(sum(lines.slice(last)));
    // All of the box is filled, with some to spare.
    expect(above + (first === 0 ? 0 : SPARE * ROW)).toBeLessThanOrEqual(top);
    expect(all - below).toBeGreaterThanOrEqual(top + 400);
    expect(last - first).toBeLessThanOrEqual(Math.ceil(400 / ROW) + 1 + 2 * SPARE);
  }
  expect(inSight([], heights, 0, 400)).toEqual({ first: 0, last: 0, above: 0, below: 0 });
  // Lines may have gone meanwhile.
  expect(inSight(lines, heights, all * 2, 400).last).toBe(500);
});

test('only what grew above the place that is read moves it', () => {
  const lines = many(4);
  const heights: Heights = new WeakMap();
  expect(keepHeights(heights, lines, [34, 34, 34, 34], 68)).toBeUndefined();
  expect(keepHeights(heights, lines, [54, 74, 94, 34], 68)).toBe(60);
  expect(keepHeights(heights, lines, [54, 74, 94, 34], 128)).toBeUndefined();
  expect(keepHeights(heights, lines, [54, 74, 34, 34], 128)).toBe(0);
  expect(lines.map((line) => heights.get(line) ?? ROW)).toEqual([54, 74, 34, 34]);
});
