// A world to look at: the stand-in Shopify, both programs, two stores with
// orders, shipments on their way and something that failed. Prints one line of
// JSON when it is ready and stays up until it is told to end.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { call } from '../../demo/http.mjs';
import { isQuiet, look } from '../../demo/judge.mjs';
import { addStore, asMachine, startWorld } from '../../demo/world.mjs';

interface Item {
  id: string;
  state: string;
}

const root = path.join(import.meta.dirname, '../..');
const build = process.env.LOGIVERY_BUILD ?? path.join(root, 'build');
const orders = Number(process.env.LOGIVERY_ORDERS ?? 60);

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 180_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`not within three minutes: ${what}`);
    await new Promise((r) => setTimeout(r, 200));
  }
}

const dir = mkdtempSync(path.join(os.tmpdir(), 'logivery-web-'));
const world = await startWorld({ dir, build, seed: 7 });
const machine = (method: string, where: string, body?: unknown) =>
  asMachine(world, method, where, body);

async function listed(): Promise<Item[]> {
  return (await machine('GET', '/orders?limit=100')).items;
}

async function place(shop: string, count: number): Promise<void> {
  const where = `${world.sim}/control/shops/${shop}.myshopify.com/orders`;
  await call('POST', where, { body: { count } });
}

try {
  await addStore(world, 'tea-and-more.myshopify.com', { label: 'Tea and More' });
  await addStore(world, 'casa-verde.myshopify.com', { label: 'Casa Verde' });
  // One after the other, so that the newest are of the larger store.
  await place('casa-verde', 9);
  await until('the first orders', async () => (await listed()).length === 9);
  await place('tea-and-more', orders);
  await machine('POST', '/connectors', { technology: 'shopify', label: 'Not linked yet' });
  // All of them, so that no list moves while somebody looks at it.
  await until('orders', async () => isQuiet(await look(world)));
  const some = (await listed()).slice(0, 6);
  for (const [i, order] of some.entries()) {
    const made = await machine('POST', `/orders/${order.id}/shipments`, {}).catch(() => undefined);
    if (!made || i % 3 === 0) continue;
    const body = { courier: 'brt', tracking_numbers: [`08404000${i}12`] };
    await machine('POST', `/shipments/${made.id}/ship`, body).catch(() => undefined);
    if (i % 3 === 2)
      await machine('POST', `/shipments/${made.id}/deliver`, {}).catch(() => undefined);
  }
} catch (error) {
  await world.stop();
  throw error;
}

console.log(
  JSON.stringify({
    cloud: world.cloudUrl,
    app: world.appUrl,
    sim: world.sim,
    user: world.user,
    password: world.password,
    token: world.apiToken,
    dir,
    build,
  }),
);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await world.stop();
    if (existsSync(dir)) rmSync(dir, { recursive: true, force: true });
    process.exit(0);
  });
}
setInterval(() => {}, 60_000);
