/**
 * post.mjs - one POST under Shopify's limits: 1 second to connect, 5 in all.
 */
import http from 'node:http';

const CONNECT_MS = 1000;
const TOTAL_MS = 5000;

/**
 * Calls back exactly once: with the status once the whole answer is there, or
 * with 0 and the reason.
 * @param {http.Agent} agent @param {string} url @param {http.OutgoingHttpHeaders} headers @param {Buffer} body
 * @param {(status: number, why?: string) => void} done
 */
export function post(agent, url, headers, body, done) {
  let settled = false;
  const request = http.request(url, { method: 'POST', agent, headers });
  const finish = (status, why) => {
    if (settled) return;
    settled = true;
    clearTimeout(total);
    clearTimeout(connect);
    if (status === 0) request.destroy();
    done(status, why);
  };
  const total = setTimeout(() => finish(0, 'no answer in 5 s'), TOTAL_MS);
  const connect = setTimeout(() => finish(0, 'no connection in 1 s'), CONNECT_MS);
  request.on('socket', (socket) => (socket.connecting
    ? socket.once('connect', () => clearTimeout(connect)) : clearTimeout(connect)));
  request.on('response', (response) => {
    response.resume();
    response.on('end', () => finish(response.statusCode ?? 0));
    response.on('error', () => finish(0, 'answer cut'));
  });
  request.on('error', (error) => finish(0, /** @type {any} */ (error).code ?? error.message));
  request.end(body);
}
