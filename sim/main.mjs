/**
 * main.mjs - starts the stand-in Shopify.
 *
 *   node main.mjs --listen 127.0.0.1:0 --schema FILE --seed N
 *                 [--client-id ID] [--client-secret S] [--time-scale X]
 *                 [--admin FOLDER]     built pages of the admin (../web/dist/sim)
 *
 * Prints {"url": "..."} when it is ready.  Loopback only: the control API has
 * no authentication.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadSchema } from './schema.mjs';
import { makeServer } from './server.mjs';
import { makeWorld } from './world.mjs';

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

function fail(message) {
  process.stderr.write(`sim: ${message}\n`);
  process.exit(2);
}

const OPTIONS = /** @type {const} */ ({
  listen: { type: 'string', default: '127.0.0.1:0' }, schema: { type: 'string' }, seed: { type: 'string', default: '1' },
  'client-id': { type: 'string' }, 'client-secret': { type: 'string' }, 'time-scale': { type: 'string', default: '1' },
  admin: { type: 'string', default: fileURLToPath(new URL('../web/dist/sim', import.meta.url)) },
});

/** What `work` gives; what it throws is one line and exit 2. */
function orFail(work) {
  try {
    return work();
  } catch (error) {
    return fail(error.message);
  }
}

function readOptions() {
  const { values } = orFail(() => parseArgs({ options: OPTIONS }));
  if (!values.schema) fail('--schema FILE is missing (schema.sh fetches it)');
  const colon = values.listen.lastIndexOf(':');
  const host = values.listen.slice(0, colon);
  if (!LOOPBACK.has(host)) fail(`--listen ${values.listen}: only loopback addresses, the control API has no authentication`);
  return { ...values, host, port: Number(values.listen.slice(colon + 1)) };
}

const options = readOptions();
const timeScale = Number(options['time-scale']);
if (!(timeScale > 0)) fail(`--time-scale ${options['time-scale']}: a number above 0`);
const world = makeWorld({
  schema: orFail(() => loadSchema(options.schema)), seed: options.seed, clientId: options['client-id'], clientSecret: options['client-secret'],
  timeScale, adminDir: options.admin,
});
const server = makeServer(world);
server.on('error', (error) => fail(error.message));
server.listen(options.port, options.host, () => {
  const { address, port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  process.stdout.write(`${JSON.stringify({ url: `http://${address.includes(':') ? `[${address}]` : address}:${port}` })}\n`);
});

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));
