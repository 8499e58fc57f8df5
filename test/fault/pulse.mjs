// When this machine stood still: a tick that comes late tells.  What is to happen
// within a time has that much longer.

const TICK_MS = 20;
const LATE_MS = 60;

/* Of each time that it stood still: {from, to}. */
const still = [];
let last = Date.now();

setInterval(() => {
  const now = Date.now();
  if (now - last > LATE_MS) still.push({ from: last + TICK_MS, to: now });
  last = now;
}, TICK_MS).unref();

/** Milliseconds between two moments in which nothing ran; `to` may be now. */
export function rests(from, to = Date.now()) {
  const open = { from: last + TICK_MS, to: Date.now() }; // the tick that has not come yet
  return [...still, open].reduce((sum, one) => sum + Math.max(0, Math.min(to, one.to) - Math.max(from, one.from)), 0);
}

/** A clock that rests while the machine does: how many milliseconds since it was made. */
export function clock() {
  const began = Date.now();
  return () => Date.now() - began - rests(began);
}
