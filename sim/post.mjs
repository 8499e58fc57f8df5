/**
 * post.mjs - one POST under Shopify's limits: 1 second to connect, 5 in all.
 */
import http from 'node:http';

const CONNECT_MS = 1000;
const TOTAL_MS = 5000;
const TICK_MS = 100;

/** After so much time in which this machine ran: while it stands still nobody could answer. */
function after(ms, act) {
  let left = ms / TICK_MS;
  const timer = setInterval(() => {
    left -= 1;
    if (left > 0) return;
    clearInterval(timer);
    act();
  }, TICK_MS);
  return timer;
}

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
    clearInterval(total);
    clearInterval(connect);
    if (status === 0) request.destroy();
    done(status, why);
  };
  const total = after(TOTAL_MS, () => finish(0, 'no answer in 5 s'));
  const connect = after(CONNECT_MS, () => finish(0, 'no connection in 1 s'));
  request.on('socket', (socket) => (socket.connecting
    ? socket.once('connect', () => clearInterval(connect)) : clearInterval(connect)));
  request.on('response', (response) => {
    response.resume();
    response.on('end', () => finish(response.statusCode ?? 0));
    response.on('error', () => finish(0, 'answer cut'));
  });
  request.on('error', (error) => finish(0, /** @type {any} */ (error).code ?? error.message));
  request.end(body);
}
