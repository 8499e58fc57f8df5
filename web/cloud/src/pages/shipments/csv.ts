/* The first lines of a CSV file, to show what the program will read. */
export interface Preview {
  separator: string;
  head: string[];
  rows: string[][];
  lines: number;
  hasOrder: boolean;
}

/** Any of these names the order; "shipment" names its shipment. */
const ORDER_NAMES = ['order number', 'order', 'numero ordine', 'shipment'];
const SHOWN = 8;

/** One record (RFC 4180): quotes double inside quotes. */
function cells(line: string, separator: string): string[] {
  const out: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i];
    if (c === '"' && isQuoted && line[i + 1] === '"') {
      cell += '"';
      i++;
    } else if (c === '"') isQuoted = !isQuoted;
    else if (c === separator && !isQuoted) {
      out.push(cell.trim());
      cell = '';
    } else cell += c;
  }
  return [...out, cell.trim()];
}

function separatorOf(head: string): string {
  const count = (c: string) => head.split(c).length;
  return [',', ';', '\t'].reduce((best, c) => (count(c) > count(best) ? c : best), ',');
}

const plain = (name: string) => name.toLowerCase().replaceAll('_', ' ').trim();

export function previewCsv(text: string): Preview {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== '');
  const separator = separatorOf(lines[0] ?? '');
  const head = cells(lines[0] ?? '', separator);
  const names = head.map(plain);
  return {
    separator,
    head,
    rows: lines.slice(1, SHOWN + 1).map((line) => cells(line, separator)),
    lines: Math.max(0, lines.length - 1),
    hasOrder: ORDER_NAMES.some((name) => names.includes(name)),
  };
}
