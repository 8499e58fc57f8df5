/**
 * server.mjs - the HTTP face: the stores' Admin API and the control API.
 *
 * A store's address is /shops/{domain}, so that one port holds any number of
 * stores.  Faults strike here, on the wire, where they strike in real life.
 */
import http from 'node:http';
import { serveAdmin } from './admin.mjs';
import { formParts, serveResult, takeUpload, UPLOAD_MAX } from './bulk_files.mjs';
import { handleControl } from './control.mjs';
import { readCall, runCall } from './execute.mjs';
import { uuid } from './random.mjs';
import { answerTokenRequest } from './tokens.mjs';

const MAX_BODY = 16 * 1024 * 1024;
const UNKNOWN_TOKEN = '[API] Invalid API key or access token (unrecognized login or wrong password)';
const HTML = '<!DOCTYPE html><html><head><title>Something went wrong</title></head><body><h1>Oops</h1></body></html>';

/** @param {any} world */
export function makeServer(world) {
  const server = http.createServer((request, response) => {
    serve(world, request, response).catch((error) => {
      if (!response.headersSent) sendJson(response, error.status ?? 500, { error: error.message });
      else response.destroy();
    });
  });
  server.keepAliveTimeout = 65000;
  return server;
}

const ROUTES = [
  [/^\/shops\/([^/]+)\/admin\/api\/[^/]+\/graphql\.json$/, graphql],
  [/^\/shops\/([^/]+)\/admin\/oauth\/access_token$/, accessToken],
];

async function serve(world, request, response) {
  const url = new URL(request.url, 'http://sim');
  if (url.pathname.startsWith('/control')) {
    await handleControl(world, request, response, url, () => readBody(request));
    return;
  }
  if (/^\/(admin(\/|$)|$)/.test(url.pathname) && request.method === 'GET') {
    await serveAdmin(world, response, url);
    return;
  }
  world.origin = `http://${request.headers.host}`;
  if (url.pathname.startsWith('/bulk/')) {
    await storage(world, request, response, url);
    return;
  }
  const found = ROUTES.map(([pattern, handler]) => ({ match: pattern.exec(url.pathname), handler })).find(({ match }) => match);
  const shop = found && world.shop(decodeURIComponent(found.match[1]));
  if (!shop || request.method !== 'POST') {
    sendJson(response, 404, { errors: 'Not Found' });
    return;
  }
  await found.handler(world, shop, request, response, await readBody(request));
}

export const readBody = async (request) => (await readBytes(request, MAX_BODY)).toString('utf8');

async function readBytes(request, max) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > max) throw Object.assign(new Error('body too large'), { status: 413 });
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** What stands on another host in real life: no token, only addresses. */
async function storage(world, request, response, url) {
  const type = { 'Content-Type': 'text/plain' };
  if (request.method === 'POST' && url.pathname === '/bulk/uploads') {
    const form = formParts(request.headers['content-type'], await readBytes(request, UPLOAD_MAX + MAX_BODY));
    const [status, text] = world.faults.bulk('bulk_upload_fails') ? [503, 'SlowDown'] : takeUpload(world, form);
    sendText(response, status, text, type);
    return;
  }
  const bytes = world.files.result(url.pathname.replace('/bulk/results/', ''));
  if (!bytes || request.method !== 'GET') {
    sendText(response, 404, 'NoSuchKey', type);
    return;
  }
  const [status, headers, body] = serveResult(bytes, request.headers.range);
  response.writeHead(status, { 'Content-Type': 'application/jsonl', 'Content-Length': body.length, ...headers });
  if (!world.faults.bulk('bulk_download_cut')) response.end(body);
  else response.write(body.subarray(0, body.length >> 1), () => response.destroy());
}

export function sendJson(response, status, body, headers = {}) {
  sendText(response, status, JSON.stringify(body), { 'Content-Type': 'application/json; charset=utf-8', ...headers });
}

export function sendText(response, status, text, headers) {
  response.writeHead(status, { 'Content-Length': Buffer.byteLength(text), ...headers });
  response.end(text);
}

