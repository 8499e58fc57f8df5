import { expect, test } from 'vitest';
import { makeI18n, regional } from '../../shared/i18n.ts';

const messages = {
  hello: 'Hello {{ name }}',
  orders: { one: '{{count}} order', other: '{{count}} orders' },
  deep: { down: 'here' },
};
const en = makeI18n('en', messages);
const it = makeI18n('it', messages);

test('variables are filled, unknown ones stay to be seen', () => {
  expect(en.t('hello', { name: 'Ada' })).toBe('Hello Ada');
  expect(en.t('hello')).toBe('Hello {{ name }}');
});

test('a variable is text, however it looks', () => {
  expect(en.t('hello', { name: '$& {{name}}' })).toBe('Hello $& {{name}}');
});

test('plurals follow the language, numbers too', () => {
  expect(en.t('orders', { count: 1 })).toBe('1 order');
  expect(en.t('orders', { count: 12345 })).toBe('12,345 orders');
  expect(it.t('orders', { count: 12345 })).toBe('12.345 orders');
});

test('a key made at run time may be missing', () => {
  expect(en.maybe('deep.down')).toBe('here');
  expect(en.maybe('deep.nowhere')).toBeUndefined();
});

test('money keeps every digit; a currency nobody knows is shown as it came', () => {
  expect(en.money('12345678901234567.89', 'EUR')).toBe('€12,345,678,901,234,567.89');
  expect(en.money('10.00', 'NOPE!')).toBe('10.00 NOPE!');
});

test('spans and distances are in the largest unit that fits', () => {
  expect(en.span(7200)).toBe('2 hours');
  expect(en.span(90)).toBe('90 seconds');
  const now = Date.parse('2026-11-25T12:00:00Z');
  expect(en.ago('2026-11-25T09:00:00Z', now)).toBe('3 hours ago');
  expect(en.ago('2026-11-26T12:00:00Z', now)).toBe('tomorrow');
});

test('a country nobody knows is its code', () => {
  expect(it.country('DE')).toBe('Germania');
  expect(it.country('??')).toBe('??');
});

test('a time of about now has its seconds: it would read as past', () => {
  const soon = new Date(Date.now() + 20_000).toISOString();
  const second = new Date(soon).toLocaleTimeString('en', { timeStyle: 'medium' });
  expect(en.said(`It is tried again at ${soon}.`)).toContain(second);
});

test('an amount in a sentence is written as on the page', () => {
  expect(it.said('1 line, 324.15 EUR.')).toBe(`1 line, ${it.money('324.15', 'EUR')}.`);
});

test('the times in a sentence are told as times; what only looks like one stays', () => {
  const at = '2026-11-26T13:42:24Z';
  expect(en.said(`It was delivered at ${at}.`)).toBe(`It was delivered at ${en.time(at)}.`);
  expect(it.said(`(${at})`)).toBe(`(${it.time(at)})`);
  expect(en.said('at 2026-99-26T13:42:24Z')).toBe('at 2026-99-26T13:42:24Z');
});

test('dates are as the reader of that language writes them', () => {
  expect(regional('en', ['it-IT', 'en-GB', 'en-US'])).toBe('en-GB');
  expect(regional('en', ['en', 'en-GB'])).toBe('en-GB');
  expect(regional('it', ['en-GB', 'it'])).toBe('it');
  const british = makeI18n('en-GB', messages);
  expect(british.date('2026-11-25T12:00:00Z')).toBe('25 Nov 2026');
});
