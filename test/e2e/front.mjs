// Something before a program or a store: passes every request on, remembers it,
// and does to it what a rule says.

import { once } from 'node:events';
import http from 'node:http';

/**
 * `rule(request)` answers 'pass' (also undefined), 'drop' (the connection is
 * cut, nothing is passed on), 'lose' (passed on, then cut: the answer is lost),
 * a status to answer instead, or an object of what befalls the way:
 *
 *   delayMs  so late it is passed on        request  this body instead
 *   cut      the answer's bytes until cut   answer   (text) => another text
 *   slice    bytes of the answer at a time, a moment apart
 *
 * or a promise of one, which holds it back.
 */
export async function startFront(target) {
  const front = { seen: [], rule: () => 'pass' };
  const server = http.createServer(async (request, response) => {
    const body = await whole(request).catch(() => null);
    if (!body) return; // who asked has gone
    const note = { method: request.method, path: request.url, at: Date.now(), body };
    front.seen.push(note);
    const what = (await front.rule(note)) ?? 'pass';
    if (what === 'drop') {
      request.socket.destroy();
    } else if (typeof what === 'number') {
      response.writeHead(what, { 'content-type': 'application/json' });
      response.end('{}');
    } else {
      await pass(target, request, body, response, what === 'lose' ? { lose: true } : what);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  front.url = `http://127.0.0.1:${server.address().port}`;
  front.count = (method, end) => front.seen.filter((n) => n.method === method && n.path.endsWith(end)).length;
  front.close = () => { server.closeAllConnections(); server.close(); };
  return front;
}

const SLICE_MS = 5;
const pause = (ms) => new Promise((r) => setTimeout(r, ms));

async function whole(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

async function pass(target, request, asked, response, how) {
  const { host: _host, 'transfer-encoding': _coding, 'content-length': _length, ...headers } = request.headers;
  const body = Buffer.from(how.request ?? asked);
  if (how.delayMs) await pause(how.delayMs);
  if (body.length || request.method !== 'GET') headers['content-length'] = body.length;
  const onward = http.request(target + request.url, { method: request.method, headers, agent: false });
  const cut = () => request.socket.destroy();
  onward.once('error', cut);
  onward.once('response', (answer) => whole(answer).then((got) => {
    if (how.lose) return cut();
    return give(response, answer, how.answer ? Buffer.from(how.answer(got.toString())) : got, how);
  }, cut));
  onward.end(body);
}

async function give(response, { statusCode, headers }, body, how) {
  const { 'transfer-encoding': _coding, ...rest } = headers;
  response.writeHead(statusCode, { ...rest, 'content-length': body.length });
  if (how.cut !== undefined && how.cut < body.length) {
    response.write(body.subarray(0, how.cut), () => response.destroy());
    return;
  }
  const step = how.slice ?? body.length;
  for (let at = 0; step && at + step < body.length; at += step) {
    response.write(body.subarray(at, at + step));
    await pause(SLICE_MS);
  }
  response.end(step ? body.subarray(Math.floor((body.length - 1) / step) * step) : body);
}
