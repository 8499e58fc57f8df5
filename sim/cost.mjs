/**
 * cost.mjs - what a document costs in points, before and after it ran.
 *
 * Shopify publishes no formula; this one reproduces every figure that was
 * observed (the table is in test/cost.test.mjs):
 *
 *   scalar, enum, pageInfo, edges, cursor, MoneyBag, MoneyV2, userErrors   0
 *   object field, plain list of objects                     1 + children
 *   interface, union             1 + common + dearest type condition
 *   connection                   2 + s(n) * (1 + children of the node)
 *   mutation field               10, its payload and the objects in it free
 *
 *   s(0) = 0, s(n) = max(1, floor(2 ln n)), n = first | last
 *
 * The requested cost counts what was asked for, the actual cost what came back
 * (a null object is 0).  One walk does both: `data` is absent or the answer.
 */
import {
  Kind, getNamedType, getNullableType, isAbstractType, isLeafType, isListType, isObjectType,
} from 'graphql';

/** Types that cost nothing themselves; their children still count. */
const FREE_TYPES = new Set(['MoneyBag', 'MoneyV2', 'PageInfo']);
const USER_ERRORS = /userErrors$/i;
const MUTATION = 10;
/** Mutations that were seen to cost more than the 10 of the documentation. */
const DEAR_MUTATIONS = { refundCreate: 20, fulfillmentTrackingInfoUpdate: 50, fulfillmentTrackingInfoUpdateV2: 50 };
export const MAX_COST = 1000;

/** How much a connection of n entries weighs. @param {number} n */
export function sizeFactor(n) {
  return n > 0 ? Math.max(1, Math.floor(2 * Math.log(n))) : 0;
}

/**
 * @typedef {object} Walk
 * @property {import('graphql').GraphQLSchema} schema
 * @property {Record<string, import('graphql').FragmentDefinitionNode>} fragments
 * @property {Record<string, unknown>} variables
 * @property {boolean} actual        count what came back instead of what was asked
 * @property {Record<string, number>} overrides  cost of a type's own object, by type name
 */

/**
 * The cost of one operation.
 * @param {object} input
 * @param {import('graphql').GraphQLSchema} input.schema
 * @param {import('graphql').DocumentNode} input.document
 * @param {import('graphql').OperationDefinitionNode} input.operation
 * @param {Record<string, unknown>} [input.variables]
 * @param {any} [input.data] the answer, for the actual cost; needs TYPE_KEY in abstract objects
 * @param {Record<string, number>} [input.overrides]
 */
export function costOf({ schema, document, operation, variables = {}, data, overrides = {} }) {
  const fragments = Object.fromEntries(document.definitions
    .filter((d) => d.kind === Kind.FRAGMENT_DEFINITION).map((d) => [d.name.value, d]));
  const walk = { schema, fragments, variables, actual: data !== undefined, overrides };
  const root = schema.getRootType(operation.operation);
  const fields = collect(walk, root, [operation.selectionSet]);
  const price = operation.operation === 'mutation' ? mutationCost : fieldCost;
  return sum(fields.map((field) => price(walk, root, field, data?.[field.key])));
}

/** The alias under which the server asks abstract objects for their type. */
export const TYPE_KEY = 'simTypename';

const sum = (/** @type {number[]} */ list) => list.reduce((a, b) => a + b, 0);

/**
 * @typedef {{key: string, node: import('graphql').FieldNode,
 *            sets: import('graphql').SelectionSetNode[]}} Field
 */

/**
 * The fields that apply to one type, those of one response key merged, as the
 * specification's CollectFields does.
 * @param {Walk} walk
 * @param {import('graphql').GraphQLNamedType} type
 * @param {readonly import('graphql').SelectionSetNode[]} sets
 * @param {Map<string, Field>} [into]
 * @returns {Field[]}
 */
function collect(walk, type, sets, into = new Map()) {
  for (const selection of sets.flatMap((set) => set.selections)) {
    if (!wanted(walk, selection)) continue;
    if (selection.kind === Kind.FIELD) addField(into, selection);
    else {
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD
        ? walk.fragments[selection.name.value] : selection;
      if (applies(walk.schema, type, fragment.typeCondition?.name.value)) {
        collect(walk, type, [fragment.selectionSet], into);
      }
    }
  }
  return [...into.values()];
}

function addField(into, node) {
  const key = node.alias?.value ?? node.name.value;
  const field = into.get(key) ?? { key, node, sets: [] };
  if (node.selectionSet) field.sets.push(node.selectionSet);
  into.set(key, field);
}

/** Does a fragment on `condition` apply to objects known as `type`? */
function applies(schema, type, condition) {
  if (!condition || condition === type.name) return true;
  const other = schema.getType(condition);
  return isAbstractType(other) && schema.isSubType(other, type);
}

