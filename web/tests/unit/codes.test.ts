// What the programs refuse has a stable code, and each code a person may meet has its
// words on the page, in both languages.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import cloudEnglish from '../../cloud/locales/en.default.json';
import cloudItalian from '../../cloud/locales/it.json';
import { makeI18n } from '../../shared/i18n.ts';
import { tell, tellShort } from '../../shared/problem.ts';
import { said } from '../../shared/said/it.ts';
import shopifyEnglish from '../../shopify/locales/en.default.json';
import shopifyItalian from '../../shopify/locales/it.json';

const source = (file: string) =>
  readFileSync(path.join(import.meta.dirname, '../../../src', file), 'utf8');

/** The rows of the tables that tell, by code, what to do next. */
const codesOf = (...files: string[]) =>
  files
    .flatMap((file) => [...source(file).matchAll(/struct hint \w+\[\] = \{(.*?)\{ NULL \}/gs)])
    .flatMap(([, rows]) => [...(rows ?? '').matchAll(/\{ "([a-z_]+)",/g)].map((m) => m[1] ?? ''));

// Only who writes a program of their own meets these.
const OF_MACHINES = new Set([
  ...['not_json', 'bad_json', 'bad_request', 'headers_too_large'],
  ...['unknown_method', 'method_not_allowed', 'technology_unknown'],
  ...['connector_already_linked', 'store_already_linked', 'store_linked_elsewhere'],
  ...['callback_url_refused'],
  ...['idempotency_key_missing', 'idempotency_key_reused', 'automatic_off'],
  ...['too_many_orders', 'no_orders', 'too_many_events', 'unknown_kind', 'event_id_reused'],
  ...['too_early', 'bad_hmac', 'signature_expired', 'signature_replayed'],
]);
const SHOPIFY_ONLY_MACHINES = new Set(['not_authorized', 'body_too_large']);
const SHOPIFY_OWN = new Set([
  'connector_already_linked',
  'store_already_linked',
  'store_linked_elsewhere',
  'callback_url_refused',
]);

type Words = { title?: string; next?: string };
const net = codesOf('net/problem.c');
const tables: [string, Record<string, Words>, string[]][] = [
  ...[cloudEnglish, cloudItalian].map((l): [string, Record<string, Words>, string[]] => [
    'cloud',
    l.problem,
    [...net, ...codesOf('cloud/site.c', 'cloud/api_shipment.c')].filter(
      (code) => !OF_MACHINES.has(code),
    ),
  ]),
  ...[shopifyEnglish, shopifyItalian].map((l): [string, Record<string, Words>, string[]] => [
    'shopify',
    l.problem,
    [...net, ...codesOf('shopify/site.c')].filter(
      (code) =>
        (!OF_MACHINES.has(code) || SHOPIFY_OWN.has(code)) && !SHOPIFY_ONLY_MACHINES.has(code),
    ),
  ]),
];

test.each(tables)('%s: each code that a person may meet has its words', (_, words, codes) => {
  expect(codes.length).toBeGreaterThan(20);
  const without = codes.filter((code) => !words[code]?.title && !words[code]?.next);
  expect(without).toEqual([]);
});

const english = makeI18n('en', cloudEnglish);
const italian = makeI18n('it', cloudItalian, said);

test('a refusal is told by its code, in the reader’s language', () => {
  const failing = {
    code: 'login_failed',
    message: 'E-mail or password is not right',
    next: 'Check both and try again.',
  };
  // What the title says already is not said twice.
  expect(tell(failing, english)).toEqual({
    title: 'E-mail or password is not right',
    why: undefined,
    next: 'Check both and try again.',
  });
  const { title, why, next } = tell(failing, italian);
  expect([title, why, next].join(' ')).not.toMatch(/password is|Check/);
});

test('what only the server knows is told beside the title', () => {
  const failing = {
    code: 'order_cancelled',
    message: 'Order #1001 was cancelled in the store',
  };
  expect(tell(failing, english).why).toBe('Order #1001 was cancelled in the store');
  expect(tell(failing, italian).why).toBe("L'ordine #1001 è stato annullato nel negozio");
  expect(tellShort(failing, italian)).toBe("L'ordine #1001 è stato annullato nel negozio");
});

test('the server’s own words stand only where no others are', () => {
  const known = { code: 'tls_like', message: 'Some words nobody translated', next: 'Do so.' };
  expect(tell(known, italian)).toEqual({
    title: undefined,
    why: 'Some words nobody translated',
    next: 'Do so.',
  });
  const titled = { ...known, code: 'busy' };
  expect(tell(titled, italian).why).toBeUndefined();
  expect(tell(titled, english).why).toBe('Some words nobody translated');
  expect(tellShort(titled, italian)).toBe(italian.t('problem.busy.title'));
});

test.each([
  [
    'Shipment 2fbr of order #1001 is SHIPPED: it cannot be cancelled. On its way: correct its tracking or mark it delivered.',
    "La spedizione 2fbr dell'ordine #1001 è partita: non può diventare annullata. In viaggio: correggi il tracking o segnala come consegnata.",
  ],
  [
    'lines[0].quantity: 5 wanted, but of line 3 (Blue mug) 1 of 2 is left',
    'Della riga 3 (Blue mug) restano 1 di 2, ne sono stati chiesti 5',
  ],
  ['order number: there is no order #77', 'order number: non esiste un ordine #77'],
  ['label: missing', 'label: manca'],
  ['The Shopify app answered 503: not yet', "L'app Shopify ha risposto 503: non ancora"],
])('%s', (english, expected) => {
  expect(said(english)).toBe(expected);
});

// The admin's actions have no words of their own by code: they tell the program's anew.
test('what an action of the admin says to do is known in Italian', () => {
  const rows = [...source('shopify/site.c').matchAll(/\{ "([a-z_]+)",((?:\s*"[^"]*")+),/g)].map(
    ([, code, text]) => [code, [...(text ?? '').matchAll(/"([^"]*)"/g)].map((m) => m[1])],
  );
  const next = new Map(rows.map(([code, parts]) => [code, (parts as string[]).join('')]));
  for (const code of [
    ...['bad_id_token', 'too_many_orders', 'no_orders', 'not_linked', 'disconnected'],
    ...['unreachable', 'timeout', 'upstream_failed', 'reconnect', 'shop_closed', 'busy'],
  ]) {
    const english = next.get(code) ?? '';
    expect(english, code).not.toBe('');
    expect(said(english), code).not.toBe(english);
  }
});