/** One GraphQL call: identify, read, let a fault strike, run, answer, note. */
async function graphql(world, shop, request, response, text) {
  const started = process.hrtime.bigint();
  const headers = { 'X-Shopify-API-Version': world.weatherOf(shop).api_version, 'X-Request-Id': uuid(shop.noise) };
  const note = (entry) => noteCall(world, shop, started, entry);
  if (!shop.installed || !shop.tokens.accepts(request.headers['x-shopify-access-token'])) {
    note({ operation: null, status: 401, fault: null });
    sendJson(response, 401, { errors: UNKNOWN_TOKEN }, headers);
    return;
  }
  const call = readCall(world, shop, parseJson(text) ?? {});
  const about = { operation: call.operation?.name?.value ?? null, ids: idsOf(call.raw), requested: call.requested ?? null };
  if (call.errors) {
    note({ ...about, status: 200, errors: call.errors.map((error) => error.message), fault: null });
    sendJson(response, 200, { errors: call.errors }, headers);
    return;
  }
  const write = call.operation.operation === 'mutation';
  const fault = world.faults.ofCall(world.weatherOf(shop), { shop: shop.domain, write, target: 'api', operation: about.operation });
  const result = !fault || fault.applies || fault.throttled ? runCall(world, shop, call, { forced: fault?.throttled }) : null;
  count(world, result, call.requested);
  await answerWith(response, fault, 200, result?.body, headers);
  note({
    ...about, actual: result?.points ?? null, throttled: result?.throttled ?? false, overdrawn: result?.overdrawn ?? false,
    status: fault?.cut ? 0 : fault?.status ?? 200, fault: fault?.kind ?? null, errors: result?.body.errors?.map((error) => error.message),
  });
}

function count(world, result, requested) {
  world.stats.calls += 1;
  if (!result) return;
  world.stats.points += result.points;
  world.stats.requested += result.throttled ? 0 : requested;
  world.stats.throttled += Number(result.throttled);
  world.stats.overdrawn += Number(result.overdrawn);
}

/** Sends an answer, or what a fault makes of it. */
async function answerWith(response, fault, status, body, headers) {
  if (fault?.slow) await new Promise((resolve) => { setTimeout(resolve, fault.ms); });
  if (fault?.cut) response.destroy();
  else if (fault?.html) sendText(response, fault.status, HTML, { ...headers, 'Content-Type': 'text/html' });
  else if (fault?.status) sendJson(response, fault.status, { errors: faultText(fault.status) }, { ...headers, ...retryAfter(fault.status) });
  else if (fault?.truncated) truncate(response, JSON.stringify(body), headers);
  else sendJson(response, status, body, headers);
}

const faultText = (status) => (status === 401 ? UNKNOWN_TOKEN : http.STATUS_CODES[status]);
const retryAfter = (status) => (status === 429 || status === 503 ? { 'Retry-After': '1' } : {});

/** Half of the body of an answer that promised all of it. */
function truncate(response, text, headers) {
  response.writeHead(200, { ...headers, 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  response.write(text.slice(0, text.length >> 1), () => response.destroy());
}

function noteCall(world, shop, started, entry) {
  const ms = Number(process.hrtime.bigint() - started) / 1e6;
  const call = world.journal.call({ shop: shop.domain, ...entry, ms: Math.round(ms * 10) / 10 });
  if (call.fault || call.throttled) {
    world.journal.event('api', { shop: shop.domain, operation: call.operation, fault: call.fault, throttled: call.throttled });
  }
}

/** The global ids in the variables, wherever they are. */
function idsOf(value) {
  if (typeof value === 'string') return value.startsWith('gid://') ? [value] : [];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(idsOf);
}

export function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function accessToken(world, shop, request, response, text) {
  const started = process.hrtime.bigint();
  const json = (request.headers['content-type'] ?? '').includes('json');
  const form = (json ? parseJson(text) : Object.fromEntries(new URLSearchParams(text))) ?? {};
  const fault = world.faults.ofCall(world.weatherOf(shop), { shop: shop.domain, write: true, target: 'token' });
  const strikes = fault && !fault.applies;
  const { status, body } = strikes ? { status: 0, body: null } : answerTokenRequest(world, shop, form);
  await answerWith(response, fault?.throttled ? { status: 429 } : fault, status, body, {});
  noteCall(world, shop, started, {
    operation: `oauth ${form.grant_type === 'refresh_token' ? 'refresh' : 'exchange'}`, status: fault?.cut ? 0 : fault?.status ?? status,
    fault: fault?.kind ?? null, errors: body?.error ? [body.error_description] : undefined,
  });
}
