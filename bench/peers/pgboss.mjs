// pg-boss on the same PostgreSQL: 100 added at once, 50 fetched and completed at
// once, four loops side by side.
//
//   pgboss.mjs URL JOBS      one JSON object

import { PgBoss } from 'pg-boss';

const [url, jobs] = process.argv.slice(2);
const parsed = new URL(url.replace('postgresql:///', 'postgresql://x/'));
const boss = new PgBoss({ host: parsed.searchParams.get('host'), user: parsed.searchParams.get('user'),
  database: parsed.pathname.slice(1), max: 8, supervise: false, schedule: false });
boss.on('error', (e) => { console.error(e.message); process.exit(2); });
await boss.start();
await boss.createQueue('bench');

const total = Number(jobs);
let left = total;
const add = async () => {
  while (left > 0) {
    left -= 100;
    await boss.insert('bench', Array.from({ length: 100 }, (_, i) => ({ data: { n: i } })));
  }
};
let finished = 0;
const work = async () => {
  for (;;) {
    const some = await boss.fetch('bench', { batchSize: 50 });
    if (some.length === 0) return;
    await boss.complete('bench', some.map((j) => j.id));
    finished += some.length;
  }
};
const four = (f) => Promise.all([f(), f(), f(), f()]);
const began = performance.now();
await four(add);
const added = performance.now();
await four(work);
const done = performance.now();
if (finished < total) throw new Error(`${finished} of ${total} were done`);
console.log(JSON.stringify({ enqueued: total * 1000 / (added - began), done: finished * 1000 / (done - added) }));
process.exit(0);
