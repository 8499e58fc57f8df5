// Something before a program: passes every request on, remembers it, and does
// to it what a test's rule says.

import { once } from 'node:events';
import http from 'node:http';

/**
 * `rule(request)` answers 'pass' (also undefined), 'drop' (the connection is
 * cut, nothing is passed on), 'lose' (passed on, then cut: the answer is lost)
 * or a status to answer instead; or a promise of one, which holds it back.
 */
export async function startFront(target) {
  const front = { seen: [], rule: () => 'pass' };
  const server = http.createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts);
    const note = { method: request.method, path: request.url, at: Date.now(), body };
    front.seen.push(note);
    const what = (await front.rule(note)) ?? 'pass';
    if (what === 'drop') return request.socket.destroy();
    if (typeof what === 'number') {
      response.writeHead(what, { 'content-type': 'application/json' });
      return response.end('{}');
    }
    return pass(target, request, body, response, what === 'lose');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  front.url = `http://127.0.0.1:${server.address().port}`;
  front.count = (method, end) => front.seen.filter((n) => n.method === method && n.path.endsWith(end)).length;
  front.close = () => { server.closeAllConnections(); server.close(); };
  return front;
}

function pass(target, request, body, response, lose) {
  const { host: _host, ...headers } = request.headers;
  const onward = http.request(target + request.url, { method: request.method, headers, agent: false }, async (answer) => {
    const parts = [];
    for await (const part of answer) parts.push(part);
    if (lose) return request.socket.destroy();
    response.writeHead(answer.statusCode, answer.headers);
    return response.end(Buffer.concat(parts));
  });
  onward.on('error', () => request.socket.destroy());
  onward.end(body);
}