/** @include and @skip. */
function wanted(walk, selection) {
  const flag = (name) => {
    const directive = selection.directives?.find((d) => d.name.value === name);
    return directive && valueOf(walk, directive.arguments[0].value);
  };
  return flag('skip') !== true && flag('include') !== false;
}

function valueOf(walk, node) {
  if (node.kind === Kind.VARIABLE) return walk.variables[node.name.value];
  return node.kind === Kind.INT ? Number(node.value) : node.value;
}

/** A mutation field: its payload and the objects directly in it are in the 10. */
function mutationCost(walk, root, field, data) {
  const payload = getNamedType(root.getFields()[field.node.name.value].type);
  const inner = collect(walk, payload, field.sets).map((child) => {
    const definition = payload.getFields?.()[child.node.name.value];
    const free = definition && isObjectLike(definition.type);
    return free ? childrenCost(walk, getNamedType(definition.type), child, at(walk, data, child))
      : fieldCost(walk, payload, child, at(walk, data, child));
  });
  return (DEAR_MUTATIONS[field.node.name.value] ?? MUTATION) + sum(inner);
}

function argumentsOf(walk, field) {
  return Object.fromEntries(field.node.arguments
    .map((argument) => [argument.name.value, valueOf(walk, argument.value)]));
}

const at = (walk, data, field) => (walk.actual ? data?.[field.key] ?? null : undefined);

function isObjectLike(type) {
  const bare = getNullableType(type);
  return !isListType(bare) && !isLeafType(getNamedType(bare)) && !isConnection(getNamedType(bare));
}

const isConnection = (type) => isObjectType(type) && type.name.endsWith('Connection');

/** Any field that is not a mutation's. */
function fieldCost(walk, parent, field, data) {
  const definition = parent.getFields?.()[field.node.name.value];
  if (!definition) return 0; // __typename, or introspection
  const type = getNamedType(definition.type);
  if (isLeafType(type) || USER_ERRORS.test(field.node.name.value)) return 0;
  if (walk.actual && (data === null || data === undefined)) return 0;
  if (isConnection(type)) return connectionCost(walk, type, field, data);
  return ownCost(walk, type) + childrenCost(walk, type, field, data);
}

function ownCost(walk, type) {
  return walk.overrides[type.name] ?? (FREE_TYPES.has(type.name) ? 0 : 1);
}

/** What hangs below an object or a plain list of objects. */
function childrenCost(walk, type, field, data) {
  if (walk.actual && Array.isArray(data)) {
    return Math.max(0, ...data.map((item) => childrenCost(walk, type, field, item)));
  }
  if (walk.actual && (data === null || data === undefined)) return 0;
  if (!isAbstractType(type)) return setCost(walk, type, field.sets, data);
  const candidates = walk.actual
    ? [walk.schema.getType(data[TYPE_KEY] ?? type.name)] : [type, ...walk.schema.getPossibleTypes(type)];
  return Math.max(...candidates.map((one) => setCost(walk, one, field.sets, data)));
}

function setCost(walk, type, sets, data) {
  return sum(collect(walk, type, sets).map((f) => fieldCost(walk, type, f, at(walk, data, f))));
}

function connectionCost(walk, type, field, data) {
  return 2 + (walk.actual
    ? returnedNodes(walk, type, field, data) : sizeFactor(askedFor(walk, field)) * nodeCost(walk, type, field));
}

function askedFor(walk, field) {
  const { first, last } = argumentsOf(walk, field);
  return Number(first ?? last ?? 0);
}

/** The ways to a connection's nodes: `nodes {}` and `edges { node {} }`. */
function nodeSets(walk, type, field) {
  const fields = collect(walk, type, field.sets);
  const edges = fields.find((f) => f.node.name.value === 'edges');
  const edgeType = edges && getNamedType(type.getFields().edges.type);
  const inEdge = edges && collect(walk, edgeType, edges.sets).find((f) => f.node.name.value === 'node');
  return { nodes: fields.find((f) => f.node.name.value === 'nodes'), edges, inEdge, fields };
}

function nodeType(type) {
  const { nodes, edges } = type.getFields();
  return getNamedType(nodes?.type ?? getNamedType(edges.type).getFields().node.type);
}

function nodeCost(walk, type, field) {
  const { nodes, inEdge } = nodeSets(walk, type, field);
  const sets = [...(nodes?.sets ?? []), ...(inEdge?.sets ?? [])];
  return 1 + childrenCost(walk, nodeType(type), { ...field, sets }, undefined);
}

/** The same factor over the number that came back; nodes differ, so their mean. */
function returnedNodes(walk, type, field, data) {
  const { nodes, edges, inEdge } = nodeSets(walk, type, field);
  const source = nodes ?? inEdge;
  const list = nodes ? data[nodes.key] : (data[edges?.key] ?? []).map((e) => e[inEdge?.key]);
  if (!source || !list?.length) return 0;
  const costs = list.map((item) => 1 + childrenCost(walk, nodeType(type), source, item));
  return Math.round(sizeFactor(list.length) * sum(costs) / list.length);
}
