// Sentences of the programs, in another language.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { faults, literals, sentences, template } from '../../scripts/said.ts';
import italian from '../../shared/said/it.json';
import { said } from '../../shared/said/it.ts';
import { makeSaid } from '../../shared/said/said.ts';

const catalogue: Record<string, string> = italian;
const HOLE = /\{(\d)\}/g;
const ODD = '50% "Tè" مرحبا 😀 <b>';

/** Each template said with words that are in no catalogue. */
const say = (from: string, word = 'QX') => from.replace(HOLE, (_, n) => `${word}${n}`);

test('each sentence that the sources have is told in Italian', () => {
  expect(sentences().size).toBeGreaterThan(200);
  expect(faults(catalogue)).toEqual([]);
});

test.each(Object.keys(catalogue))('%s', (from) => {
  // A plural's ending is not a word of its own.
  const spoken = say(from.replace(/(?<=[a-z])\{\d\}(?=[ ,.])/g, 's'));
  const told = said(spoken);
  if (catalogue[from] !== from) expect(told).not.toBe(spoken);
  expect(told).not.toMatch(/\{[-\d]|undefined/);
});

test.each([ODD, '‏עברית', "l'ordine", '$& $1 {1}', 'A. B. C', '100%s'])(
  'a name is kept as it is: %s',
  (name) => {
    expect(said(`Connector "${name}" was added.`)).toBe(
      `Il connettore "${name}" è stato aggiunto.`,
    );
  },
);

test.each([
  [
    'Order #1001 is in the Cloud App: 1 line, 213.40 EUR.',
    "L'ordine #1001 è nella Cloud App: 1 riga, 213.40 EUR.",
  ],
  [
    'Order #1001 is in the Cloud App: 4 lines, 213.40 EUR.',
    "L'ordine #1001 è nella Cloud App: 4 righe, 213.40 EUR.",
  ],
  [
    'Shipment 2fbr of order #1001 was shipped with BRT, tracking 0840, 0841.',
    "La spedizione 2fbr dell'ordine #1001 è partita con BRT, tracking 0840, 0841.",
  ],
  [
    'Shipment 2fbr of order #1001 has other GLS tracking now.',
    "La spedizione 2fbr dell'ordine #1001 ora ha un altro tracking di GLS.",
  ],
  [
    'Order #1 was not taken. The order was cancelled in the store.',
    "L'ordine #1 non è stato preso. L'ordine è stato annullato nel negozio.",
  ],
  [
    'Import orders: 3 orders taken, 1 refused, more wait: the next job follows at once.',
    'Importare gli ordini: 3 ordini presi, rifiutati: 1, altri attendono: il prossimo job segue subito.',
  ],
  ['Import orders failed and is tried again.', 'Importare gli ordini: non riuscito, si riprova.'],
  [
    'Order #1 was not taken. Nobody knows why. Do not ship it.',
    "L'ordine #1 non è stato preso. Nobody knows why. Non spedirlo.",
  ],
])('%s', (english, expected) => {
  expect(said(english)).toBe(expected);
});

test.each([
  [
    'It is in the store, but not sent. The store has not confirmed the order yet.',
    "È nel negozio, ma non inviato. Il negozio non ha ancora confermato l'ordine.",
  ],
  [
    'It is in the store; sending it failed. Its personal data were erased on request.',
    "È nel negozio; l'invio non è riuscito. I suoi dati personali sono stati cancellati su richiesta.",
  ],
  [
    'The store has sent it, but it was not taken. The order was cancelled in the store.',
    "Il negozio l'ha inviato, ma non è stato preso. L'ordine è stato annullato nel negozio.",
  ],
  [
    'Wait until the store confirms it; it is then taken by itself.',
    'Aspetta che il negozio lo confermi; poi viene preso da solo.',
  ],
])('where an order is: %s', (english, expected) => {
  expect(said(english)).toBe(expected);
});

const titles = globSync('{cloud,shopify}/*.c', {
  cwd: path.join(import.meta.dirname, '../../../src'),
}).flatMap((file) => {
  const source = readFileSync(path.join(import.meta.dirname, '../../../src', file), 'utf8');
  return [...source.matchAll(/\.title = "([^"]+)"/g)].map(([, title]) => title ?? '');
});

test.each(titles)('a job that fails is told whole: %s', (title) => {
  const own = said(title);
  const why = 'Shopify answered 503 to OrderList';
  const perche = 'Shopify ha risposto 503 a OrderList';
  expect(own).not.toBe(title);
  expect(said(`${title}: failed. ${why}`)).toBe(`${own}: non riuscito. ${perche}`);
  expect(said(`${title}: given up. ${why}`)).toBe(`${own}: abbandonato. ${perche}`);
  expect(said(`${title}: failed. Nobody knows.`)).toBe(`${own}: non riuscito. Nobody knows.`);
  expect(said(`${title} waits until the store is linked.`)).toBe(
    `${own}: attende che il negozio sia collegato.`,
  );
});

test('what the other program says of a failure is told, too', () => {
  expect(
    said(
      'The Shopify app answered 503: shipment 2fbr: an answer of the store was lost just now: it is read back once the call is surely over',
    ),
  ).toBe(
    "L'app Shopify ha risposto 503: spedizione 2fbr: una risposta del negozio è appena andata persa: si rilegge quando la chiamata è sicuramente finita",
  );
});

test.each(['', 'Something new happened.', 'Order #1', 'order.waiting', '%s {1}', '. . '])(
  'what is not known stays: "%s"',
  (text) => {
    expect(said(text)).toBe(text);
  },
);

test('a long text of what sentences begin with takes no time', () => {
  const texts = Array.from({ length: 20 }, (_, i) => `${i} ${'Order a waits. '.repeat(260)}`);
  const begun = process.cpuUsage();
  for (const text of texts) expect(said(text).length).toBeGreaterThan(0);
  const spent = process.cpuUsage(begun).user / 1000; // ms of ours, however busy the machine
  expect(spent).toBeLessThan(2_000);
});

test('literals side by side are one, and formats have holes', () => {
  const c = 'f("Order %s has " /* so */ "%" PRId64 " line%s.", x, "n"); // "not this"';
  expect(literals(c).map(template)).toEqual(['Order {1} has {2} line{3}.', 'n']);
});

test('a source that says more than the catalogue is noticed, and the other way', () => {
  const { 'Do not ship it.': _, ...less } = catalogue;
  expect(faults(less)).toEqual([expect.stringContaining('Do not ship it.')]);
  expect(faults({ ...catalogue, 'Nobody ever says so.': 'x' })).toHaveLength(1);
  const other = { ...catalogue, 'Order {1} waits again.': 'Attende.' };
  expect(faults(other)).toEqual([expect.stringContaining('{1}')]);
});

test('a hole is never said twice', () => {
  const tell = makeSaid({ 'It is {1}.': 'È {1}.', hot: 'caldo' });
  expect(tell('It is hot.')).toBe('È hot.');
});
