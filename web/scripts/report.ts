// web/report.json: figures of the last run, each part written by who measures it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const file = path.join(import.meta.dirname, '../report.json');

export function report(part: string, name: string, figures: unknown): void {
  const all = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  all[part] = { ...all[part], [name]: figures };
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
}
