// What a browser loads first, compressed; over the limit is a failure.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { report } from './report.ts';

const LIMIT = 120 * 1024;
const dist = path.join(import.meta.dirname, '../dist');
const weigh = (file: string) => gzipSync(readFileSync(file), { level: 9 }).length;

/** The page, what it names, and English: what is there before anything is clicked. */
function firstLoad(app: string): number {
  const html = readFileSync(path.join(dist, app, 'index.html'), 'utf8');
  const named = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((m) => m[1] ?? '');
  const assets = readdirSync(path.join(dist, app, 'assets'));
  const later = assets.filter((f) => /^(en\.default|icons)-/.test(f)).map((f) => `assets/${f}`);
  return ['index.html', ...named, ...later]
    .map((file) => weigh(path.join(dist, app, file)))
    .reduce((sum, n) => sum + n, 0);
}

for (const app of ['cloud', 'shopify']) {
  const bytes = firstLoad(app);
  report('sizes', app, { first_load_gz: bytes, limit: LIMIT });
  console.log(`${app}: first load ${(bytes / 1024).toFixed(1)} KB of ${LIMIT / 1024} KB`);
  if (bytes > LIMIT) process.exitCode = 1;
}
