/**
 * clock.mjs - the time in here, which can be moved forward.
 *
 * Tokens that expire, orders that grow older than 60 days and a bucket that
 * fills must be testable without waiting for them.
 */
export function makeClock(now = Date.now) {
  let ahead = 0;
  return {
    now: () => now() + ahead,
    /** @param {number} ms */
    advance(ms) { ahead += ms; },
  };
}
