/** Dice from a seed (SplitMix64), so that a run can be repeated. */
export function chance(seed) {
  let state = BigInt(seed);
  const mask = (1n << 64n) - 1n;
  return {
    below(limit) {
      state = (state + 0x9e3779b97f4a7c15n) & mask;
      let z = state;
      z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
      z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask;
      return Number((z ^ (z >> 31n)) % BigInt(limit));
    },
  };
}
