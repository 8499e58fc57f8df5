/**
 * bulk.mjs - bulk operations: one mutation over a file of variables, one query
 * over a whole store.
 *
 * As documented: five of each kind at a time in a store; the same rules for
 * what may be run; results as JSON Lines, in no order that means anything
 * (__lineNumber tells), fetched from storage within seven days; a webhook at
 * the end.  Nothing of it costs points but the calls that start and watch it.
 * A query sees the store as it was when it began, which is the worst it may do.
 */
import { parse } from 'graphql';
import { connection } from './connection.mjs';
import { connectionsOf, rootFields, tooMuch } from './bulk_rules.mjs';
import { readCall, runFree } from './execute.mjs';
import { gid } from './rest.mjs';
import { partsOf } from './inputs.mjs';
import { toJson } from './json.mjs';
import { utc } from './dates.mjs';

const AT_ONCE = 5;
const TICK_MS = 10;
const RUNNING = new Set(['CREATED', 'RUNNING', 'CANCELING']);

/** How long it takes: before it runs, and for each line. */
export const BULK_PACE = { startMs: 200, lineMs: 1 };

const problem = (code, message, field = null) => ({ bulkOperation: null, userErrors: [{ __typename: 'BulkMutationUserError', field, message, code }] });

function stagedUploadsCreate({ input }, { world, shop }) {
  const targets = input.map(({ filename, mimeType, httpMethod, resource }) => {
    if (resource !== 'BULK_MUTATION_VARIABLES' || httpMethod !== 'POST') return { url: null, resourceUrl: null, parameters: [] };
    const parameters = { 'Content-Type': mimeType, success_action_status: '201', acl: 'private', key: world.files.reserve(shop, filename) };
    return {
      url: `${world.origin}/bulk/uploads`, resourceUrl: null,
      parameters: Object.entries(parameters).map(([name, value]) => ({ name, value })),
    };
  });
  return { stagedTargets: targets, userErrors: [] };
}

function bulkOperationRunMutation({ mutation, stagedUploadPath, clientIdentifier }, { world, shop }) {
  const why = tooMuch(world.schema, mutation, 'mutation');
  if (why) return problem('INVALID_MUTATION', why, ['mutation']);
  if (clientIdentifier && (clientIdentifier.length < 10 || clientIdentifier.length > 255)) {
    return problem('INVALID_MUTATION', 'Client identifier is invalid', ['clientIdentifier']);
  }
  const text = world.files.uploaded(shop, stagedUploadPath);
  if (text === null) return problem('NO_SUCH_FILE', 'The JSONL file could not be found.', ['stagedUploadPath']);
  const lines = text.split('\n').filter(Boolean);
  if (!lines.length || lines.some((line) => !isObject(line))) {
    return problem('INVALID_STAGED_UPLOAD_FILE', 'The JSONL file is invalid.', ['stagedUploadPath']);
  }
  return refusal(world, shop, 'MUTATION') ?? begin(world, shop, { type: 'MUTATION', query: mutation, lines });
}

