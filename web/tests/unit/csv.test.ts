import { expect, test } from 'vitest';
import { previewCsv } from '../../cloud/src/pages/shipments/csv.ts';

test.each([
  ['comma', 'order,courier,tracking\n#1,BRT,9\n', ','],
  ['semicolon', 'order;courier;tracking\n#1;BRT;9\n', ';'],
  ['tab', 'order\tcourier\ttracking\n#1\tBRT\t9\n', '\t'],
])('the separator is found: %s', (_name, text, separator) => {
  const preview = previewCsv(text);
  expect(preview.separator).toBe(separator);
  expect(preview.head).toEqual(['order', 'courier', 'tracking']);
  expect(preview.rows).toEqual([['#1', 'BRT', '9']]);
  expect(preview.lines).toBe(1);
});

test('quotes hold separators and doubled quotes', () => {
  const { rows } = previewCsv('order,title\n#1,"a ""small"", one"\n');
  expect(rows).toEqual([['#1', 'a "small", one']]);
});

test('a byte order mark, empty lines and a missing last newline change nothing', () => {
  const preview = previewCsv('\uFEFFOrder_Number;courier\r\n\r\n#1;BRT');
  expect(preview.hasOrder).toBe(true);
  expect(preview.lines).toBe(1);
});

test('a file that names no order says so', () => {
  expect(previewCsv('wrong,columns\n1,2\n').hasOrder).toBe(false);
  expect(previewCsv('').hasOrder).toBe(false);
});

test('only the first lines are shown, all are counted', () => {
  const preview = previewCsv(`order\n${'#1\n'.repeat(50)}`);
  expect(preview.rows).toHaveLength(8);
  expect(preview.lines).toBe(50);
});
