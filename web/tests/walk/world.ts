// A world of the walk's own, with nothing in it: the stand-in Shopify, both
// programs, and a first user. What the person meets is made by the person.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test as base } from '@playwright/test';
import { startWorld, type World } from '../../../demo/world.mjs';

const root = path.join(import.meta.dirname, '../../..');
const build = process.env.LOGIVERY_BUILD ?? path.join(root, 'build');

export const test = base.extend<{ empty: World }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what is asked for from it
  empty: async ({}, use) => {
    const dir = mkdtempSync(path.join(os.tmpdir(), 'logivery-walk-'));
    const world = await startWorld({ dir, build, seed: 11 });
    await use(world);
    await world.stop();
    rmSync(dir, { recursive: true, force: true });
  },
});
