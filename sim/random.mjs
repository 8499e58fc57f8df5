/**
 * random.mjs - the only source of chance.
 *
 * A run must be repeatable from its seed, so every draw goes through one of
 * these generators.  `fork` gives each purpose its own stream: a fault drawn
 * more must not change which orders are made.
 */

/** A 32-bit hash of a text (FNV-1a), to seed from. @param {string} text */
export function hashText(text) {
  let hash = 0x811c9dc5;
  for (const ch of Buffer.from(text)) hash = Math.imul(hash ^ ch, 0x01000193);
  return hash >>> 0;
}

/** @typedef {ReturnType<typeof makeRandom>} Random */

/** @param {string|number} seed */
export function makeRandom(seed) {
  const name = String(seed);
  let [a, b, c, d] = ['a', 'b', 'c', 'd'].map((part) => hashText(`${part}:${name}`));

  /** sfc32: small, fast, passes PractRand. */
  function next() {
    const t = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t | 0;
    return (t >>> 0) / 4294967296;
  }
  for (let i = 0; i < 12; i++) next();

  const below = (/** @type {number} */ n) => Math.floor(next() * n);
  return {
    next,
    /** An integer in [low, high]. */
    int: (low, high) => low + below(high - low + 1),
    /** True in `share` of all draws. */
    chance: (share) => next() < share,
    pick: (list) => list[below(list.length)],
    hex: (bytes) => Array.from({ length: bytes }, () => below(256).toString(16).padStart(2, '0')).join(''),
    shuffle(list) {
      const copy = [...list];
      for (let i = copy.length - 1; i > 0; i--) {
        const j = below(i + 1);
        [copy[i], copy[j]] = [copy[j], copy[i]];
      }
      return copy;
    },
    fork: (purpose) => makeRandom(`${name}/${purpose}`),
  };
}

/** A UUID (version 4 in form) from a generator. @param {Random} random */
export function uuid(random) {
  const hex = random.hex(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
