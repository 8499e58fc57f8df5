// The Queue Log's lines, by when it happened; what comes too late stays where it came.
import { expect, test } from 'vitest';
import type { LogLine } from '../../cloud/src/api/client.ts';
import { addLines } from '../../cloud/src/pages/log/order.ts';

const line = (id: number, second: number, step = '') =>
  ({ id: String(id), time: new Date(second * 1_000).toISOString(), step }) as LogLine;

const ids = (lines: LogLine[]) => lines.map((one) => Number(one.id));

test('steps that are heard of late stand where they happened', () => {
  const shown: LogLine[] = [];
  addLines(shown, [line(1, 10, 'order.received'), line(2, 11, 'order.imported')]);
  addLines(shown, [line(3, 8, 'order.waiting'), line(4, 9, 'order.sending')]);
  addLines(shown, [line(5, 12, 'order.synced')]);
  expect(shown.map((one) => one.step)).toEqual([
    'order.waiting',
    'order.sending',
    'order.received',
    'order.imported',
    'order.synced',
  ]);
});

test('of one moment the one heard of first is first', () => {
  const shown: LogLine[] = [];
  addLines(shown, [line(1, 10), line(2, 10), line(3, 10)]);
  expect(ids(shown)).toEqual([1, 2, 3]);
});

test('news of long ago come at the end, where they are seen', () => {
  const shown = [line(1, 100), line(2, 200)];
  addLines(shown, [line(3, 120)]);
  expect(ids(shown)).toEqual([1, 2, 3]);
  addLines(shown, [line(4, 199), line(5, 201)]);
  expect(ids(shown)).toEqual([1, 2, 3, 4, 5]);
});
