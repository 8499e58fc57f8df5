/**
 * tags.mjs - what Shopify does with tags, as recorded on orders.
 *
 * Adding looks without case: "red" on an order tagged "Red" adds nothing and
 * keeps the spelling.  Removing looks with case: "red" leaves "Red" in place.
 * A comma separates, also inside an element.  Tags are kept in order, without
 * regard to case.
 */

const fold = (tag) => tag.toLowerCase();

/** @param {string|string[]} given @returns {string[]} */
export function splitTags(given) {
  return [given].flat().flatMap((text) => text.split(',')).map((tag) => tag.trim()).filter(Boolean);
}

/** @param {string[]} tags */
export function sortTags(tags) {
  return [...tags].sort((a, b) => (fold(a) < fold(b) ? -1 : fold(a) > fold(b) ? 1 : 0));
}

/** @param {string[]} tags @param {string|string[]} given */
export function addTags(tags, given) {
  const result = [...tags];
  for (const tag of splitTags(given)) {
    if (!result.some((one) => fold(one) === fold(tag))) result.push(tag);
  }
  return sortTags(result);
}

/** @param {string[]} tags @param {string|string[]} given */
export function removeTags(tags, given) {
  const gone = new Set(splitTags(given));
  return tags.filter((tag) => !gone.has(tag));
}
