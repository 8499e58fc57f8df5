/**
 * journal.mjs - everything that happened, for whoever judges a run.
 *
 * Calls and events are kept in order with a number each; `since` reads on from
 * there, and a listener gets events as they come.
 */
const KEPT = 200000;

/** @param {{now(): number}} clock */
export function makeJournal(clock) {
  const lists = { calls: [], events: [] };
  const listeners = new Set();
  let number = 0;

  function note(list, entry) {
    const full = { seq: ++number, at: new Date(clock.now()).toISOString(), ...entry };
    list.push(full);
    if (list.length > KEPT) list.splice(0, KEPT / 10);
    return full;
  }
  const after = (list, since) => list.filter((entry) => entry.seq > since);

  return {
    call: (entry) => note(lists.calls, entry),
    event(kind, entry) {
      const full = note(lists.events, { kind, ...entry });
      for (const listener of listeners) listener(full);
    },
    calls: (since = 0) => after(lists.calls, since),
    events: (since = 0) => after(lists.events, since),
    /** @param {(event: any) => void} listener @returns {() => void} how to stop */
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    clear() {
      lists.calls.length = 0;
      lists.events.length = 0;
    },
  };
}
