// The demo's warehouse: it ships what was imported, a carrier brings it, and the
// store must show the same parcels. And the judge of that: order by order it
// holds the Cloud App's shipments against what the store has.

import { all, call } from './http.mjs';
import { asMachine, ordersIn } from './world.mjs';

const COURIERS = ['brt', 'gls', 'poste', 'sda', 'ups'];
const LINES_MAX = 250; // more cannot be shipped by the app
const SHIPPED = new Set(['SHIPPED', 'DELIVERED', 'CLOSED', 'TRACKING_FAILED']);

const leftLines = (order) => order.lines.filter((l) => l.requires_shipping && l.current_quantity > 0)
  .map((l) => ({ line_id: l.id, quantity: l.current_quantity }));

/**
 * What leaves of an order, by its turn: a fifth only in part, a fifth in two
 * shipments, a fifth in two parcels of one shipment, the rest whole.
 */
function planOf(order, turn) {
  const lines = leftLines(order);
  const [first, ...rest] = lines;
  if (turn % 5 === 0 && (rest.length > 0 || first.quantity > 1)) {
    return [{ lines: [{ ...first, quantity: rest.length ? first.quantity : 1 }], parcels: 1 }];
  }
  if (turn % 5 === 1 && rest.length > 0) return [{ lines: [first], parcels: 1 }, { lines: rest, parcels: 1 }];
  return [{ lines, parcels: turn % 5 === 2 ? 2 : 1 }];
}

const numberOf = (turn, parcel) => `LV${String(turn).padStart(4, '0')}${String(parcel).padStart(2, '0')}IT`;

async function make(world, order, plan, key) {
  return asMachine(world, 'POST', `/orders/${order.id}/shipments`, { lines: plan.lines, notify_customer: key % 2 === 0 });
}

async function ship(world, shipment, { turn, parcels, parcel, at }) {
  return asMachine(world, 'POST', `/shipments/${shipment.id}/ship`, {
    courier: COURIERS[turn % COURIERS.length],
    tracking_numbers: Array.from({ length: parcels }, (_, i) => numberOf(turn, parcel + i)),
    shipped_at: at,
  });
}

/** The carrier's words, each told twice, as carriers do. */
async function tell(world, events) {
  for (let i = 0; i < 2 && events.length; i++) {
    const { results } = await asMachine(world, 'POST', '/shipments/events', { source: 'demo-carrier', events });
    const bad = results.find((r) => r.result === 'error');
    if (bad) throw new Error(`the Cloud App refused a carrier's event: ${bad.code}: ${bad.reason}`);
  }
}

const delivered = (shipment, i) => ({
  id: `d-${shipment.id}-${i}`, shipment: shipment.id, kind: 'DELIVERED', happened_at: new Date().toISOString(),
});

/**
 * Ships up to `count` orders and delivers the first `deliver` of them. Some
 * carriers speak before the warehouse does: those words must be kept.
 */
export async function shipOrders(world, store, { count, deliver }) {
  const held = await all(`${world.cloudUrl}/api/v1/orders?connector=${store.connector}&limit=100`, world.apiToken);
  const there = new Map((await ordersIn(world, store)).map((o) => [o.legacy_id, o]));
  const fit = held.filter((o) => o.state === 'synced' && o.status === 'placed' && !o.cancelled
    && there.get(o.external_id)?.on_hold === false && there.get(o.external_id).lines <= LINES_MAX);
  const late = [];
  let turn = 0;
  for (const { id } of fit.sort((a, b) => Number(a.id) - Number(b.id))) {
    const order = await asMachine(world, 'GET', `/orders/${id}`);
    if (turn === count || leftLines(order).length === 0) continue;
    const parts = [];
    for (const plan of planOf(order, turn)) parts.push({ plan, shipment: await make(world, order, plan, turn) });
    const at = new Date().toISOString(); // it left now, whoever says so first
    const words = turn < deliver ? parts.map(({ shipment }, i) => delivered(shipment, i)) : [];
    if (turn % 4 === 3) await tell(world, words);
    else late.push(...words);
    let parcel = 1;
    for (const { plan, shipment } of parts) {
      await ship(world, shipment, { turn, parcels: plan.parcels, parcel, at });
      parcel += plan.parcels;
    }
    turn += 1;
  }
  await tell(world, late);
  return turn;
}

export const shipments = (world) => all(`${world.cloudUrl}/api/v1/shipments?limit=100`, world.apiToken);

