// The judge: looks at the store and at the Cloud App from outside, and says
// whether every order is where it belongs.
//
// It trusts neither program's own records: the stand-in says what it holds and
// was asked, the Cloud App's REST and its Queue Log say what it has and did.

import { all, call } from './http.mjs';
import { judgeShipping } from './ship.mjs';
import { asMachine, asStaff, ordersIn } from './world.mjs';

const OURS = ['logivery-no-sync', 'logivery-syncing', 'logivery-synced', 'logivery-error'];

export const ourTags = (tags) => tags.map((t) => t.trim().toLowerCase()).filter((t) => OURS.includes(t));

const count = (list, test) => list.filter(test).length;

/**
 * How often each order went through an import, by the Cloud App's Queue Log.
 * "The same content again" counts too: somebody handed it over twice.
 */
async function importsByOrder(world) {
  const seen = new Map();
  for (const [words, step] of [['is in the Cloud App', 'order.imported'], ['came again', 'order.unchanged']]) {
    const log = `${world.cloudUrl}/api/v1/log?limit=100&q=${encodeURIComponent(words)}`;
    for (const e of await all(log, world.apiToken)) {
      if (e.step !== step) continue;
      const key = `${e.connector}/${e.order}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
  }
  return seen;
}

/** Steps back that nobody asked for: synced, and then on its way again. */
function stepsBack(order) {
  let synced = false;
  let n = 0;
  for (const { author, added } of order.tag_history ?? []) {
    const ours = ourTags(added ?? []);
    if (author !== 'app') synced = false; // a person did something: all may follow
    else if (ours.includes('logivery-synced')) synced = true;
    else if (synced && ours.length) n += 1;
  }
  return n;
}

function judgeOrder(order, held, foreign) {
  const tags = ourTags(order.tags);
  const twice = held.length > 1;
  const astray = foreign > 0;
  if (!order.importable) {
    return { order, tags, state: held.length ? 'astray' : 'left', twice, astray: astray || held.length > 0 };
  }
  if (held.length === 0) return { order, tags, state: tags.includes('logivery-error') ? 'error' : 'lost', twice, astray };
  if (tags.length === 1 && tags[0] === 'logivery-error') return { order, tags, state: 'error', twice, astray };
  const synced = tags.length === 1 && tags[0] === 'logivery-synced';
  return { order, tags, state: synced ? 'synced' : 'untrue', twice, astray };
}

/** One verdict per order of each store. */
export async function look(world) {
  const verdicts = [];
  const connectors = world.stores.map((s) => s.connector);
  const everything = await all(`${world.cloudUrl}/api/v1/orders?limit=100`, world.apiToken);
  for (const store of world.stores) {
    for (const order of await ordersIn(world, store)) {
      const same = everything.filter((o) => o.external_id === order.legacy_id);
      const held = same.filter((o) => o.connector === store.connector);
      const foreign = same.filter((o) => o.connector !== store.connector && connectors.includes(o.connector)).length;
      verdicts.push({ store, ...judgeOrder(order, held, foreign) });
    }
  }
  return { verdicts, held: everything };
}

export const isSettled = (v) => v.state === 'synced' || v.state === 'left' || v.state === 'error';
export const isQuiet = ({ verdicts }) => verdicts.every(isSettled);

/** What `look` saw, in a line that changes when anything does. */
export const pictureOf = ({ verdicts, held }) => JSON.stringify([held.length,
  verdicts.map((v) => [v.order.legacy_id, v.order.tags, v.state])]);

/** The newest reason the app or the Cloud App gives for an order's state. */
export async function reasonOf(world, store, order) {
  const lists = [
    asStaff(world, store.shop, 'GET', '/api/logs?limit=200'),
    asMachine(world, 'GET', `/log?limit=100&q=${encodeURIComponent(order.name)}`),
  ];
  for (const list of await Promise.allSettled(lists)) {
    const line = (list.value?.items ?? []).find((e) => (e.level === 'error' || e.level === 'warn')
      && (e.order_id === order.legacy_id || e.order_name === order.name || e.order === order.name));
    if (line) return [line.text, line.reason].filter(Boolean).join(' ');
  }
  return 'neither log says why';
}

/** What is wrong with one order, in words, or null. */
function faultOf(v, importedBefore) {
  const shown = v.tags.length ? v.tags.join(' and ') : 'no tag of ours';
  if (v.state === 'lost') return `is not in the Cloud App; the store shows ${shown}`;
  if (v.state === 'error') return `ended in error`;
  if (v.state === 'untrue') return `is in the Cloud App, but the store shows ${shown}`;
  if (v.state === 'astray') return `must not be in the Cloud App (${v.order.why_not}), and is`;
  if (v.astray) return 'is under another store\'s connector';
  if (v.twice) return 'is in the Cloud App twice';
  if (importedBefore > 1) return `went through the import ${importedBefore} times, though nothing was new`;
  if (stepsBack(v.order)) return 'was shown as on its way again after it was synced, though nobody asked';
  if (foreignTagsChanged(v.order)) return 'lost or got a tag that is not ours';
  return null;
}

async function complaintsOf(world, verdicts, imports) {
  const wrong = [];
  for (const v of verdicts) {
    const what = faultOf(v, imports.get(`${v.store.connector}/${v.order.name}`) ?? 0);
    if (!what) continue;
    const why = v.state === 'synced' ? '' : `: ${await reasonOf(world, v.store, v.order)}`;
    wrong.push(`order ${v.order.name} of ${v.store.shop} ${what}${why}`);
  }
  return wrong;
}

/** The figures of the last line, and what is wrong in words, order by order. */
export async function judge(world, { seconds }) {
  const { verdicts, held } = await look(world);
  const stats = await call('GET', `${world.sim}/control/stats`);
  const faults = await call('GET', `${world.sim}/control/faults`);
  const importable = verdicts.filter((v) => v.order.importable);
  const known = new Set(verdicts.map((v) => v.order.legacy_id));
  const imports = await importsByOrder(world);
  const unknown = held.filter((o) => !known.has(o.external_id));
  const state = (list, ...names) => count(list, (v) => names.includes(v.state));
  const shipping = await judgeShipping(world, verdicts.map((v) => v.order));
  const figures = {
    placed: verdicts.length,
    importable: importable.length,
    imported: state(importable, 'synced', 'untrue'),
    synced: state(importable, 'synced'),
    error: state(importable, 'error'),
    lost: state(importable, 'lost'),
    duplicated: count(verdicts, (v) => v.twice) + count([...imports.values()], (n) => n > 1),
    astray: count(verdicts, (v) => v.astray) + unknown.length,
    tags_untrue: count(verdicts, (v) => v.state === 'untrue' || foreignTagsChanged(v.order) || stepsBack(v.order) > 0),
    ...shipping.figures,
    points: stats.points,
    seconds,
    seed: world.seed,
    faults,
  };
  const wrong = [...await complaintsOf(world, verdicts, imports), ...shipping.wrong];
  for (const o of unknown) wrong.push(`the Cloud App holds ${o.number} (${o.external_id}), which no store has`);
  const { synced, imported } = figures;
  if (!wrong.length && (synced !== imported || synced !== importable.length)) wrong.push('the figures do not add up');
  return { figures, wrong, verdicts };
}

/** A tag of somebody else's that we took away or put there. */
function foreignTagsChanged(order) {
  return (order.tag_history ?? []).some((h) => h.author === 'app' &&
    [...(h.added ?? []), ...(h.removed ?? [])].some((t) => !OURS.includes(t.trim().toLowerCase())));
}
