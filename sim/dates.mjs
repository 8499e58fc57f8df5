/** dates.mjs - one instant, as the two APIs write it: UTC "Z", or the shop's offset. */

/** GraphQL: 2026-11-23T10:00:00Z. @param {number|null} ms */
export const utc = (ms) => (ms === null || ms === undefined ? null : `${new Date(ms).toISOString().slice(0, 19)}Z`);

/** REST: 2026-11-23T11:00:00+01:00. @param {number|null} ms @param {string} offset "+01:00" */
export function local(ms, offset) {
  if (ms === null || ms === undefined) return null;
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(offset);
  const shift = (Number(hours) * 60 + Number(minutes)) * 60000 * (sign === '-' ? -1 : 1);
  return `${new Date(ms + shift).toISOString().slice(0, 19)}${offset}`;
}

/** Order times have no fraction. */
export const wholeSecond = (ms) => Math.floor(ms / 1000) * 1000;
