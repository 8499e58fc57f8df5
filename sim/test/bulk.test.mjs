import assert from 'node:assert/strict';
import test from 'node:test';
import { startApp, startSim } from '../harness.mjs';

const ADD = 'mutation TagsAdd($id: ID!, $tags: [String!]!) { tagsAdd(id: $id, tags: $tags) { node { id ... on Order { tags updatedAt } } userErrors { field message } } }';
const STAGE = `mutation S($input: [StagedUploadInput!]!) { stagedUploadsCreate(input: $input) {
  stagedTargets { url parameters { name value } } userErrors { field message } } }`;
const RUN = `mutation R($mutation: String!, $path: String!, $own: String) {
  bulkOperationRunMutation(mutation: $mutation, stagedUploadPath: $path, clientIdentifier: $own) {
    bulkOperation { id status query } userErrors { code field message } } }`;
const RUN_QUERY = `mutation Q($query: String!, $group: Boolean!) { bulkOperationRunQuery(query: $query, groupObjects: $group) {
  bulkOperation { id status } userErrors { code field message } } }`;
const STATUS = `query B($id: ID!) { node(id: $id) { ... on BulkOperation {
  id type status errorCode objectCount fileSize url partialDataUrl query } } }`;
const CANCEL = 'mutation C($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation { status } userErrors { message } } }';
const ORDERS = '{ orders { edges { node { id name tags lineItems { edges { node { id title } } } } } } }';
const INPUT = [{ resource: 'BULK_MUTATION_VARIABLES', filename: 'tags.jsonl', mimeType: 'text/jsonl', httpMethod: 'POST' }];

async function upload(sim, text) {
  const { data } = await sim.ask(STAGE, { input: INPUT });
  const [{ url, parameters }] = data.stagedUploadsCreate.stagedTargets;
  const form = new FormData();
  for (const { name, value } of parameters) form.append(name, value);
  form.append('file', new Blob([text]), 'tags.jsonl');
  const { status } = await fetch(url, { method: 'POST', body: form });
  return { status, path: parameters.find(({ name }) => name === 'key').value };
}

const linesOf = (orders, tag) => orders.map(({ id }) => JSON.stringify({ id, tags: [tag] })).join('\n');

async function runTags(sim, text, mutation = ADD) {
  const { path } = await upload(sim, text);
  return (await sim.ask(RUN, { mutation, path, own: 'sim-test-0001' })).data.bulkOperationRunMutation;
}

/** Asks until it is over; the webhook says when. */
async function finished(sim, app, id) {
  for (let n = 1; ; n += 1) {
    await app.received(n);
    const { data } = await sim.ask(STATUS, { id });
    if (!['CREATED', 'RUNNING', 'CANCELING'].includes(data.node.status)) return data.node;
  }
}

