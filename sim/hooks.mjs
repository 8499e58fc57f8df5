/**
 * hooks.mjs - sends the webhooks.
 *
 * As Shopify does: signed over the raw body, 1 second to connect and 5 in all,
 * anything but 2xx is a failure, 8 more tries over 4 hours (divided by the time
 * scale) with the payload as it was.  Delivery is at least once, in no order.
 */
import { createHmac } from 'node:crypto';
import http from 'node:http';
import { post } from './post.mjs';
import { uuid } from './random.mjs';

export const API_VERSION = '2026-10';
/** Gaps between tries in minutes; together 4 hours. */
const RETRY_MINUTES = [1, 2, 5, 10, 20, 40, 60, 102];
const OVERTAKE_MS = 2000;
const AT_ONCE = 64;

/** What the app's configuration subscribes to. */
export const TOPICS = [
  'orders/create', 'orders/updated', 'orders/edited', 'orders/cancelled', 'fulfillments/create', 'fulfillments/update',
  'fulfillment_orders/order_routing_complete', 'fulfillment_orders/placed_on_hold', 'fulfillment_orders/hold_released',
  'app/uninstalled', 'app/scopes_update', 'bulk_operations/finish',
];
export const COMPLIANCE_TOPICS = ['customers/data_request', 'customers/redact', 'shop/redact'];

