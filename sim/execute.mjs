/**
 * execute.mjs - runs one GraphQL document against one store.
 *
 * Parse, validate by the official schema, price, take the points, execute,
 * give the unused points back: in this order, as Shopify does it, with its
 * error shapes.  Everything is answered with HTTP 200, errors too.
 */
import {
  execute, getNamedType, getNullableType, GraphQLError, isAbstractType, isEnumType, isListType, isNonNullType, isObjectType,
  isScalarType, Kind, parse, TypeInfo, visit, visitWithTypeInfo,
} from 'graphql';
import { getVariableValues } from 'graphql/execution/values.js';
import { emptyConnection, WHOLE } from './connection.mjs';
import { costOf, MAX_COST, TYPE_KEY } from './cost.mjs';
import { checkInput } from './inputs.mjs';
import { mutations } from './mutations.mjs';
import { queries } from './queries.mjs';
import { problemsOf } from './schema.mjs';

const THROTTLED = {
  message: 'Throttled',
  extensions: { code: 'THROTTLED', documentation: 'https://shopify.dev/api/usage/rate-limits' },
};

/** Documents by text; an app sends the same few again and again. @type {WeakMap<object, Map<string, any>>} */
const prepared = new WeakMap();

function prepare(schema, text) {
  const known = prepared.get(schema) ?? new Map();
  prepared.set(schema, known);
  if (known.has(text)) return known.get(text);
  const made = validated(schema, text);
  if (known.size > 1000) known.clear();
  known.set(text, made);
  return made;
}

function validated(schema, text) {
  let document;
  try {
    document = parse(text);
  } catch (error) {
    return { errors: [{ message: error.message, locations: error.locations, extensions: { code: 'parseError' } }] };
  }
  const problems = problemsOf(schema, document);
  if (problems.length) return { errors: problems.map((error) => validationError(error, document)) };
  return { document, typed: withTypenames(schema, document) };
}

/** Every abstract selection also says its type: the actual cost depends on it. */
function withTypenames(schema, document) {
  const info = new TypeInfo(schema);
  const name = {
    kind: Kind.FIELD, alias: { kind: Kind.NAME, value: TYPE_KEY }, name: { kind: Kind.NAME, value: '__typename' },
  };
  return visit(document, visitWithTypeInfo(info, {
    SelectionSet(node) {
      if (isAbstractType(info.getParentType())) return { ...node, selections: [...node.selections, name] };
      return undefined;
    },
  }));
}

const UNKNOWN_FIELD = /^Cannot query field "(\w+)" on type "(\w+)"/;

/** A complaint of the reference library in Shopify's words. */
function validationError(error, document) {
  const operation = document.definitions.find((d) => d.kind === Kind.OPERATION_DEFINITION);
  const path = [[operation?.operation ?? 'query', operation?.name?.value].filter(Boolean).join(' ')];
  const [, fieldName, typeName] = UNKNOWN_FIELD.exec(error.message) ?? [];
  if (!fieldName) return { message: error.message, locations: error.locations, path, extensions: { code: 'invalid' } };
  return {
    message: `Field '${fieldName}' doesn't exist on type '${typeName}'`, locations: error.locations,
    path: [...path, fieldName], extensions: { code: 'undefinedField', typeName, fieldName },
  };
}

/**
 * A call that is known to be well-formed and what it will cost.
 * @param {any} world @param {any} shop @param {{query?: string, variables?: any, operationName?: string}} request
 * @returns {{errors: any[]} | {document: any, operation: any, variables: any, requested: number}}
 */
export function readCall(world, shop, request) {
  const made = prepare(world.schema, request.query ?? '');
  if (made.errors) return made;
  const operations = made.document.definitions.filter((d) => d.kind === Kind.OPERATION_DEFINITION);
  const operation = operations.find((d) => !request.operationName || d.name?.value === request.operationName);
  if (!operation) return { errors: [{ message: `No operation named "${request.operationName}"` }] };
  const { coerced, errors } = getVariableValues(world.schema, operation.variableDefinitions ?? [], request.variables ?? {});
  if (errors) return { errors: errors.map((error) => variableError(error, request.variables)) };
  const wrong = checkInput(operation, coerced);
  if (wrong) return { errors: [wrong] };
  const requested = costOf({
    schema: world.schema, document: made.document, operation, variables: coerced, overrides: shop.costOverrides,
  });
  return { document: made.document, typed: made.typed, operation, variables: coerced, raw: request.variables ?? {}, requested };
}

function variableError(error, variables) {
  const name = /^Variable "\$(\w+)"/.exec(error.message)?.[1];
  return {
    message: error.message.replace(/"(\$\w+)"/, '$1'), locations: error.locations,
    extensions: {
      code: 'INVALID_VARIABLE', value: variables?.[name] ?? null, problems: [{ path: [], explanation: error.message }],
    },
  };
}

/** @returns {any} */
function perform(world, call, context) {
  return execute({
    schema: world.schema, document: call.typed, rootValue: { ...queries, ...mutations }, contextValue: context,
    operationName: call.operation.name?.value, variableValues: call.raw, fieldResolver: resolveField,
    typeResolver: (value) => value.__typename,
  });
}

/**
 * Charges and runs a call.  `forced` throttles it whatever the bucket holds.
 * @param {any} world @param {any} shop @param {any} call from readCall
 * @param {{forced?: boolean}} [options]
 * @returns {{body: any, points: number, throttled: boolean, overdrawn: boolean}}
 */
