/**
 * tokens.mjs - ID tokens, access tokens and refresh tokens of one store.
 *
 * Offline tokens expire.  A refresh gives a new pair; the refresh token used
 * may be used again until something of the new pair is used (an answer can get
 * lost), then it is dead.  A new pair retires every other refresh token, while
 * access tokens live to their own end.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

const REFRESH_LIFE = 90 * 86400000;
const b64 = (value) => Buffer.from(value).toString('base64url');

/**
 * @param {{now(): number}} clock
 * @param {import('./random.mjs').Random} random
 * @param {{expiresIn: number}} settings seconds an access token lives
 */
export function makeTokens(clock, random, settings) {
  /** @type {Map<string, {expiresAt: number, pair: any}>} */
  const access = new Map();
  let current = null;

  function issue(previous) {
    const pair = {
      access: `shpat_${random.hex(16)}`, refresh: `shprt_${random.hex(16)}`,
      refreshUntil: clock.now() + REFRESH_LIFE, previous,
    };
    access.set(pair.access, { expiresAt: clock.now() + settings.expiresIn * 1000, pair });
    current = pair;
    return {
      access_token: pair.access, expires_in: settings.expiresIn,
      refresh_token: pair.refresh, refresh_token_expires_in: REFRESH_LIFE / 1000,
    };
  }

  /** Using anything of the newest pair ends the one before it. */
  const used = (pair) => { pair.previous = null; };

  return {
    settings,
    issue: () => issue(null),
    /** @param {string} token @returns {object|null} a new pair, or null when the token is dead */
    refresh(token) {
      if (!current || current.refreshUntil <= clock.now()) return null;
      if (token === current.refresh) return issue(token);
      return token === current.previous ? issue(token) : null;
    },
    /** Is this a living access token? @param {string|undefined} token */
    accepts(token) {
      const found = access.get(token ?? '');
      if (!found || found.expiresAt <= clock.now()) return false;
      used(found.pair);
      return true;
    },
    revokeAll() {
      access.clear();
      current = null;
    },
    /** Ends access tokens early, as Shopify may. */
    expireAccess() {
      for (const one of access.values()) one.expiresAt = clock.now();
    },
  };
}

const sign = (text, secret) => createHmac('sha256', secret).update(text).digest('base64url');

/**
 * An ID token as App Bridge hands it out; every claim can be made wrong.
 * @param {{clientId: string, clientSecret: string}} app
 * @param {string} domain
 * @param {number} now milliseconds
 * @param {import('./random.mjs').Random} random
 * @param {{aud?: string, dest?: string, iss?: string, sub?: string, exp_in?: number, nbf_in?: number, alg?: string, secret?: string}} [wrong]
 */
export function idToken(app, domain, now, random, wrong = {}) {
  const seconds = Math.floor(now / 1000);
  const head = b64(JSON.stringify({ alg: wrong.alg ?? 'HS256', typ: 'JWT' }));
  const claims = b64(JSON.stringify({
    iss: wrong.iss ?? `https://${domain}/admin`, dest: wrong.dest ?? `https://${domain}`, aud: wrong.aud ?? app.clientId,
    sub: wrong.sub ?? '42', exp: seconds + (wrong.exp_in ?? 60), nbf: seconds + (wrong.nbf_in ?? 0), iat: seconds,
    jti: random.hex(16), sid: random.hex(32), sig: random.hex(32),
  }));
  const mark = wrong.alg === 'none' ? '' : sign(`${head}.${claims}`, wrong.secret ?? app.clientSecret);
  return `${head}.${claims}.${mark}`;
}

/** What is wrong with an ID token, or null. */
export function idTokenFault(token, app, domain, now) {
  const [head, claims, mark] = String(token).split('.');
  if (!mark) return 'not a JWT';
  const expected = Buffer.from(sign(`${head}.${claims}`, app.clientSecret));
  const given = Buffer.from(mark);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return 'signature does not match';
  const { alg } = JSON.parse(Buffer.from(head, 'base64url').toString());
  const claim = JSON.parse(Buffer.from(claims, 'base64url').toString());
  const seconds = now / 1000;
  const checks = [
    [alg !== 'HS256', 'wrong algorithm'], [claim.aud !== app.clientId, 'wrong audience'],
    [claim.dest !== `https://${domain}`, 'another shop'], [claim.exp <= seconds, 'expired'], [claim.nbf > seconds + 10, 'not yet valid'],
  ];
  return checks.find(([fault]) => fault)?.[1] ?? null;
}

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token';
const OFFLINE = 'urn:shopify:params:oauth:token-type:offline-access-token';
const refuse = (status, error, description) => ({ status, body: { error, error_description: description } });

/**
 * POST /admin/oauth/access_token.
 * @param {any} world @param {import('./store.mjs').Shop} shop @param {Record<string, string>} form
 */
export function answerTokenRequest(world, shop, form) {
  const { app } = world;
  if (form.client_id !== app.clientId) return refuse(400, 'application_cannot_be_found', 'unknown client_id');
  if (form.client_secret !== app.clientSecret) return refuse(400, 'invalid_client', 'wrong client_secret');
  const grant = { [EXCHANGE]: exchange, refresh_token: renew }[form.grant_type];
  return grant ? grant(world, shop, form) : refuse(400, 'unsupported_grant_type', 'unknown grant_type');
}

function exchange(world, shop, form) {
  const fault = form.subject_token_type !== ID_TOKEN ? 'unknown subject_token_type'
    : !shop.installed ? 'the app is not installed'
      : safely(() => idTokenFault(form.subject_token, world.app, shop.domain, world.clock.now()));
  if (fault) return refuse(400, 'invalid_subject_token', fault);
  if (form.requested_token_type !== OFFLINE) return refuse(400, 'invalid_request', 'only offline tokens are made here');
  if (String(form.expiring) !== '1') {
    return refuse(403, 'invalid_request', 'Non-expiring access tokens are no longer accepted for the Admin API');
  }
  return { status: 200, body: { ...shop.tokens.issue(), scope: shop.scopes.join(',') } };
}

function safely(check) {
  try {
    return check();
  } catch {
    return 'not a JWT';
  }
}

function renew(_world, shop, form) {
  const pair = shop.installed ? shop.tokens.refresh(form.refresh_token) : null;
  return pair ? { status: 200, body: { ...pair, scope: shop.scopes.join(',') } }
    : refuse(401, 'invalid_request', 'This request requires an active refresh_token');
}
