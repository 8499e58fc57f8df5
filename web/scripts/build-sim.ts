// The stand-in admin: its pages, the two scripts that stand for Shopify's, and
// the admin actions that build-extensions.ts has built.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'smol-toml';

interface Targeting {
  target: string;
  should_render?: { module: string };
}

const web = path.join(import.meta.dirname, '..');
const out = path.join(web, 'dist/sim');
const built = path.join(web, 'dist/app/extensions');

rmSync(out, { recursive: true, force: true });
mkdirSync(path.join(out, 'extensions'), { recursive: true });

for (const name of ['admin', 'worker', 'polaris', 'app-bridge']) {
  const vite = path.join(web, 'node_modules/vite/bin/vite.js');
  const run = spawnSync(
    process.execPath,
    [vite, 'build', '-c', path.join(web, 'sim/vite.config.ts'), '--logLevel', 'warn'],
    { stdio: 'inherit', env: { ...process.env, SIM_FILE: name } },
  );
  if (run.status !== 0) process.exit(1);
}

function localesOf(dir: string): Record<string, unknown> {
  const names = readdirSync(path.join(dir, 'locales'));
  return Object.fromEntries(
    names.map((name) => [
      name.split('.')[0],
      JSON.parse(readFileSync(path.join(dir, 'locales', name), 'utf8')),
    ]),
  );
}

function take(dir: string, name: string): string {
  copyFileSync(path.join(dir, 'dist', name), path.join(out, 'extensions', name));
  return name;
}

const targets = ['send-orders', 'update-sync-status'].flatMap((handle) => {
  const dir = path.join(built, handle);
  const toml = parse(readFileSync(path.join(dir, 'shopify.extension.toml'), 'utf8'));
  const [extension] = toml.extensions as unknown as { targeting: Targeting[] }[];
  return (extension?.targeting ?? []).map((one) => ({
    target: one.target,
    handle,
    bundle: take(dir, `${handle}.js`),
    condition: one.should_render ? take(dir, `${handle}-conditions.js`) : null,
    locales: localesOf(dir),
  }));
});
writeFileSync(path.join(out, 'extensions.json'), JSON.stringify(targets));
