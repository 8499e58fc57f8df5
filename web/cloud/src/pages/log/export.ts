/* The log as a file, page after page, with the filters of the screen. */
import { ask, type LogLine, type Page } from '../../api/client.ts';

const MOST = 10_000;
const COLUMNS = ['time', 'level', 'connector', 'job', 'order', 'step', 'reason', 'next'] as const;

async function readAll(query: string): Promise<LogLine[]> {
  const all: LogLine[] = [];
  let cursor: string | null = null;
  do {
    const params = new URLSearchParams(query);
    params.set('limit', '100');
    if (cursor) params.set('cursor', cursor);
    const page: Page<LogLine> = await ask('GET', `/api/v1/log?${params}`);
    all.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor && all.length < MOST);
  return all;
}

/** A spreadsheet must not take a text for a formula. */
function cell(value: string | null): string {
  const text = value ?? '';
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

function toCsv(lines: LogLine[]): string {
  const rows = lines.map((line) => COLUMNS.map((c) => cell(line[c])).join(','));
  return [COLUMNS.join(','), ...rows].join('\r\n');
}

export async function exportLog(query: string, format: 'csv' | 'json'): Promise<void> {
  const lines = await readAll(query);
  const text = format === 'csv' ? toCsv(lines) : JSON.stringify(lines, null, 2);
  const type = format === 'csv' ? 'text/csv' : 'application/json';
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `queue-log.${format}`;
  link.click();
  URL.revokeObjectURL(address);
}
