/* In which order lines are read: by when it happened, then by when it was heard of. */
import type { LogLine } from '../../api/client.ts';

// What comes later than this is read where it came: further up nobody would see it.
const REACH_MS = 30_000;

const at = (line: LogLine) => Date.parse(line.time);

export function byTime(a: LogLine, b: LogLine): number {
  return at(a) - at(b) || Number(BigInt(a.id) - BigInt(b.id));
}

/** Puts lines, as they came, to those that are shown. The two programs tell of a moment
    in batches of their own, so a step may be heard of after the one that followed it. */
export function addLines(shown: LogLine[], fresh: LogLine[]): void {
  for (const line of fresh) {
    let place = shown.length;
    const time = at(line);
    const newest = shown[place - 1];
    if (newest && at(newest) - time <= REACH_MS)
      while (place > 0 && at(shown[place - 1] as LogLine) > time) place -= 1;
    if (place === shown.length) shown.push(line);
    else shown.splice(place, 0, line);
  }
}