/** @param {any} world */
export function makeHooks(world) {
  const agent = new http.Agent({ keepAlive: true });
  const random = world.random.fork('webhooks');
  const timers = new Set();
  const deliveries = [];
  /** Deliveries that wait to be overtaken, by shop. */
  const held = new Map();
  const coalescing = new Map();
  /** Tries that wait for one of the places; the clock of a try starts with the try. */
  const queue = [];
  let active = 0;
  /** Grows at a reset, so that answers to deliveries of before count no more. */
  let epoch = 0;
  const stats = { sent: 0, acked: 0, failed: 0, given_up: 0, lost: 0, doubled: 0, repeated: 0, reordered: 0, delayed: 0, pending: 0 };

  function later(ms, act) {
    const timer = setTimeout(() => { timers.delete(timer); act(); }, ms);
    timers.add(timer);
    return timer;
  }

  function tell(delivery, what, more = {}) {
    world.journal.event('webhook', {
      shop: delivery.shop, topic: delivery.topic, id: delivery.id, order: delivery.subject, what, ...more,
    });
  }

  function headersOf(delivery) {
    return {
      'Content-Type': 'application/json', 'Content-Length': delivery.body.length, 'User-Agent': 'Shopify-Captain-Hook',
      'X-Shopify-Topic': delivery.topic, 'X-Shopify-Shop-Domain': delivery.shop,
      'X-Shopify-Hmac-Sha256': createHmac('sha256', world.app.clientSecret).update(delivery.body).digest('base64'),
      'X-Shopify-API-Version': API_VERSION, 'X-Shopify-Webhook-Id': delivery.id,
      'X-Shopify-Event-Id': delivery.eventId, 'X-Shopify-Triggered-At': delivery.triggeredAt,
    };
  }

  function attempt(delivery) {
    queue.push(delivery);
    // Not within the call that made it, which may make hundreds: its clock would run already.
    setImmediate(startNext);
  }

  function startNext() {
    while (active < AT_ONCE && queue.length) {
      active += 1;
      tryOnce(queue.shift());
    }
  }

  function tryOnce(delivery) {
    delivery.tries += 1;
    stats.sent += 1;
    const started = epoch;
    post(agent, delivery.url, headersOf(delivery), delivery.body, (status, why) => {
      if (started !== epoch) return;
      active -= 1;
      startNext();
      delivery.status = status;
      if (status >= 200 && status < 300) acknowledge(delivery);
      else retry(delivery, status, why);
      release(delivery);
    });
  }

  /** A delivery that is over needs its body no more. */
  function end(delivery, state) {
    delivery.state = state;
    delivery.body = null;
    stats.pending -= 1;
  }

  function acknowledge(delivery) {
    end(delivery, 'acked');
    stats.acked += 1;
    tell(delivery, 'acked', { tries: delivery.tries });
  }

  function retry(delivery, status, why) {
    stats.failed += 1;
    const minutes = RETRY_MINUTES[delivery.tries - 1];
    tell(delivery, 'failed', { status, why, tries: delivery.tries });
    if (minutes === undefined) {
      end(delivery, 'given_up');
      stats.given_up += 1;
      return;
    }
    delivery.state = 'waiting';
    later((minutes * 60000) / world.timeScale, () => attempt(delivery));
  }

  /** Whoever waited to be overtaken goes now. */
  function release(delivery) {
    const waiting = held.get(delivery.shop) ?? [];
    const ready = waiting.filter((one) => one.delivery !== delivery && one.delivery.number < delivery.number);
    held.set(delivery.shop, waiting.filter((one) => !ready.includes(one)));
    for (const one of ready) {
      clearTimeout(one.timer);
      timers.delete(one.timer);
      attempt(one.delivery);
    }
  }

  function hold(delivery) {
    const waiting = held.get(delivery.shop) ?? [];
    const entry = { delivery, timer: later(OVERTAKE_MS, () => {
      held.set(delivery.shop, (held.get(delivery.shop) ?? []).filter((one) => one !== entry));
      attempt(delivery);
    }) };
    held.set(delivery.shop, [...waiting, entry]);
  }

  /** How a delivery starts, by what strikes it. */
  const STARTS = {
    none: (delivery) => attempt(delivery),
    lost: (delivery) => end(delivery, 'lost'),
    doubled(delivery) {
      stats.pending += 1;
      attempt({ ...delivery });
      attempt(delivery);
    },
    repeated(delivery, ms) {
      const again = { ...delivery };
      stats.pending += 1;
      attempt(delivery);
      later(ms, () => attempt(again));
    },
    reordered: (delivery) => hold(delivery),
    delayed: (delivery, ms) => later(ms, () => attempt(delivery)),
  };

  function dispatch(shop, topic, body, { eventId, subject, always }) {
    for (const url of targets(shop, topic, always)) dispatchTo(url, shop, topic, Buffer.from(body), eventId, subject);
  }

  function dispatchTo(url, shop, topic, body, eventId, subject) {
    const delivery = {
      number: deliveries.length, id: uuid(random), shop: shop.domain, topic, eventId, subject, url, body, bytes: body.length,
      triggeredAt: `${new Date(world.clock.now()).toISOString().slice(0, -1)}000Z`, tries: 0, state: 'sending', status: null,
    };
    deliveries.push(delivery);
    stats.pending += 1;
    const fault = world.faults.ofWebhook(world.weatherOf(shop), delivery);
    delivery.fault = fault?.kind ?? null;
    if (fault) {
      stats[fault.kind] += 1;
      tell(delivery, fault.kind);
    }
    STARTS[fault?.kind ?? 'none'](delivery, fault?.ms);
  }

  /** Who hears of it: the app by its configuration, and each subscription of the store's own. */
  function targets(shop, topic, always) {
    if (!always && !shop.installed && topic !== 'app/uninstalled' && !COMPLIANCE_TOPICS.includes(topic)) return [];
    const own = shop.subscriptions.filter((one) => one.topic === enumOf(topic)).map((one) => one.uri);
    const byApp = world.app.url && (always || world.app.topics.includes(topic));
    return [...(byApp ? [new URL('webhooks', withSlash(world.app.url)).href] : []), ...own];
  }

  /** Updates of one order within the window become one, with the last body. */
  function coalesce(shop, body, about, ms) {
    const key = `${shop.domain} ${about.subject}`;
    const waiting = coalescing.get(key);
    coalescing.set(key, { body, about });
    if (waiting) return;
    later(ms, () => {
      const last = coalescing.get(key);
      coalescing.delete(key);
      dispatch(shop, 'orders/updated', last.body, last.about);
    });
  }

  return {
    stats, deliveries, later,
    /**
     * @param {any} shop @param {string} topic @param {string} body
     * @param {{eventId?: string, subject?: string, always?: boolean}} [about] always: even when nobody subscribed
     */
    send(shop, topic, body, { eventId = uuid(random), subject, always = false } = {}) {
      const window = world.weatherOf(shop).coalesce_ms;
      const about = { eventId, subject, always };
      if (topic === 'orders/updated' && window > 0) coalesce(shop, body, about, window);
      else dispatch(shop, topic, body, about);
    },
    reset() {
      epoch += 1;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      held.clear();
      coalescing.clear();
      deliveries.length = 0;
      queue.length = 0;
      active = 0;
      for (const key of Object.keys(stats)) stats[key] = 0;
    },
    close() { this.reset(); agent.destroy(); },
  };
}

const enumOf = (topic) => topic.toUpperCase().replace('/', '_');
const withSlash = (url) => (url.endsWith('/') ? url : `${url}/`);
