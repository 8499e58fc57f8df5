// The admin actions as Shopify's own tool builds them: in a copy, since that
// tool writes beside the sources and wants a client id that is one.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { report } from './report.ts';

const LIMIT = 64 * 1024;
const web = path.join(import.meta.dirname, '..');
const app = path.join(web, 'dist/app');
const handles = ['send-orders', 'update-sync-status'];

rmSync(app, { recursive: true, force: true });
mkdirSync(app, { recursive: true });
cpSync(path.join(web, 'extensions'), path.join(app, 'extensions'), { recursive: true });
cpSync(path.join(web, 'shared'), path.join(app, 'shared'), { recursive: true });
cpSync(path.join(web, 'tsconfig.json'), path.join(app, 'tsconfig.json'));
writeFileSync(path.join(app, 'package.json'), '{"name": "logivery-app", "private": true}\n');
const config = readFileSync(path.join(web, '../shopify.app.toml'), 'utf8')
  .replace(/^client_id = .*$/m, `client_id = "${'0'.repeat(32)}"`)
  .replace(/^extension_directories = .*$/m, '');
writeFileSync(path.join(app, 'shopify.app.toml'), config);

const cli = path.join(web, 'node_modules/.bin/shopify');
const run = spawnSync(process.execPath, [cli, 'app', 'build', '--path', app], {
  encoding: 'utf8',
  env: { ...process.env, CI: '1', SHOPIFY_CLI_NO_ANALYTICS: '1' },
});
if (run.status !== 0) {
  console.error(run.stdout, run.stderr);
  process.exit(1);
}

for (const handle of handles) {
  const file = path.join(app, 'extensions', handle, 'dist', `${handle}.js`);
  const bytes = gzipSync(readFileSync(file), { level: 9 }).length;
  report('sizes', handle, { gz: bytes, limit: LIMIT });
  console.log(`${handle}: ${(bytes / 1024).toFixed(1)} KB of ${LIMIT / 1024} KB`);
  if (bytes > LIMIT) process.exitCode = 1;
}
