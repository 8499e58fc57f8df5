// Starts what the browser tests need, and ends it: both programs, with the pages
// that are built into them, and the stand-in Shopify.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import path from 'node:path';

const web = path.join(import.meta.dirname, '..');

async function startWorld(): Promise<{ child: ChildProcess; world: Record<string, string> }> {
  const child = spawn(process.execPath, [path.join(web, 'dev/world.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout?.on('data', (data) => {
    text += data;
  });
  while (!text.includes('\n')) {
    await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')]);
    if (child.exitCode !== null) throw new Error('the world did not start');
  }
  return { child, world: JSON.parse(text) };
}

export default async function start() {
  // With LOGIVERY_BESIDE another run is at work, whose pictures stay.
  if (!process.env.LOGIVERY_BESIDE)
    rmSync(path.join(web, 'tests/seen'), { recursive: true, force: true });
  const { child, world } = await startWorld();
  process.env.LOGIVERY_WORLD = JSON.stringify(world);
  const page = await fetch(`${world.cloud}/`);
  if (!page.ok)
    throw new Error('the Cloud App has no pages: npm run build, then build it with ninja');
  return async () => {
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
}
