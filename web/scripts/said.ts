// The sentences that the C sources can say, read from their string literals.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const sources = path.join(import.meta.dirname, '../../src');
const TOKEN =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|#\s*include[^\n]*|'(?:\\.|[^'\\])+'|"((?:\\.|[^"\\])*)"|(PRI[a-zA-Z0-9]+)|\s+|\w+|[^\s]/g;

/** Literals side by side are one, as the compiler has it. */
export function literals(source: string): string[] {
  const found: string[] = [];
  let open: string | undefined;
  for (const [whole, text, macro] of source.matchAll(TOKEN)) {
    if (text !== undefined) open = (open ?? '') + text;
    else if (macro && open !== undefined) open += 'd';
    else if (open !== undefined && !/^(\s|\/\*|\/\/)/.test(whole)) {
      found.push(open);
      open = undefined;
    }
  }
  return found;
}

/** A format's holes by number: "Order %s: %zu lines" is "Order {1}: {2} lines". */
export function template(format: string): string {
  let holes = 0;
  return format
    .replace(/\\(["\\'])/g, '$1')
    .replace(/%(?:[-0 ]*\d*(?:\.[\d*]+)?(?:ll|l|z|h)?[dsuxcfi]|%)/g, (hole) =>
      hole === '%%' ? '%' : `{${++holes}}`,
    );
}

/** Words that end as a sentence ends; one who reads code meets no others. */
const isSentence = (text: string) =>
  /^(?:[A-Z]|\{1\})/.test(text) && /[\w})"]\.$/.test(text) && /[a-z}"]:? [a-z{"]/.test(text);

/* What these say has a code, by which the pages have their own words: the texts of
   problems, of the points of a check, and of where an order is that we hold. */
const BY_CODE = /\/(?:site|check|check_shopify|where|api_(?!callback\.)\w+)\.c$/;

function all(folders = '{cloud,shopify}'): string[][] {
  return globSync(`${folders}/*.c`, { cwd: sources })
    .sort()
    .map((file) => [
      file,
      ...literals(readFileSync(path.join(sources, file), 'utf8')).map(template),
    ]);
}

/** Formats of nothing but holes, of which the catalogue has what they come to; and
    the help of an option. */
const NOT_SAID = new Set([
  '{1} {2}{3}.',
  '{1}: the store {2} "{3}" ({4}).',
  'Address people and stores use: the Host URL.',
  'The Shopify app answered {1}{2}{3}',
  '{1} is {2}: it cannot be {3}. {4}',
  '{1} is {2}: it cannot be delivered. {3}',
  '{1} is held: the order was changed in the store after the shipment was made',
  'Order {1} has no shipment{2} that could be delivered',
  ' with this tracking number',
  'The line: {1}',
  'no code',
]);

/** Each sentence that a person may meet as it is, and where it is. */
export function sentences(): Map<string, string> {
  const found = new Map<string, string>();
  for (const [file = '', ...texts] of all())
    for (const text of BY_CODE.test(`/${file}`) ? [] : texts)
      if (isSentence(text) && !NOT_SAID.has(text)) found.set(text, file);
  return found;
}

/* Whom only machines and operators hear: the connector protocol, webhooks, signed
   calls, the command line. */
const NOT_READ =
  /^(?:cloud\/(?:api_link|api_auth|command|report|privacy|carrier_event_batch|document)|shopify\/(?:api_callback|api_hook|api_shipment|api_page|hook|site|opt|idtoken|orderdoc\w*))\.c$/;
const FAILURE =
  /(?:cx_fail(?:_code)?|cx_busy|fulfil_later)\(cx,\s*(?!ERR_BUG|ERR_STORE)([\s\S]*?)\);\n/g;

/** Why a call or a job failed, as pages and logs show it; with the file. */
export function reasons(): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of globSync('{cloud,shopify}/*.c', { cwd: sources }).sort()) {
    if (NOT_READ.test(file)) continue;
    const source = readFileSync(path.join(sources, file), 'utf8');
    for (const [, call = ''] of source.matchAll(FAILURE))
      for (const text of literals(`${call};`).map(template))
        if (/[a-z]{2} [a-z{]|[a-z]: [a-z]/.test(text) && !NOT_SAID.has(text)) found.set(text, file);
  }
  return found;
}

/** Sentences that the sources put together of several texts, with these texts. */
const OUTCOME = '{1} {2}{3}.';
const TRACKING = '{1} has {2}{3} tracking now.';
const JOB = '{1} {2}{3}';
const EXPORT = '{1} of {2} {3} to the store now.{4}';
const UNDELIVERED = 'Order {1} has no shipment{2} that could be delivered';
const TOLD = '{1}: the store {2} "{3}" ({4}).';
const REFUSED = ' {1} line{2} refused: GET /api/v1/shipments/csv/{3}/errors names them.';
const ELSEWHERE = ' (fulfilled elsewhere before: the tracking was attached)';
const PARTS: Record<string, string[]> = {
  '{1} is in the store.': [OUTCOME, 'is in the store'],
  '{1} is in the store as fulfilment {2}.': [
    OUTCOME,
    'is in the store',
    ' as fulfilment{1} {2}{3}',
  ],
  '{1} is in the store as fulfilments {2}.': [
    OUTCOME,
    'is in the store',
    ' as fulfilment{1} {2}{3}',
  ],
  '{1} is in the store as fulfilment {2} (fulfilled elsewhere before: the tracking was attached).':
    [OUTCOME, 'is in the store', ' as fulfilment{1} {2}{3}', ELSEWHERE],
  '{1} is in the store in part, the rest follows.': [
    OUTCOME,
    'is in the store in part, the rest follows',
  ],
  '{1} is in the store in part, the rest follows as fulfilment {2}.': [
    OUTCOME,
    'is in the store in part, the rest follows',
    ' as fulfilment{1} {2}{3}',
  ],
  '{1} waits for the store, which is not ready for it yet.': [
    OUTCOME,
    'waits for the store, which is not ready for it yet',
  ],
  '{1} could not be fulfilled in the store.': [OUTCOME, 'could not be fulfilled in the store'],
  '{1} was refused by the Shopify app.': [OUTCOME, 'was refused by the Shopify app'],
  '{1}: the store was told "{2}" ({3}).': [TOLD, 'was told'],
  '{1}: the store could not take "{2}" ({3}).': [TOLD, 'could not take'],
  'Deliveries and other news of {1} shipment{2} go to the store now.': [
    EXPORT,
    'Deliveries and other news',
    'go',
  ],
  'The shipping of {1} shipment{2} goes to the store now.': [EXPORT, 'The shipping', 'goes'],
  'The store could not take {1} shipment{2} lately: tried again later; Shipments shows why.': [
    ' The store could not take {1} lately: tried again later; Shipments shows why.',
    '{1} shipment{2}',
  ],
  'Order {1} has no shipment that could be delivered': [UNDELIVERED],
  'Order {1} has no shipment with this tracking number that could be delivered': [
    UNDELIVERED,
    ' with this tracking number',
  ],
  '{1} is done.': [JOB, 'is done.'],
  '{1} failed and is tried again.': [JOB, 'failed and is tried again'],
  '{1} was given up.': [JOB, 'was given up.'],
  '{1} waits until the store is linked.': [JOB, 'waits until the store is linked.'],
  ', {1} refused, more wait: the next job follows at once': [
    ', {1} refused',
    ', more wait: the next job follows at once',
  ],
  ' with {1}, tracking {2}': [' with {1}', ', tracking '],
  '{1} has its tracking now.': [TRACKING, 'its'],
  '{1} has other its tracking now.': [TRACKING, 'other ', 'its'],
  '{1} has other {2} tracking now.': [TRACKING, 'other '],
  '{1} line was refused: GET /api/v1/shipments/csv/{2}/errors names them.': [REFUSED, ' was'],
  '{1} lines were refused: GET /api/v1/shipments/csv/{2}/errors names them.': [REFUSED, 's were'],
};

const PIECE = /\{\d\}/;
const holesOf = (text: string) => [...text.matchAll(/\{-?(\d)/g)].map((m) => m[1] ?? '');

/** A plural's ending ("line{3}") is nothing that another language has. */
function holeFaults(from: string, to: string): string[] {
  const needed = holesOf(from.replace(/[a-z]\{\d\}(?=[ ,.])/g, ''));
  const has = holesOf(to);
  return [
    ...needed
      .filter((hole) => !has.includes(hole))
      .map((hole) => `{${hole}} is not in the translation of: ${from}`),
    ...has
      .filter((hole) => !holesOf(from).includes(hole))
      .map((hole) => `{${hole}} is not in: ${from}`),
  ];
}

/** Whether the sources have the texts of which a key is put together. */
function finder(): (key: string) => boolean {
  const literal = new Set(all('{base,net,cloud,shopify}').flat());
  const any = [...literal].join('\n');
  return (key) =>
    PARTS[key]?.every((part) => literal.has(part)) ??
    key.split(PIECE).every((part) => any.includes(part.replace(/[\s.:,]+$/, '')));
}

/** What is wrong with a catalogue: what it lacks, what nobody says, other holes. */
export function faults(catalogue: Record<string, string>): string[] {
  const said = new Map([...reasons(), ...sentences()]);
  const isThere = finder();
  return [
    ...[...said]
      .filter(([text]) => !(text in catalogue))
      .map(([text, file]) => `src/${file}: not translated: ${text}`),
    ...Object.keys(catalogue)
      .filter((from) => !said.has(from) && !isThere(from))
      .map((from) => `the sources do not say: ${from}`),
    ...Object.entries(catalogue).flatMap(([from, to]) => holeFaults(from, to)),
  ];
}
