/**
 * bulk_files.mjs - the storage beside the Admin API: files put up for a bulk
 * mutation, and the results of bulk operations to be fetched.
 *
 * It is another host than the store's, so an address here is all that a caller
 * has: whoever knows it may use it, until it expires.
 */
import { uuid } from './random.mjs';

/** Shopify takes no larger file of variables. */
export const UPLOAD_MAX = 100 * 1024 * 1024;
const RESULT_DAYS = 7;
const DAY = 86400000;

/** @param {{now(): number}} clock */
export function makeFiles(clock) {
  const uploads = new Map();
  const results = new Map();
  return {
    /** A place to put a file: what its sender must say with it. @param {any} shop @param {string} filename */
    reserve(shop, filename) {
      const key = `tmp/${shop.id}/bulk/${uuid(shop.noise)}/${filename}`;
      uploads.set(key, { shop: shop.domain, text: null });
      return key;
    },
    put(key, text) {
      const place = uploads.get(key);
      if (place) place.text = text;
      return Boolean(place);
    },
    /** What was put there for that store, or null. */
    uploaded: (shop, key) => (uploads.get(key)?.shop === shop.domain ? uploads.get(key).text : null),
    /** Keeps a result; answers its name. */
    keep(shop, lines) {
      const name = uuid(shop.noise);
      results.set(name, { bytes: Buffer.from(lines.map((line) => `${line}\n`).join('')), until: clock.now() + RESULT_DAYS * DAY });
      return name;
    },
    /** The bytes, or null: unknown, or expired. */
    result: (name) => (results.get(name)?.until > clock.now() ? results.get(name).bytes : null),
    clear() { uploads.clear(); results.clear(); },
  };
}

/** The parts of a form: {name: text}. @param {string} type Content-Type @param {Buffer} body */
export function formParts(type, body) {
  const boundary = /boundary="?([^";]+)"?/.exec(type ?? '')?.[1];
  if (!boundary) return {};
  const parts = {};
  for (const part of body.toString('utf8').split(`--${boundary}`).slice(1, -1)) {
    const gap = part.indexOf('\r\n\r\n');
    const name = / name="([^"]*)"/.exec(part.slice(0, gap))?.[1];
    if (name) parts[name] = part.slice(gap + 4, -2);
  }
  return parts;
}

/** The status and body of an upload. @param {any} world @param {Record<string, string>} form */
export function takeUpload(world, form) {
  if (form.file === undefined || Object.keys(form).at(-1) !== 'file') return [400, 'MissingFile'];
  if (form.file.length > UPLOAD_MAX) return [400, 'EntityTooLarge'];
  return world.files.put(form.key, form.file) ? [201, 'Created'] : [403, 'AccessDenied'];
}

/** The status, headers and body of a download, whole or by range. */
export function serveResult(bytes, range) {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
  if (from === undefined) return [200, {}, bytes];
  if (Number(from) >= bytes.length) return [416, { 'Content-Range': `bytes */${bytes.length}` }, Buffer.alloc(0)];
  const last = Math.min(to ? Number(to) : bytes.length - 1, bytes.length - 1);
  return [206, { 'Content-Range': `bytes ${from}-${last}/${bytes.length}` }, bytes.subarray(Number(from), last + 1)];
}
