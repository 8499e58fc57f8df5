// The most memory that a program of ours ever had, whatever row was measured.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { build, row } from './lib.mjs';

const EVERY_MS = 500;
const MOST_MB = 256;
const ours = path.join(build, 'src/');

/** [name, peak in MB] of a process of ours; nothing of another, or of one that ended. */
function peakOf(pid) {
  try {
    const exe = readlinkSync(`/proc/${pid}/exe`);
    if (!exe.startsWith(ours)) return undefined;
    const kb = Number(/^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    return [path.basename(exe), kb / 1024];
  } catch {
    return undefined;
  }
}

/** Looks until `rows()` is asked for: one, or none if no program of ours ran. */
export function watchMemory() {
  let most;
  const look = () => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const peak = peakOf(pid);
      if (peak && peak[1] > (most?.[1] ?? 0)) most = peak;
    }
  };
  const timer = setInterval(look, EVERY_MS);
  timer.unref();
  return {
    rows() {
      clearInterval(timer);
      return most ? [row('memory, the most of any program under any row', { unit: 'MB', ours: most[1], most: MOST_MB, note: most[0] })] : [];
    },
  };
}