const isDelivered = (f) => f.events.some((e) => e.status === 'DELIVERED');

/** How many shipments, and orders that were delivered, are still to be told to the store. */
export function untold(list, orders) {
  const brought = new Set(list.filter((s) => s.state === 'DELIVERED').map((s) => s.order.external_id));
  return {
    shipped: list.filter((s) => SHIPPED.has(s.state) && s.store.state !== 'sent').length,
    delivered: orders.filter((o) => brought.has(o.legacy_id) && o.fulfillments.some((f) => f.status === 'SUCCESS' && !isDelivered(f))).length,
  };
}

/** Nothing of any shipment is still to be told to the store. */
export function isTold(list, orders) {
  const { shipped, delivered } = untold(list, orders);
  return shipped + delivered === 0;
}

const sums = (lists, id) => {
  const sum = new Map();
  for (const line of lists.flat()) sum.set(line[id], (sum.get(line[id]) ?? 0) + line.quantity);
  return JSON.stringify([...sum].sort());
};

/** What others had written on an adopted fulfilment stays beside ours. */
function sameNumbers(mine, theirs, adopted) {
  const [ours, shown] = [mine, theirs].map((list) => new Set(list.map((t) => t.number)));
  return [...ours].every((n) => shown.has(n)) && (adopted || ours.size === shown.size);
}

/** What differs between one fulfilment as a shipment knows it and as the store shows it. */
function differs(s, mine, theirs) {
  if (!theirs || theirs.status !== 'SUCCESS') return 'a fulfilment is missing in the store';
  const [few, all] = [sums([mine.lines], 'id'), sums([theirs.lines], 'line_id')];
  if (!mine.adopted && few !== all) return 'other quantities are fulfilled in the store than were shipped';
  if (!sameNumbers(s.tracking, theirs.tracking, mine.adopted)) return 'the tracking numbers differ';
  const told = theirs.events.filter((e) => e.status === 'DELIVERED').length;
  const wanted = s.state === 'DELIVERED' ? 1 : 0;
  return told === wanted ? null : `delivered is told ${told} times, the shipment is ${s.state}`;
}

/** What differs between the shipments of an order and what the store shows, in words; or null. */
function differenceOf(mine, theirs) {
  const known = new Map(theirs.map((f) => [f.id, f]));
  for (const s of mine) {
    if (s.store.state !== 'sent') return `the store was not told: ${s.store.reason ?? s.store.state}`;
    if (sums(s.store.fulfillments.map((f) => f.lines), 'id') !== sums([s.lines], 'external_id')) {
      return 'the fulfilments are of other quantities than the shipment';
    }
    const what = s.store.fulfillments.map((f) => differs(s, f, known.get(f.id))).find(Boolean);
    if (what) return what;
  }
  const ours = new Set(mine.flatMap((s) => s.store.fulfillments.map((f) => f.id)));
  const stray = theirs.find((f) => f.author === 'app' && f.status === 'SUCCESS' && !ours.has(f.id));
  return stray ? 'the store has a fulfilment that no shipment knows' : null;
}

const OPERATIONS = /^(Fulfillment|OrderFulfillments)/;

/** Figures of the last line, and what is wrong in words. */
export async function judgeShipping(world, orders) {
  const list = [];
  for (const { id, state } of await shipments(world)) {
    if (SHIPPED.has(state)) list.push(await asMachine(world, 'GET', `/shipments/${id}`)); // with its lines
  }
  const wrong = [];
  const byOrder = new Map();
  for (const s of list) byOrder.set(s.order.external_id, [...(byOrder.get(s.order.external_id) ?? []), s]);
  for (const order of orders) {
    const mine = byOrder.get(order.legacy_id) ?? [];
    const what = differenceOf(mine, order.fulfillments);
    if (what) wrong.push(`order ${order.name}: ${what}`);
  }
  const calls = await call('GET', `${world.sim}/control/calls`);
  const points = calls.filter((c) => OPERATIONS.test(c.operation ?? '')).reduce((n, c) => n + (c.actual ?? 0), 0);
  const shipped = [...byOrder.values()];
  return {
    wrong,
    figures: {
      fulfilled: shipped.filter((mine) => mine.every((s) => s.store.state === 'sent')).length,
      delivered: shipped.filter((mine) => mine.every((s) => s.state === 'DELIVERED')).length,
      mismatch: wrong.length,
      points_per_shipped: shipped.length ? Math.round((points / shipped.length) * 10) / 10 : 0,
    },
  };
}
