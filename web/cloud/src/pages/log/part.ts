/* Which of the log's lines are drawn. A line is as high as its words need, which is known
   once it was drawn; until then it counts as the lowest. */
import type { LogLine } from '../../api/client.ts';

export const ROW = 34; // px, the lowest
export const SPARE = 8; // lines drawn beyond those in sight, either way

export type Heights = WeakMap<LogLine, number>;

export interface Part {
  first: number;
  last: number;
  /** px of the lines that are not drawn */
  above: number;
  below: number;
}

/** The last ones: enough to fill a box if all of them are low. */
export function atEnd(count: number, height: number): Part {
  const first = Math.max(0, Math.floor(count - height / ROW) - SPARE);
  return { first, last: count, above: first * ROW, below: 0 };
}

/** Those in a box of this height whose upper edge is at `top`. */
export function inSight(lines: LogLine[], heights: Heights, top: number, height: number): Part {
  const of = (i: number) => heights.get(lines[i] as LogLine) ?? ROW;
  let first = 0;
  let above = 0;
  while (first < lines.length - 1 && above + of(first) <= top) above += of(first++);
  let last = first;
  for (let end = above; last < lines.length && end < top + height; ) end += of(last++);
  for (const to = Math.max(0, first - SPARE); first > to; ) above -= of(--first);
  last = Math.min(lines.length, last + SPARE);
  let below = 0;
  for (let i = last; i < lines.length; i++) below += of(i);
  return { first, last, above, below };
}

/** How high the drawn lines came out. Returns by how much those that end above `edge`, in px
    from the first one's top, have grown; undefined: all is as it was reckoned. */
export function keepHeights(
  heights: Heights,
  drawn: LogLine[],
  now: number[],
  edge: number,
): number | undefined {
  let grown: number | undefined;
  let end = 0; // as it was reckoned
  for (const [i, line] of drawn.entries()) {
    const before = heights.get(line) ?? ROW;
    const by = (now[i] ?? before) - before;
    end += before;
    if (Math.abs(by) < 0.1) continue;
    heights.set(line, before + by);
    grown = (grown ?? 0) + (end <= edge ? by : 0);
  }
  return grown;
}
