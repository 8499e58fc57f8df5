/**
 * json.mjs - JSON text with exact 64-bit integers.
 *
 * Shopify's webhook ids exceed 2^53.  They are BigInt in the store and must
 * reach the wire as the digits they are, which JSON.stringify cannot do.
 * NUL and lone surrogates leave as \u0000 and \ud800, as Shopify sends them.
 */

/** @param {any} value @returns {string} */
export function toJson(value) {
  if (typeof value === 'bigint') return value.toString();
  if (value === undefined) return 'null';
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(toJson).join(',')}]`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
    .map(([key, member]) => `${JSON.stringify(key)}:${toJson(member)}`);
  return `{${members.join(',')}}`;
}
