// A world whose lists are long: real rows behind every page.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { call } from '../../../demo/http.mjs';
import { addStore, asMachine, startWorld, type World } from '../../../demo/world.mjs';
import { expect } from '../kit.ts';
import { fillApp, fillCloud } from './fill.ts';

export const SHOP = 'full.myshopify.com';
const SEEDS = 20;
const root = path.join(import.meta.dirname, '../../..');
const build = process.env.LOGIVERY_BUILD ?? path.join(root, 'build');

interface Order {
  id: string;
}

/** Some orders that came the usual way, some of them shipped. */
async function seed(world: World): Promise<void> {
  await addStore(world, SHOP, { label: 'Full house' });
  await asMachine(world, 'POST', '/connectors', { technology: 'shopify', label: 'Not linked' });
  await call('POST', `${world.sim}/control/shops/${SHOP}/orders`, {
    body: { shape: 'plain', count: SEEDS },
  });
  const synced = () => asMachine(world, 'GET', '/orders?state=synced&limit=100');
  await expect.poll(async () => (await synced()).items.length, { timeout: 60_000 }).toBe(SEEDS);
  const { items }: { items: Order[] } = await synced();
  for (const { id } of items.slice(0, 5)) {
    const made = await asMachine(world, 'POST', `/orders/${id}/shipments`, {});
    await asMachine(world, 'POST', `/shipments/${made.id}/ship`, {
      courier: 'brt',
      tracking_numbers: [`08404${id}`],
    });
  }
}

export async function openFull(): Promise<World> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'logivery-full-'));
  const world = await startWorld({ dir, build, seed: 5 });
  try {
    await seed(world);
    await Promise.all([world.app.stop(), world.cloud.stop()]);
    fillCloud(path.join(dir, 'cloud/cloud.db'), SEEDS);
    fillApp(path.join(dir, 'shopify/shopify.db'));
    await Promise.all([world.app.start(), world.cloud.start()]);
  } catch (error) {
    await closeFull(world);
    throw error;
  }
  return world;
}

export async function closeFull(world: World): Promise<void> {
  await world.stop();
  rmSync(world.dir, { recursive: true, force: true });
}