function isObject(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function bulkOperationRunQuery({ query, groupObjects }, { world, shop }) {
  const why = tooMuch(world.schema, query, 'query');
  if (why) return problem('INVALID', why, ['query']);
  const call = readCall(world, shop, { query });
  if (call.errors) return problem('INVALID', call.errors[0].message, ['query']);
  return refusal(world, shop, 'QUERY') ?? begin(world, shop, { type: 'QUERY', query, grouped: groupObjects });
}

/** Too many at once, or a fault. The words were recorded. */
function refusal(world, shop, type) {
  if (world.faults.bulk('bulk_refused', shop.domain)) return problem('LIMIT_REACHED', 'Bulk operations limit reached. Please try again later.');
  const running = shop.bulk.filter((one) => one.type === type && RUNNING.has(one.status));
  if (running.length < AT_ONCE) return null;
  const ids = running.map(({ id }) => gid('BulkOperation', id)).join(', ');
  return problem('OPERATION_IN_PROGRESS', `A bulk ${type.toLowerCase()} operation for this app and shop is already in progress: ${ids}.`);
}

function begin(world, shop, what) {
  const operation = {
    ...what, id: shop.ids(), status: 'CREATED', errorCode: null, createdAt: world.clock.now(), completedAt: null,
    done: 0, roots: 0, rows: [], file: null, partial: false,
    fault: ['bulk_failed', 'bulk_timeout', 'bulk_canceled', 'bulk_stuck'].find((kind) => world.faults.bulk(kind, shop.domain)),
  };
  shop.bulk.push(operation);
  note(world, shop, operation, 'created', what.lines?.length ?? null);
  world.hooks.later(shop.bulkPace.startMs, () => start(world, shop, operation));
  return { bulkOperation: operationView(world, operation), userErrors: [] };
}

function note(world, shop, { type }, what, lines) {
  world.stats.bulk[what] = (world.stats.bulk[what] ?? 0) + 1;
  world.journal.event('bulk', { shop: shop.domain, type, what, lines });
}

function start(world, shop, operation) {
  if (operation.status === 'CREATED') operation.status = 'RUNNING';
  if (operation.type === 'QUERY') operation.found = rowsOf(world, shop, operation);
  operation.total = operation.found?.length ?? operation.lines.length;
  step(world, shop, operation);
}

/** A few lines, then the next few; until it is over. */
function step(world, shop, operation) {
  if (!shop.installed || operation.status === 'CANCELING') return end(world, shop, operation, 'CANCELED');
  const { lineMs } = shop.bulkPace;
  const until = Math.min(operation.total, operation.done + Math.max(1, Math.floor(TICK_MS / Math.max(lineMs, 0.01))));
  for (; operation.done < until; operation.done += 1) {
    if (breaks(operation)) return stumble(world, shop, operation);
    take(world, shop, operation, operation.done);
  }
  if (operation.done >= operation.total && operation.fault !== 'bulk_stuck') return end(world, shop, operation, 'COMPLETED');
  return world.hooks.later(Math.max(TICK_MS, lineMs), () => step(world, shop, operation));
}

const breaks = ({ fault, done, total }) => fault && fault !== 'bulk_stuck' && done >= total >> 1;

function stumble(world, shop, operation) {
  if (operation.fault === 'bulk_canceled') return end(world, shop, operation, 'CANCELED');
  operation.errorCode = operation.fault === 'bulk_timeout' ? 'TIMEOUT' : 'INTERNAL_SERVER_ERROR';
  return end(world, shop, operation, 'FAILED');
}

function take(world, shop, operation, at) {
  if (operation.found) {
    operation.rows.push(operation.found[at]);
    return;
  }
  const { data, errors } = runFree(world, shop, operation.query, JSON.parse(operation.lines[at]));
  operation.rows.push(toJson({ ...(data ? { data } : {}), ...(errors ? { errors } : {}), __lineNumber: at }));
}

function end(world, shop, operation, status) {
  operation.status = status;
  operation.completedAt = world.clock.now();
  operation.partial = status !== 'COMPLETED';
  if (operation.rows.length && operation.fault !== 'bulk_timeout') {
    const rows = operation.found ? operation.rows : shop.noise.shuffle(operation.rows);
    operation.file = world.files.keep(shop, rows);
  }
  note(world, shop, operation, status.toLowerCase(), operation.done);
  if (!shop.installed) return;
  world.hooks.send(shop, 'bulk_operations/finish', toJson({
    admin_graphql_api_id: gid('BulkOperation', operation.id), completed_at: utc(operation.completedAt), created_at: utc(operation.createdAt),
    error_code: operation.errorCode?.toLowerCase() ?? null, status: status.toLowerCase(), type: operation.type.toLowerCase(),
  }));
}

/** A query's result as rows: a node of the root connection, and what hangs below. */
function rowsOf(world, shop, { query, grouped }) {
  const { data } = runFree(world, shop, query, {}, { bulk: true });
  const [root] = rootFields(parse(query));
  const rows = [];
  const below = [];
  for (const node of nodesOf(data?.[keyOf(root)])) unfold(node, connectionsOf(root), undefined, rows, grouped ? rows : below);
  return [...rows, ...below].map((row) => toJson(row));
}

const keyOf = (field) => field.alias?.value ?? field.name.value;
const nodesOf = (list) => list?.nodes ?? list?.edges?.map(({ node }) => node) ?? [];

function unfold(node, connections, parentId, rows, below) {
  const names = connections.map(keyOf);
  const own = Object.fromEntries(Object.entries(node).filter(([name]) => !names.includes(name)));
  rows.push(parentId ? { ...own, __parentId: parentId } : own);
  for (const field of connections) {
    for (const child of nodesOf(node[keyOf(field)])) unfold(child, connectionsOf(field), node.id, below, below);
  }
}

function operationView(world, operation) {
  const url = operation.file && `${world.origin}/bulk/results/${operation.file}`;
  return {
    __typename: 'BulkOperation', id: gid('BulkOperation', operation.id), type: operation.type, status: operation.status,
    errorCode: operation.errorCode, query: operation.query, createdAt: utc(operation.createdAt), completedAt: utc(operation.completedAt),
    objectCount: String(operation.done), rootObjectCount: String(operation.done),
    fileSize: operation.file && !operation.partial ? String(world.files.result(operation.file)?.length ?? 0) : null,
    url: operation.partial ? null : url, partialDataUrl: operation.partial ? url : null,
  };
}

const find = (shop, id) => shop.bulk.find((one) => String(one.id) === partsOf(id)?.id);

function bulkOperationCancel({ id }, { world, shop }) {
  const operation = find(shop, id);
  const wrong = !operation ? 'Bulk operation does not exist'
    : !RUNNING.has(operation.status) ? 'A bulk operation cannot be canceled when it is completed' : null;
  if (wrong) return { bulkOperation: null, userErrors: [{ field: ['id'], message: wrong }] };
  operation.status = 'CANCELING';
  return { bulkOperation: operationView(world, operation), userErrors: [] };
}

export function bulkOperation({ id }, { world, shop }) {
  const operation = find(shop, id);
  return operation ? operationView(world, operation) : null;
}

/** Of the filters only status and operation_type. */
function bulkOperations(args, { world, shop }) {
  const wanted = [...(args.query ?? '').matchAll(/(status|operation_type):'?(\w+)'?/g)];
  const fits = (one) => wanted.every(([, name, value]) => (name === 'status' ? one.status : one.type).toLowerCase() === value.toLowerCase());
  const newest = [...shop.bulk].reverse().filter(fits);
  return connection(newest, { ...args, reverse: false }, (one) => operationView(world, one), ({ id }) => ({ last_id: String(id) }));
}

export const bulkMutations = { stagedUploadsCreate, bulkOperationRunMutation, bulkOperationRunQuery, bulkOperationCancel };
export const bulkQueries = { bulkOperation, bulkOperations };