export function runCall(world, shop, call, { forced = false } = {}) {
  const { requested } = call;
  if (requested > MAX_COST) return { body: tooDear(shop, requested), points: 0, throttled: false, overdrawn: false };
  const overdrawn = !forced && !shop.bucket.take(requested);
  if (forced || overdrawn) {
    const extensions = costBlock(shop, requested, null);
    if (forced) extensions.cost.throttleStatus.currentlyAvailable = 0; // as if another client had been there
    return { body: { errors: [THROTTLED], extensions }, points: 0, throttled: true, overdrawn };
  }
  const context = { world, shop, search: [] };
  const result = perform(world, call, context);
  const points = pointsOf(world, shop, call, result.data);
  shop.bucket.giveBack(Math.max(0, requested - points));
  return { body: answer(shop, result, requested, points, context), points, throttled: false, overdrawn: false };
}

/**
 * Runs a document without points: a line of a bulk mutation, or a whole bulk
 * query, whose connections then have no pages.
 * @param {any} world @param {any} shop @param {string} query @param {any} variables
 * @param {{bulk?: boolean}} [options]
 * @returns {{data?: any, errors?: any[]}}
 */
export function runFree(world, shop, query, variables, { bulk = false } = {}) {
  const call = readCall(world, shop, { query, variables });
  if (call.errors) return { errors: call.errors };
  const { data, errors } = perform(world, call, { world, shop, search: [], bulk });
  return { data: data && withoutTypeKeys(data), errors: errors?.map(executionError) };
}

function pointsOf(world, shop, call, data) {
  const { document, operation, variables } = call;
  const actual = costOf({
    schema: world.schema, document, operation, variables, data: data ?? {}, overrides: shop.costOverrides,
  });
  return Math.min(actual, call.requested);
}

function answer(shop, result, requested, points, context) {
  const body = {};
  if (result.errors) body.errors = result.errors.map(executionError);
  if (result.data !== undefined) body.data = withoutTypeKeys(result.data);
  body.extensions = costBlock(shop, requested, points);
  if (context.search.length) body.extensions.search = context.search;
  return body;
}

function executionError(error) {
  const { message, locations, path, extensions } = error.toJSON();
  return { message, locations, ...(extensions ? { extensions } : { extensions: { code: 'INTERNAL_SERVER_ERROR' } }), path };
}

function withoutTypeKeys(value) {
  if (Array.isArray(value)) return value.map(withoutTypeKeys);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== TYPE_KEY)
    .map(([key, member]) => [key, withoutTypeKeys(member)]));
}

function costBlock(shop, requestedQueryCost, actualQueryCost) {
  return { cost: { requestedQueryCost, actualQueryCost, throttleStatus: shop.bucket.status() } };
}

function tooDear(shop, cost) {
  const message = `Query cost is ${cost}, which exceeds the single query max cost limit (${MAX_COST}).`;
  return {
    errors: [{
      message, extensions: { code: 'MAX_COST_EXCEEDED', cost, maxCost: MAX_COST, documentation: 'https://shopify.dev/api/usage/rate-limits' },
    }],
    extensions: costBlock(shop, cost, null),
  };
}

/** Protected customer data by type, as the official introspection marks them. */
const PROTECTED = {
  Order: ['email', 'phone'],
  Customer: ['firstName', 'lastName', 'displayName', 'defaultEmailAddress', 'defaultPhoneNumber'],
  MailingAddress: ['name', 'firstName', 'lastName', 'address1', 'address2', 'zip', 'phone'],
};

function refuseProtected(shop, info) {
  if (!shop.withholds || !PROTECTED[info.parentType.name]?.includes(info.fieldName)) return;
  throw new GraphQLError(`This app is not approved to use the ${info.fieldName} field.`, {
    extensions: { code: 'ACCESS_DENIED', documentation: 'https://shopify.dev/docs/apps/launch/protected-customer-data' },
  });
}

/** What the store has, or else something empty of the right type. */
function resolveField(source, args, context, info) {
  refuseProtected(context.shop, info);
  const value = source?.[info.fieldName];
  const asked = context.bulk && isPaged(info.returnType) ? { ...args, first: WHOLE } : args;
  const found = typeof value === 'function' ? value.call(source, asked, context, info) : value;
  if (found !== undefined && !(found === null && mustBeList(info.returnType))) return found;
  return isNonNullType(info.returnType) || mustBeList(info.returnType) ? emptyOf(info.returnType) : null;
}

const isPaged = (type) => getNamedType(type).name.endsWith('Connection');
const mustBeList = (type) => isListType(getNullableType(type));

const EMPTY_SCALARS = {
  ID: 'gid://shopify/Unknown/0', Int: 0, Float: 0, Boolean: false, UnsignedInt64: '0', Decimal: '0.0', Money: '0.0',
  DateTime: '1970-01-01T00:00:00Z', Date: '1970-01-01', URL: 'https://shop.invalid/', JSON: {},
};

/** Valid fields nothing here stands behind. */
function emptyOf(type) {
  if (mustBeList(type)) return [];
  const named = getNamedType(type);
  if (isScalarType(named)) return EMPTY_SCALARS[named.name] ?? '';
  if (isEnumType(named)) return named.getValues()[0].value;
  if (isObjectType(named)) return named.name.endsWith('Connection') ? emptyConnection() : { __typename: named.name };
  throw new GraphQLError(`The stand-in has no ${named.name} here.`);
}
