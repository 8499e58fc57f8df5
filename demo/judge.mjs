// The judge: looks at the store and at the Cloud App from outside, and says
// whether every order is where it belongs.
//
// It trusts neither program's own records: the stand-in says what it holds and
// was asked, the Cloud App's REST says what it has.

import { all, call } from './http.mjs';

const OURS = ['logivery-no-sync', 'logivery-syncing', 'logivery-synced', 'logivery-error'];

export const ourTags = (tags) => tags.map((t) => t.trim().toLowerCase()).filter((t) => OURS.includes(t));

const count = (list, test) => list.filter(test).length;

/** How often each order was put into the Cloud App, by its Queue Log. */
async function importsByOrder(world) {
  const events = await all(`${world.cloudUrl}/api/v1/log?q=imported&limit=100`, world.apiToken);
  const seen = new Map();
  for (const e of events) {
    if (e.step !== 'order.imported') continue;
    const key = `${e.connector}/${e.order_id ?? e.order}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  return seen;
}

function judgeOrder(order, held, foreign) {
  const tags = ourTags(order.tags);
  const twice = held.length > 1;
  const astray = foreign > 0;
  if (!order.importable) {
    return { order, tags, state: held.length ? 'astray' : 'left', twice, astray: astray || held.length > 0 };
  }
  if (held.length === 0) return { order, tags, state: tags.includes('logivery-error') ? 'error' : 'lost', twice, astray };
  const synced = tags.length === 1 && tags[0] === 'logivery-synced';
  return { order, tags, state: synced ? 'synced' : 'untrue', twice, astray };
}

/** One verdict per order of each store. */
export async function look(world) {
  const verdicts = [];
  const connectors = world.stores.map((s) => s.connector);
  const everything = await all(`${world.cloudUrl}/api/v1/orders?limit=100`, world.apiToken);
  for (const store of world.stores) {
    for (const order of await orders(world, store)) {
      const same = everything.filter((o) => o.external_id === order.legacy_id);
      const held = same.filter((o) => o.connector === store.connector);
      const foreign = same.filter((o) => o.connector !== store.connector && connectors.includes(o.connector)).length;
      verdicts.push({ store, ...judgeOrder(order, held, foreign) });
    }
  }
  return { verdicts, held: everything };
}

export const orders = (world, store) => call('GET', `${world.sim}/control/shops/${store.shop}/orders`);

export const isQuiet = ({ verdicts }) => verdicts.every((v) =>
  v.state === 'synced' || v.state === 'left' || v.state === 'error');

/** The figures of the last line, and the faults in words. */
export async function judge(world, { seconds }) {
  const { verdicts, held } = await look(world);
  const stats = await call('GET', `${world.sim}/control/stats`);
  const faults = await call('GET', `${world.sim}/control/faults`);
  const importable = verdicts.filter((v) => v.order.importable);
  const known = new Set(verdicts.map((v) => v.order.legacy_id));
  const doubles = [...(await importsByOrder(world)).values()].filter((n) => n > 1).length;
  const foreignTagsGone = verdicts.filter((v) => foreignTagsChanged(v.order)).length;
  const figures = {
    placed: verdicts.length,
    importable: importable.length,
    imported: count(importable, (v) => v.state === 'synced' || v.state === 'untrue'),
    synced: count(importable, (v) => v.state === 'synced'),
    error: count(importable, (v) => v.state === 'error'),
    lost: count(importable, (v) => v.state === 'lost'),
    duplicated: count(verdicts, (v) => v.twice) + doubles,
    astray: count(verdicts, (v) => v.astray) + held.filter((o) => !known.has(o.external_id)).length,
    tags_untrue: count(verdicts, (v) => v.state === 'untrue') + foreignTagsGone,
    points: stats.points,
    seconds,
    seed: world.seed,
    faults,
  };
  return { figures, wrong: complaints(figures, verdicts), verdicts };
}

/** A tag of somebody else's that we took away or put there. */
function foreignTagsChanged(order) {
  return (order.tag_history ?? []).some((h) => h.author === 'app' &&
    [...(h.added ?? []), ...(h.removed ?? [])].some((t) => !OURS.includes(t.trim().toLowerCase())));
}

function complaints(f, verdicts) {
  const wrong = [];
  const say = (n, what) => { if (n > 0) wrong.push(`${n} ${what}`); };
  say(f.lost, 'importable orders are not in the Cloud App');
  say(f.duplicated, 'orders were imported twice');
  say(f.astray, 'orders are where they do not belong');
  say(f.tags_untrue, 'orders show a tag that is not true');
  say(f.error, 'orders ended in error');
  say(f.importable - f.synced - f.error - f.lost - count(verdicts, (v) => v.state === 'untrue'), 'orders are unaccounted for');
  if (f.imported !== f.synced || f.synced !== f.importable) wrong.push(`imported ${f.imported}, synced ${f.synced} of ${f.importable} importable`);
  return wrong;
}
