// Bad ways between all parties: the store, both programs, and back.  What passes is
// delayed, handed over in slices, cut in the middle, dropped, or passed on and its
// answer dropped.

import { startFront } from '../e2e/front.mjs';
import { chance } from './chance.mjs';

const LATE_MS = 800;

/* Of a hundred requests each so many; the rest pass. */
const TOXICS = [
  { name: 'delayed', share: 3, how: (dice) => ({ delayMs: dice.below(LATE_MS) }) },
  { name: 'sliced', share: 3, how: (dice) => ({ slice: 1 + dice.below(200) }) },
  { name: 'cut', share: 2, how: (dice) => ({ cut: dice.below(300) }) },
  { name: 'answer_lost', share: 2, how: () => 'lose' },
  { name: 'dropped', share: 2, how: () => 'drop' },
];

/**
 * `front` for startWorld, and whether the ways are bad: {front, bad(on), counts, close}.
 */
export function toxicWays(seed) {
  const dice = chance(seed);
  const fronts = [];
  const ways = { on: false, counts: Object.fromEntries(TOXICS.map((t) => [t.name, 0])) };
  const rule = () => {
    let n = ways.on ? dice.below(100) : 100;
    const toxic = TOXICS.find((t) => (n -= t.share) < 0);
    if (!toxic) return 'pass';
    ways.counts[toxic.name] += 1;
    return toxic.how(dice);
  };
  ways.front = async (_name, url) => {
    const front = await startFront(url);
    front.rule = rule;
    front.seen.push = () => 0; // nobody asks, and a run is long
    fronts.push(front);
    return front.url;
  };
  ways.bad = (on) => { ways.on = on; };
  ways.close = () => { for (const one of fronts) one.close(); };
  return ways;
}