async function rows(url) {
  const answer = await fetch(url);
  return (await answer.text()).split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

/** A store with orders, whose app hears of bulk operations and of nothing else. */
async function world(t, count = 3) {
  const sim = await startSim(t);
  const app = await startApp(t);
  const orders = await sim.control('/shops/alpha/orders', { count, quiet: true });
  await sim.control('/app', { url: app.url, topics: ['bulk_operations/finish'] });
  await sim.control('/shops/alpha', { bulk_start_ms: 0 });
  return { sim, app, orders };
}

const calls = async (sim, name) => (await sim.control('/calls')).filter(({ operation }) => operation === name);

test('a bulk mutation runs each line, says how each ended, and costs the points of its calls only', async (t) => {
  const { sim, app, orders } = await world(t);
  const lines = `${linesOf(orders, 'red')}\n${JSON.stringify({ id: 'gid://shopify/Order/1', tags: ['red'] })}`;
  const { bulkOperation, userErrors } = await runTags(sim, lines);
  assert.deepEqual([bulkOperation.status, bulkOperation.query, userErrors], ['CREATED', ADD, []]);
  const over = await finished(sim, app, bulkOperation.id);
  assert.deepEqual([over.status, over.objectCount, over.partialDataUrl], ['COMPLETED', '4', null]);
  const found = (await rows(over.url)).sort((a, b) => a.__lineNumber - b.__lineNumber);
  assert.deepEqual(found.map((row) => row.data.tagsAdd.node?.tags.includes('red') ?? null), [true, true, true, null]);
  assert.deepEqual(found[3].data.tagsAdd.userErrors[0].field, ['id']);
  assert.deepEqual((await calls(sim, 'R')).map(({ actual }) => actual), [10]);
  const [hook] = app.deliveries;
  assert.deepEqual(JSON.parse(hook.body).admin_graphql_api_id, bulkOperation.id);
  assert.deepEqual([JSON.parse(hook.body).status, JSON.parse(hook.body).type], ['completed', 'mutation']);
});

test('a file is told apart from none, from another store\'s and from nonsense', async (t) => {
  const { sim } = await world(t);
  const none = (await sim.ask(RUN, { mutation: ADD, path: 'tmp/1/bulk/x' })).data.bulkOperationRunMutation;
  assert.equal(none.userErrors[0].code, 'NO_SUCH_FILE');
  assert.equal((await runTags(sim, 'no json\n')).userErrors[0].code, 'INVALID_STAGED_UPLOAD_FILE');
  const { status } = await fetch(`${sim.url}/bulk/uploads`, { method: 'POST', body: 'x', headers: { 'Content-Type': 'text/plain' } });
  assert.equal(status, 400);
});

/** sentence, mutation or query, words */
const UNFIT = [
  ['two root fields', `mutation T($id: ID!, $tags: [String!]!) { a: tagsAdd(id: $id, tags: $tags) { node { id } } b: tagsRemove(id: $id, tags: $tags) { node { id } } }`, /one root field/],
  ['a bulk operation itself', 'mutation B($id: ID!) { bulkOperationCancel(id: $id) { userErrors { message } } }', /in bulk/],
  ['a field that is none', 'mutation B($id: ID!) { tagsAdd(id: $id, tags: "a") { nothing } }', /nothing/],
  ['a query', '{ shop { id } }', /not a mutation/],
];
for (const [sentence, mutation, words] of UNFIT) {
  test(`a bulk mutation may not hold ${sentence}`, async (t) => {
    const { sim, orders } = await world(t, 1);
    const { bulkOperation, userErrors } = await runTags(sim, linesOf(orders, 'a'), mutation);
    assert.equal(bulkOperation, null);
    assert.match(userErrors[0].message, words);
    assert.equal(userErrors[0].code, 'INVALID_MUTATION');
  });
}

const UNFIT_QUERIES = [
  ['no connection', '{ shop { id } }', /at least one connection/],
  ['node(id:) at its root', '{ node(id: "gid://shopify/Order/1") { id } }', /node and nodes/],
  ['variables', 'query A($q: String) { orders(query: $q) { edges { node { id } } } }', /variables/],
  ['three levels of connections', '{ products { edges { node { id collections { edges { node { id products { edges { node { id } } } } } } } } } }', /nesting depth/],
];
for (const [sentence, query, words] of UNFIT_QUERIES) {
  test(`a bulk query may not hold ${sentence}`, async (t) => {
    const { sim } = await world(t, 1);
    const { userErrors } = (await sim.ask(RUN_QUERY, { query, group: true })).data.bulkOperationRunQuery;
    assert.match(userErrors[0].message, words);
  });
}

test('five of a kind run at once; the sixth is refused in the recorded words, another kind is not', async (t) => {
  const { sim, orders } = await world(t, 1);
  await sim.control('/shops/alpha', { bulk_start_ms: 60000 });
  for (let i = 0; i < 5; i += 1) assert.equal((await runTags(sim, linesOf(orders, 'a'))).userErrors.length, 0);
  const [sixth] = (await runTags(sim, linesOf(orders, 'a'))).userErrors;
  assert.equal(sixth.code, 'OPERATION_IN_PROGRESS');
  assert.match(sixth.message, /^A bulk mutation operation for this app and shop is already in progress: (gid:\/\/shopify\/BulkOperation\/\d+(, |\.)){5}$/);
  assert.deepEqual((await sim.ask(RUN_QUERY, { query: ORDERS, group: true })).data.bulkOperationRunQuery.userErrors, []);
});

test('a bulk query gives every order and its lines, grouped or not, past any page', async (t) => {
  const { sim, app } = await world(t, 260);
  for (const group of [true, false]) {
    const { bulkOperation } = (await sim.ask(RUN_QUERY, { query: ORDERS, group })).data.bulkOperationRunQuery;
    const over = await finished(sim, app, bulkOperation.id);
    const found = await rows(over.url);
    const roots = found.filter((row) => !row.__parentId);
    assert.equal(roots.length, 260);
    assert.equal(roots[0].lineItems, undefined);
    const at = (id) => found.findIndex((row) => row.id === id);
    const child = found.find((row) => row.__parentId === roots[0].id);
    assert.equal(at(child.id) === at(roots[0].id) + 1, group);
    assert.equal(String((await (await fetch(over.url)).arrayBuffer()).byteLength), over.fileSize);
  }
});

test('a result can be fetched by range, and not after seven days', async (t) => {
  const { sim, app, orders } = await world(t);
  const { url, fileSize } = await finished(sim, app, (await runTags(sim, linesOf(orders, 'a'))).bulkOperation.id);
  const part = await fetch(url, { headers: { Range: 'bytes=5-9' } });
  assert.equal(part.status, 206);
  assert.equal(part.headers.get('content-range'), `bytes 5-9/${fileSize}`);
  assert.equal((await part.text()).length, 5);
  assert.equal((await fetch(url, { headers: { Range: `bytes=${fileSize}-` } })).status, 416);
  await sim.control('/clock', { advance_ms: 7 * 86400000 + 1 });
  assert.equal((await fetch(url)).status, 404);
});

/** fault, status, error code, is there a partial result */
const ENDINGS = [
  ['bulk_failed', 'FAILED', 'INTERNAL_SERVER_ERROR', true], ['bulk_timeout', 'FAILED', 'TIMEOUT', false], ['bulk_canceled', 'CANCELED', null, true],
];
for (const [kind, status, code, partial] of ENDINGS) {
  test(`${kind}: half of it is done, and the other half never`, async (t) => {
    const { sim, app, orders } = await world(t, 4);
    await sim.control('/faults', { kind });
    const over = await finished(sim, app, (await runTags(sim, linesOf(orders, 'red'))).bulkOperation.id);
    assert.deepEqual([over.status, over.errorCode, over.url, over.fileSize], [status, code, null, null]);
    assert.equal(over.partialDataUrl !== null, partial);
    if (partial) assert.equal((await rows(over.partialDataUrl)).length, 2);
    const tagged = (await sim.control('/shops/alpha/orders')).filter(({ tags }) => tags.includes('red'));
    assert.equal(tagged.length, 2);
  });
}

test('cancelling stops it a moment later; uninstalling stops it, and nothing is told', async (t) => {
  const { sim, app, orders } = await world(t, 4);
  await sim.control('/shops/alpha', { bulk_line_ms: 1000 });
  const first = (await runTags(sim, linesOf(orders, 'red'))).bulkOperation;
  const asked = (await sim.ask(CANCEL, { id: first.id })).data.bulkOperationCancel;
  assert.equal(asked.bulkOperation.status, 'CANCELING');
  assert.equal((await finished(sim, app, first.id)).status, 'CANCELED');
  assert.match((await sim.ask(CANCEL, { id: first.id })).data.bulkOperationCancel.userErrors[0].message, /cannot be canceled/);
  const second = (await runTags(sim, linesOf(orders, 'blue'))).bulkOperation;
  const stopped = new Promise((resolve) => {
    sim.world.journal.listen((event) => { if (event.kind === 'bulk' && event.what === 'canceled') resolve(event); });
  });
  await sim.control('/shops/alpha/uninstall', {});
  await stopped;
  assert.equal(app.deliveries.length, 1);
  assert.ok(second.id);
});

test('operations are listed, newest first, by status and kind', async (t) => {
  const { sim, app, orders } = await world(t, 1);
  const first = (await runTags(sim, linesOf(orders, 'a'))).bulkOperation;
  await finished(sim, app, first.id);
  await sim.control('/shops/alpha', { bulk_start_ms: 60000 });
  const second = (await runTags(sim, linesOf(orders, 'b'))).bulkOperation;
  const list = async (query) => (await sim.ask('query L($q: String) { bulkOperations(first: 10, query: $q) { nodes { id } } }', { q: query }))
    .data.bulkOperations.nodes.map(({ id }) => id);
  assert.deepEqual(await list(null), [second.id, first.id]);
  assert.deepEqual(await list('operation_type:mutation'), [second.id, first.id]);
  assert.deepEqual(await list('status:completed'), [first.id]);
  assert.deepEqual(await list('operation_type:query'), []);
});
