/**
 * search.mjs - the search index behind `orders(query:)`.
 *
 * It is not the database.  It learns of a change after a lag, so it finds
 * orders that were moved on and misses new ones; it looks for tags without
 * regard to case and finds longer tags that begin alike.  A filter it does not
 * know is ignored, with a warning beside the data.
 */
import { utc } from './dates.mjs';
import { displayFulfillment } from './totals.mjs';

/** @param {{now(): number}} clock */
export function makeIndex(clock) {
  /** @type {Map<string, {doc: any, pending: {at: number, doc: any}[]}>} */
  const entries = new Map();

  function settled(entry) {
    while (entry.pending.length && entry.pending[0].at <= clock.now()) entry.doc = entry.pending.shift().doc;
    return entry.doc;
  }
  return {
    /** @param {any} order @param {number} lagMs */
    learn(order, lagMs) {
      const entry = entries.get(String(order.id)) ?? { doc: null, pending: [] };
      const at = Math.max(clock.now() + lagMs, entry.pending.at(-1)?.at ?? 0);
      entry.pending.push({ at, doc: order.deleted ? null : snapshot(order) });
      entries.set(String(order.id), entry);
    },
    /** Everything the index knows by now. */
    documents: () => [...entries.values()].map(settled).filter(Boolean),
  };
}

function snapshot(order) {
  return {
    id: order.id, number: order.number, name: order.name, tags: order.tags.map((tag) => tag.toLowerCase()), createdAt: order.createdAt,
    updatedAt: order.updatedAt, processedAt: order.processedAt, test: order.test, poNumber: order.poNumber,
    status: order.cancelledAt ? 'cancelled' : order.closedAt ? 'closed' : 'open',
    financial: order.financialStatus.toLowerCase(), fulfillment: displayFulfillment(order).toLowerCase(),
    source: order.sourceName, skus: order.lines.map((line) => (line.sku ?? '').toLowerCase()),
    email: (order.email ?? '').toLowerCase(),
  };
}

const RELATIONS = {
  '': (a, b) => a === b, ':': (a, b) => a === b,
  '>': (a, b) => a > b, '>=': (a, b) => a >= b, '<': (a, b) => a < b, '<=': (a, b) => a <= b,
};
const relate = (a, relation, b) => RELATIONS[relation](a, b);

const instant = (member) => (doc, relation, text) => {
  const at = Date.parse(text);
  const dayLong = relation === '' && /^\d{4}-\d\d-\d\d$/.test(text);
  return dayLong ? utc(doc[member]).startsWith(text) : relate(doc[member], relation, at);
};
const word = (member) => (doc, _relation, text) => String(doc[member] ?? '').toLowerCase() === text.toLowerCase();

const STATUS = {
  open: (doc) => doc.status === 'open', closed: (doc) => doc.status === 'closed',
  cancelled: (doc) => doc.status === 'cancelled', not_closed: (doc) => doc.status !== 'closed', any: () => true,
};

/** The filters of `orders`, by name. */
const FILTERS = {
  tag: (doc, _r, text) => doc.tags.some((tag) => tag.startsWith(text.trim().toLowerCase())),
  tag_not: (doc, _r, text) => !doc.tags.includes(text.trim().toLowerCase()),
  created_at: instant('createdAt'), updated_at: instant('updatedAt'), processed_at: instant('processedAt'),
  status: (doc, _r, text) => (STATUS[text.toLowerCase()] ?? (() => false))(doc),
  id: (doc, relation, text) => relate(doc.id, relation, BigInt(text.replace(/\D/g, '') || 0)),
  name: (doc, _r, text) => doc.name.replace('#', '').toLowerCase() === text.replace('#', '').toLowerCase(),
  test: (doc, _r, text) => String(doc.test) === text,
  sku: (doc, _r, text) => doc.skus.includes(text.toLowerCase()),
  financial_status: word('financial'), source_name: word('source'), po_number: word('poNumber'), email: word('email'),
  fulfillment_status: (doc, _r, text) => doc.fulfillment === FULFILLMENT_ALIASES[text] || doc.fulfillment === text,
};
const FULFILLMENT_ALIASES = { shipped: 'fulfilled', partial: 'partially_fulfilled', unshipped: 'unfulfilled' };

/** A word without a field looks into the name and the mail address. */
const anywhere = (doc, text) => [doc.name, doc.email, ...doc.tags].some((one) => one.toLowerCase().includes(text.toLowerCase()));

const TOKEN = /\s*(?:([()])|(-)?(?:([A-Za-z_][\w.]*):(>=|<=|>|<|=)?)?(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)"|([^\s()'"]+)))/gy;

/** @param {string} text */
function tokens(text) {
  const list = [];
  TOKEN.lastIndex = 0;
  for (let match; TOKEN.lastIndex < text.trimEnd().length && (match = TOKEN.exec(text));) {
    const [, paren, minus, field, relation, single, double, bare] = match;
    const quoted = single ?? double;
    if (paren) list.push({ kind: paren });
    else if (!field && quoted === undefined && /^(AND|OR|NOT)$/.test(bare)) list.push({ kind: bare });
    else {
      list.push({
        kind: 'term', not: Boolean(minus), field, relation: relation === '=' ? '' : relation ?? '',
        value: quoted === undefined ? bare : quoted.replace(/\\(.)/g, '$1'),
      });
    }
  }
  return list;
}

/**
 * A predicate over index documents, and the warnings.
 * Grammar: or := and (OR and)*, and := not ((AND)? not)*, not := NOT? (term | "(" or ")").
 * @param {string|null|undefined} query
 */
export function parseQuery(query) {
  const list = tokens(query ?? '');
  const warnings = [];
  let at = 0;
  const peek = () => list[at]?.kind;

  function either() {
    const parts = [both()];
    while (peek() === 'OR') { at++; parts.push(both()); }
    return (doc) => parts.some((part) => part(doc));
  }
  function both() {
    const parts = [];
    while (at < list.length && peek() !== 'OR' && peek() !== ')') {
      if (peek() === 'AND') at++;
      else parts.push(negated());
    }
    return (doc) => parts.every((part) => part(doc));
  }
  function negated() {
    if (peek() === 'NOT') { at++; const inner = negated(); return (doc) => !inner(doc); }
    if (peek() === '(') { at++; const inner = either(); at++; return inner; }
    const token = list[at++];
    return token.kind === 'term' ? term(token, warnings) : () => true;
  }
  return { matches: either(), warnings };
}

function term({ field, relation, value, not }, warnings) {
  if (!field) return (doc) => anywhere(doc, value) !== not;
  const filter = FILTERS[field];
  if (!filter && !field.startsWith('metafields.')) {
    warnings.push({ field, message: 'Invalid search field for this query.' });
  }
  if (!filter) return () => true;
  return (doc) => filter(doc, relation, value) !== not;
}

const bigger = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** Sort keys of `orders`; equal keys go by id. */
export const SORT_KEYS = {
  CREATED_AT: (doc) => doc.createdAt, UPDATED_AT: (doc) => doc.updatedAt, PROCESSED_AT: (doc) => doc.processedAt,
  ID: (doc) => doc.id, ORDER_NUMBER: (doc) => doc.number,
};

/** @param {any[]} documents @param {string} key */
export function sorted(documents, key) {
  const value = SORT_KEYS[key] ?? SORT_KEYS.PROCESSED_AT;
  return [...documents].sort((a, b) => bigger(value(a), value(b)) || bigger(a.id, b.id));
}
