// web/report.json: figures of the last run, each part written by who measures it.
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const file = path.join(import.meta.dirname, '../report.json');

/** Alone with the file: two runs of the browser tests may be at it. */
function alone(act: () => void): void {
  const lock = `${file}.lock`;
  for (const until = Date.now() + 10_000; ; ) {
    try {
      mkdirSync(lock);
      break;
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code !== 'EEXIST') throw e;
      if (Date.now() > until) throw new Error(`${lock} is left over: remove it`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
  try {
    act();
  } finally {
    rmdirSync(lock);
  }
}

export function report(part: string, name: string, figures: unknown): void {
  alone(() => {
    const all = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
    all[part] = { ...all[part], [name]: figures };
    writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
  });
}
