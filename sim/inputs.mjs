/**
 * inputs.mjs - what Shopify checks in variables beyond their types.
 */
const MAX_ARRAY = 250;
const GID = /^gid:\/\/shopify\/\w+\/[^\s/]+$/;

/** An array that is too long, or an id that is none: the error, or null. */
export function checkInput(operation, variables) {
  for (const definition of operation.variableDefinitions ?? []) {
    const name = definition.variable.name.value;
    const value = variables[name];
    if (Array.isArray(value) && value.length > MAX_ARRAY) return tooLong(name, value);
    const bad = typeName(definition.type) === 'ID' ? [value].flat().find((id) => id && !GID.test(id)) : undefined;
    if (bad !== undefined) return badId(definition, name, value, bad);
  }
  return null;
}

const typeName = (type) => (type.kind === 'NamedType' ? type.name.value : typeName(type.type));

function tooLong(name, value) {
  return {
    message: `The input array size of ${value.length} is greater than the maximum allowed of ${MAX_ARRAY}.`,
    path: [name], extensions: { code: 'MAX_INPUT_SIZE_EXCEEDED' },
  };
}

function badId(definition, name, value, bad) {
  const explanation = `Invalid global id '${bad}'`;
  const { line, column } = definition.loc.startToken;
  return {
    message: `Variable $${name} of type ID! was provided invalid value`, locations: [{ line, column }],
    extensions: { code: 'INVALID_VARIABLE', value, problems: [{ path: [], explanation, message: explanation }] },
  };
}

/** The parts of a global id, or null. @param {string} id */
export function partsOf(id) {
  const match = /^gid:\/\/shopify\/(\w+)\/(\d+)/.exec(id);
  return match ? { kind: match[1], id: match[2] } : null;
}
