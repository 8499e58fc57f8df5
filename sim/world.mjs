/**
 * world.mjs - everything one process holds, and how it starts again.
 */
import { makeClock } from './clock.mjs';
import { makeFiles } from './bulk_files.mjs';
import { CALM, makeFaults } from './faults.mjs';
import { COMPLIANCE_TOPICS, makeHooks, TOPICS } from './hooks.mjs';
import { makeJournal } from './journal.mjs';
import { makeRandom } from './random.mjs';
import { domainOf } from './store.mjs';

/** What the app's configuration asks for. */
const SCOPES = [
  'read_orders', 'write_orders', 'read_customers', 'read_products', 'read_locations',
  'read_merchant_managed_fulfillment_orders', 'write_merchant_managed_fulfillment_orders',
  'read_fulfillments', 'write_fulfillments',
];

/**
 * @param {{schema: import('graphql').GraphQLSchema, seed: string|number, clientId?: string, clientSecret?: string, timeScale?: number,
 *          clock?: ReturnType<typeof makeClock>}} start
 */
export function makeWorld(start) {
  const random = makeRandom(start.seed);
  const clock = start.clock ?? makeClock();
  const world = {
    schema: start.schema, seed: start.seed, random, clock, timeScale: start.timeScale ?? 1, adminDir: start.adminDir ?? '',
    app: {
      url: null, clientId: start.clientId ?? 'client', clientSecret: start.clientSecret ?? 'secret',
      topics: [...TOPICS, ...COMPLIANCE_TOPICS], scopes: SCOPES,
    },
    shops: new Map(), weather: { ...CALM },
    /** Our own address, as the last caller wrote it. */
    origin: '', files: makeFiles(clock),
    journal: makeJournal(clock), faults: makeFaults(random.fork('faults')),
    stats: { calls: 0, points: 0, requested: 0, throttled: 0, overdrawn: 0, bulk: {} },
    /** The weather over one store. */
    weatherOf: (shop) => (shop.weather ? { ...world.weather, ...shop.weather } : world.weather),
    shop: (name) => world.shops.get(domainOf(name)),
    reset() {
      world.shops.clear();
      world.weather = { ...CALM };
      world.files.clear();
      world.journal.clear();
      world.faults.reset();
      world.hooks.reset();
      for (const key of Object.keys(world.stats)) world.stats[key] = key === 'bulk' ? {} : 0;
    },
  };
  world.hooks = makeHooks(world);
  return world;
}
