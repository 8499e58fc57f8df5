/**
 * connection.mjs - pages of a list, as Relay and Shopify cut them.
 *
 * A cursor names the entry it points at, so entries that arrive or go while
 * somebody pages neither repeat nor hide others.
 */
import { GraphQLError } from 'graphql';

const MAX_PAGE = 250;
/** A bulk query has no pages: `first` is this. */
export const WHOLE = Infinity;

const encode = (key) => Buffer.from(JSON.stringify(key)).toString('base64');

function decode(cursor) {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64').toString('utf8'));
  } catch {
    throw new GraphQLError('Invalid cursor for current pagination sort.', { extensions: { code: 'BAD_REQUEST' } });
  }
}

/** The entries after or before a cursor; one that is gone leaves its place by order. */
function within(entries, keys, args) {
  const place = (cursor) => {
    const wanted = JSON.stringify(decode(cursor));
    const index = keys.findIndex((key) => JSON.stringify(key) === wanted);
    if (index < 0) throw new GraphQLError('Invalid cursor for current pagination sort.', { extensions: { code: 'BAD_REQUEST' } });
    return index;
  };
  const start = args.after ? place(args.after) + 1 : 0;
  const end = args.before ? place(args.before) : entries.length;
  return { start, end: Math.max(start, end) };
}

function checkArguments({ first, last }) {
  const size = first ?? last;
  const wrong = size === undefined || size === null ? 'you must provide one of first or last'
    : size === WHOLE ? null
    : size < 0 ? 'first and last must not be negative'
      : size > MAX_PAGE ? `first and last cannot exceed ${MAX_PAGE}` : null;
  if (wrong) throw new GraphQLError(wrong, { extensions: { code: 'BAD_REQUEST' } });
}

/**
 * @template T
 * @param {T[]} entries in their order
 * @param {any} args first, last, after, before, reverse
 * @param {(entry: T) => any} view the GraphQL object of an entry
 * @param {(entry: T) => unknown} keyOf what a cursor says of an entry
 */
export function connection(entries, args, view, keyOf) {
  checkArguments(args);
  const list = args.reverse ? [...entries].reverse() : entries;
  const keys = list.map(keyOf);
  let { start, end } = within(list, keys, args);
  const more = { before: start > 0, after: end < list.length };
  if (args.first !== undefined && args.first !== null && end - start > args.first) {
    end = start + args.first;
    more.after = true;
  } else if (args.last !== undefined && args.last !== null && end - start > args.last) {
    start = end - args.last;
    more.before = true;
  }
  return page(list.slice(start, end).map(view), keys.slice(start, end).map(encode), more);
}

function page(nodes, cursors, more) {
  return {
    nodes,
    edges: nodes.map((node, i) => ({ node, cursor: cursors[i] })),
    pageInfo: {
      hasNextPage: more.after, hasPreviousPage: more.before,
      startCursor: cursors[0] ?? null, endCursor: cursors.at(-1) ?? null,
    },
  };
}

/** A connection with nothing in it. */
export const emptyConnection = () => page([], [], { before: false, after: false });
