/**
 * schema.mjs - the official Admin schema, built once per process.
 *
 * Why the official one: a document that Shopify would refuse must be refused
 * here too, and only Shopify's own introspection result knows every field.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import {
  buildClientSchema, specifiedRules, validate, NoDeprecatedCustomRule,
} from 'graphql';

/**
 * Reads a (gzipped) introspection result and makes an executable schema of it.
 * @param {string} file
 */
export function loadSchema(file) {
  const bytes = readFileSync(file);
  const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const parsed = JSON.parse((zipped ? gunzipSync(bytes) : bytes).toString('utf8'));
  return relaxScalars(buildClientSchema(parsed.data ?? parsed, { assumeValid: true }));
}

/**
 * A client schema serialises custom scalars as they are, but Int and Float must
 * take what the store holds; ids are BigInt there and strings on the wire.
 * @param {import('graphql').GraphQLSchema} schema
 */
function relaxScalars(schema) {
  for (const name of ['ID', 'UnsignedInt64']) {
    const type = /** @type {import('graphql').GraphQLScalarType} */ (schema.getType(name));
    if (type) type.serialize = (value) => String(value);
  }
  return schema;
}

/**
 * What the reference library has against a document; empty means valid.
 * @param {import('graphql').GraphQLSchema} schema
 * @param {import('graphql').DocumentNode} document
 * @param {{deprecated?: boolean}} [options] also complain about deprecated fields
 */
export function problemsOf(schema, document, options = {}) {
  const rules = options.deprecated
    ? [...specifiedRules, NoDeprecatedCustomRule] : specifiedRules;
  return validate(schema, document, rules);
}
