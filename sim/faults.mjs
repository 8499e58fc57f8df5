/**
 * faults.mjs - what goes wrong, when, and how often it did.
 *
 * Two sources: weather (fractions, drawn from the seed) and one-shot faults
 * ("the next 2 calls").  Weather is dealt, not diced: of every 1/fraction draws
 * exactly one is hit and the kinds come round in turn, so that a short run
 * gets its share of each kind; `at_least` deals faster until each kind came
 * that often.
 */

/** Kinds that strike a call. `applies`: the call's effect happens all the same. */
export const API_KINDS = {
  http_500: { status: 500 }, http_502: { status: 502 }, http_503: { status: 503 }, http_429: { status: 429 },
  bad_html: { status: 200, html: true },
  cut_before: { cut: true },
  cut_after_apply: { cut: true, applies: true, writesOnly: true },
  truncated: { truncated: true, applies: true },
  slow: { slow: true, applies: true },
  throttled: { throttled: true },
  unauthorized: { status: 401 },
};
/** Kinds that strike a bulk operation, or the storage beside it; one-shots only. */
export const BULK_KINDS = [
  'bulk_refused', 'bulk_failed', 'bulk_timeout', 'bulk_canceled', 'bulk_stuck', 'bulk_upload_fails', 'bulk_download_cut',
];
export const WEBHOOK_KINDS = ['lost', 'doubled', 'repeated', 'reordered', 'delayed'];

const DEFAULT_API_KINDS = ['http_500', 'http_502', 'http_503', 'cut_after_apply', 'slow'];

/** Nothing goes wrong. */
export const CALM = {
  webhook_lost: 0, webhook_doubled: 0, webhook_repeated: 0, webhook_reordered: 0, webhook_delayed: 0, webhook_delay_ms: 2000,
  api_fail: 0, api_kinds: DEFAULT_API_KINDS, token_fail: 0, throttle: 0, tag_swallowed: 0, slow_ms: 2000,
  search_lag_ms: 0, coalesce_ms: 0, at_least: 0, api_version: '2026-10',
};
const BOOSTED_WINDOW = 4;

/** @param {import('./random.mjs').Random} random */
function makeLottery(random) {
  let left = 0;
  let hitAt = -1;
  return (fraction, hurry) => {
    if (!(fraction > 0)) return false;
    if (left === 0) {
      const window = Math.max(1, Math.round(1 / fraction));
      left = hurry ? Math.min(window, BOOSTED_WINDOW) : window;
      hitAt = random.int(1, left);
    }
    return left-- === hitAt;
  };
}

/** @param {import('./random.mjs').Random} random */
export function makeFaults(random) {
  const counts = {};
  const lotteries = {};
  let deck = [];
  let oneShots = [];

  const note = (kind) => { counts[kind] = (counts[kind] ?? 0) + 1; return kind; };
  const lottery = (name) => (lotteries[name] ??= makeLottery(random.fork(name)));
  const short = (kind, weather) => (counts[kind] ?? 0) < weather.at_least;

  function takeOneShot(fits) {
    const found = oneShots.find((one) => one.n > 0 && fits(one));
    if (!found) return null;
    found.n -= 1;
    oneShots = oneShots.filter((one) => one.n > 0);
    note(found.kind);
    return found;
  }

  /** The next kind that can strike this call. */
  function deal(kinds, write) {
    const fits = (kind) => kinds.includes(kind) && (write || !API_KINDS[kind].writesOnly);
    let index = deck.findIndex(fits);
    if (index < 0) {
      deck = [...deck.filter((kind) => kinds.includes(kind)), ...random.shuffle(kinds)];
      index = deck.findIndex(fits);
    }
    return index < 0 ? null : deck.splice(index, 1)[0];
  }

  function apiWeather(weather, write, target) {
    const kinds = weather.api_kinds;
    const hurry = kinds.some((kind) => short(kind, weather));
    const fraction = target === 'token' ? weather.token_fail : weather.api_fail;
    if (lottery(target)(fraction, target === 'api' && hurry)) return deal(kinds, write);
    return target === 'api' && lottery('throttle')(weather.throttle, false) ? 'throttled' : null;
  }

  return {
    counts,
    weatherKinds: (weather) => [
      ...(weather.api_fail > 0 ? weather.api_kinds : []), ...(weather.throttle > 0 ? ['throttled'] : []),
      ...(weather.tag_swallowed > 0 ? ['tag_swallowed'] : []),
      ...WEBHOOK_KINDS.filter((kind) => weather[`webhook_${kind}`] > 0)
        .map((kind) => `webhook_${kind}`)],
    /** @param {{kind: string, n?: number, shop?: string, topic?: string, ms?: number, target?: string, operation?: string, message?: string}} fault */
    arm(fault) { oneShots.push({ ...fault, n: fault.n ?? 1 }); },
    armed: () => oneShots,
    /**
     * The fault of one call, or null.
     * @param {any} weather
     * @param {{shop: string, write: boolean, target: 'api'|'token', operation?: string}} call
     */
    ofCall(weather, call) {
      const shot = takeOneShot((one) => API_KINDS[one.kind] && (one.target ?? 'api') === call.target
        && (!one.shop || one.shop === call.shop) && (!one.operation || one.operation === call.operation)
        && (call.write || !API_KINDS[one.kind].writesOnly));
      const kind = shot?.kind ?? apiWeather(weather, call.write, call.target);
      if (!kind) return null;
      if (!shot) note(kind);
      return { kind, ms: shot?.ms ?? weather.slow_ms, ...API_KINDS[kind] };
    },
    /** Does tagsAdd leave the tag out, and say nothing? @param {any} weather @param {string} shop */
    swallows(weather, shop) {
      if (takeOneShot((one) => one.kind === 'tag_swallowed' && (!one.shop || one.shop === shop))) return true;
      if (!lottery('tag_swallowed')(weather.tag_swallowed, short('tag_swallowed', weather))) return false;
      return Boolean(note('tag_swallowed'));
    },
    /** Does a fault of that kind strike now? @param {string} kind @param {string} [shop] */
    bulk: (kind, shop) => Boolean(takeOneShot((one) => one.kind === kind && (!one.shop || !shop || one.shop === shop))),
    /** A refusal of a write in words (userErrors), or null. */
    refusal: (shop, operation) => takeOneShot((one) => one.kind === 'user_error'
      && (!one.shop || one.shop === shop) && (!one.operation || one.operation === operation)),
    /** @param {any} weather @param {{shop: string, topic: string}} delivery @returns {{kind: string, ms: number}|null} */
    ofWebhook(weather, delivery) {
      const shot = takeOneShot((one) => one.kind.startsWith('webhook_')
        && (!one.shop || one.shop === delivery.shop) && (!one.topic || one.topic === delivery.topic));
      if (shot) return { kind: shot.kind.slice('webhook_'.length), ms: shot.ms ?? weather.webhook_delay_ms };
      if (!delivery.topic.startsWith('orders/')) return null;
      const kind = WEBHOOK_KINDS.find((one) => lottery(`webhook ${one}`)(
        weather[`webhook_${one}`], short(`webhook_${one}`, weather)));
      if (!kind) return null;
      note(`webhook_${kind}`);
      return { kind, ms: weather.webhook_delay_ms };
    },
    reset() {
      for (const kind of Object.keys(counts)) delete counts[kind];
      oneShots = [];
      deck = [];
    },
  };
}
