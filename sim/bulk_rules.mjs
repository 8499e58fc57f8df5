/**
 * bulk_rules.mjs - what may be run in bulk, by the document alone.
 *
 * Documented: a query has one root field, which is no node(s), at least one and
 * at most five connections, at most two levels of them; a mutation has at most
 * one connection and is no bulk operation itself.  That a mutation has one root
 * field is our caution: no example with two is known.
 */
import { getNamedType, Kind, parse, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import { problemsOf } from './schema.mjs';

const CONNECTIONS_MAX = 5;
const LEVELS_MAX = 2;

/** The fields of the one operation in a document. */
export function rootFields(document) {
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  return operation.selectionSet.selections.filter(({ kind }) => kind === Kind.FIELD);
}

/** The connections directly below the nodes of one. */
export function connectionsOf(field) {
  const selections = (one) => one?.selectionSet?.selections.filter(({ kind }) => kind === Kind.FIELD) ?? [];
  const inner = selections(field).find(({ name }) => ['nodes', 'edges'].includes(name.value));
  const node = inner?.name.value === 'edges' ? selections(inner).find(({ name }) => name.value === 'node') : inner;
  return selections(node).filter((one) => selections(one).some(({ name }) => ['nodes', 'edges'].includes(name.value)));
}

/** How many connections there are, and how deep. */
function measure(schema, document) {
  const info = new TypeInfo(schema);
  let level = 0;
  let found = { count: 0, depth: 0 };
  const isConnection = () => getNamedType(info.getType())?.name.endsWith('Connection');
  visit(document, visitWithTypeInfo(info, {
    Field: {
      enter() {
        if (!isConnection()) return;
        level += 1;
        found = { count: found.count + 1, depth: Math.max(found.depth, level) };
      },
      leave() { level -= Number(Boolean(isConnection())); },
    },
  }));
  return found;
}

/** Why it may not be run, in words; or null. @param {'query'|'mutation'} kind */
export function tooMuch(schema, text, kind) {
  let document;
  try {
    document = parse(text);
  } catch (error) {
    return error.message;
  }
  const [first] = problemsOf(schema, document);
  if (first) return first.message;
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (operation.operation !== kind) return `It is not a ${kind}.`;
  const roots = rootFields(document);
  if (roots.length !== 1) return 'Only one root field is supported.';
  return (kind === 'query' ? queryRule : mutationRule)(roots[0].name.value, measure(schema, document), operation);
}

function queryRule(root, { count, depth }, operation) {
  if (operation.variableDefinitions?.length) return 'Bulk queries cannot take variables.';
  if (root === 'node' || root === 'nodes') return 'Bulk queries cannot use the node and nodes fields.';
  if (count < 1) return 'Bulk queries must contain at least one connection.';
  if (count > CONNECTIONS_MAX) return `Bulk queries cannot contain more than ${CONNECTIONS_MAX} connections.`;
  return depth > LEVELS_MAX ? 'Bulk queries cannot contain connections with a nesting depth greater than 2.' : null;
}

function mutationRule(root, { count }) {
  if (root.startsWith('bulkOperation')) return 'Bulk operations cannot be run in bulk.';
  return count > 1 ? 'The mutation can use only one connection field.' : null;
}
