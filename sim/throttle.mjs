/**
 * throttle.mjs - the leaky bucket of one app in one store.
 *
 * A call must find its whole requested cost in the bucket; what it did not use
 * is given back when it is done.  Nothing may overdraw it.
 */

/** @param {number} maximum points @param {number} restore points a second @param {{now(): number}} clock */
export function makeBucket(maximum, restore, clock) {
  let available = maximum;
  let filledAt = clock.now();

  function fill() {
    const now = clock.now();
    available = Math.min(maximum, available + ((now - filledAt) / 1000) * restore);
    filledAt = now;
  }

  return {
    /** Takes the points, or says no. @param {number} points */
    take(points) {
      fill();
      if (points > available) return false;
      available -= points;
      return true;
    },
    /** Gives unused points back. @param {number} points */
    giveBack(points) {
      fill();
      available = Math.min(maximum, available + points);
    },
    /** Pours everything out, as another client of the app would. */
    empty() {
      fill();
      available = 0;
    },
    resize(size, rate) {
      fill();
      maximum = size ?? maximum;
      restore = rate ?? restore;
      available = Math.min(available, maximum);
    },
    status() {
      fill();
      return { maximumAvailable: maximum, currentlyAvailable: Math.floor(available), restoreRate: restore };
    },
  };
}
