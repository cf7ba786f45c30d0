import { Kind, parse } from "graphql";
import type { FieldNode, ValueNode } from "graphql";

import type { Model } from "./schema-models.ts";

/** A query in the JSON protocol of Prisma's query engine. */
export interface JsonQuery {
  /** Left out for raw SQL. */
  modelName?: string;
  action: string;
  query: JsonField;
}

interface JsonField {
  arguments: JsonObject;
  selection: { [name: string]: true | JsonField };
}

type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
interface JsonObject {
  [key: string]: JsonValue;
}

const MODEL_OPERATION =
  /^(findUnique|findFirst|findMany|createOne|createMany|updateOne|updateMany|upsertOne|deleteOne|deleteMany|aggregate|groupBy)(\w+?)(OrThrow)?$/;

const RAW_OPERATIONS = new Set(["queryRaw", "executeRaw"]);

/** What an object in the place of a JSON field may hold: operators whose values are plain text or lists of it … */
const TEXT_OPERATORS = ["path", "string_contains", "string_starts_with", "string_ends_with", "mode"];

/** … and operators whose values are JSON. */
const JSON_OPERATORS = [
  ...["equals", "not", "set", "push", "lt", "lte", "gt", "gte"],
  ...["array_contains", "array_starts_with", "array_ends_with"],
];

/**
 * Translates `query { result: findUniqueUser(where: …) { id } }`, as the Python client sends it, to the JSON protocol.
 *
 * @param text One GraphQL document with one operation on one root field.
 * @throws {Error} If the document is not GraphQL, or asks for an operation or a model that the engine lacks.
 */
export function toJsonQuery(text: string, models: Map<string, Model>): JsonQuery {
  const field = rootField(text);
  const name = field.name.value;
  if (RAW_OPERATIONS.has(name)) return { action: name, query: { arguments: toArguments(field), selection: {} } };

  const [, action = "", modelName = "", orThrow = ""] = MODEL_OPERATION.exec(name) ?? [];
  const model = models.get(modelName);
  if (!model) throw new Error(`The query asks for the operation \`${name}\`, which the schema does not have.`);
  return { modelName, action: action + orThrow, query: toField(field, model) };
}

function rootField(text: string): FieldNode {
  const [definition] = parse(text, { noLocation: true }).definitions;
  const root = definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet.selections[0] : undefined;
  if (root?.kind !== Kind.FIELD) throw new Error("The query must be one GraphQL operation on one field.");
  return root;
}

function toField(field: FieldNode, model: Model): JsonField {
  const selection: JsonField["selection"] = {};
  for (const child of field.selectionSet?.selections ?? []) {
    if (child.kind !== Kind.FIELD) throw new Error(`GraphQL ${child.kind} is not supported.`);
    const isLeaf = !child.selectionSet && !child.arguments?.length;
    // What is no relation is an aggregate such as _count or _sum, of the same model.
    const related = model.relations.get(child.name.value) ?? model;
    selection[child.name.value] = isLeaf || toField(child, related);
  }
  // At this level every key is an operator, even if a JSON field has its name, as `data` often is.
  const values = mapValues(toArguments(field), (value) => tagJson(value, model));
  return { arguments: values, selection };
}

function toArguments(field: FieldNode): JsonObject {
  return Object.fromEntries((field.arguments ?? []).map(({ name, value }) => [name.value, toValue(value)]));
}

function toValue(node: ValueNode): JsonValue {
  switch (node.kind) {
    case Kind.INT:
      return Number.isSafeInteger(Number(node.value)) ? Number(node.value) : { $type: "BigInt", value: node.value };
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.STRING:
    case Kind.BOOLEAN:
    case Kind.ENUM:
      return node.value;
    case Kind.NULL:
      return null;
    case Kind.LIST:
      return node.values.map(toValue);
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, toValue(value)]));
    case Kind.VARIABLE:
      throw new Error("GraphQL variables are not supported.");
  }
}

/** GraphQL sends a JSON value as a string of JSON, which the JSON protocol takes for text unless it is tagged. */
function tagJson(value: JsonValue, model: Model): JsonValue {
  if (Array.isArray(value)) return value.map((item) => tagJson(item, model));
  if (!isObject(value)) return value;
  return mapValues(value, (item, key) =>
    // A key that is no field is an operator (data, create, where, AND, connect, …) on the same model.
    model.json.has(key) && fitsJsonField(item) ? tagJsonField(item) : tagJson(item, model.relations.get(key) ?? model),
  );
}

function fitsJsonField(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.every((item) => typeof item === "string");
  if (!isObject(value)) return true;
  return Object.keys(value).every((key) => TEXT_OPERATORS.includes(key) || JSON_OPERATORS.includes(key));
}

function tagJsonField(value: JsonValue): JsonValue {
  if (typeof value === "string") return { $type: "Json", value };
  if (Array.isArray(value)) return value.map(tagJsonField);
  if (!isObject(value)) return value;
  return mapValues(value, (item, key) => (TEXT_OPERATORS.includes(key) ? item : tagJsonField(item)));
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !("$type" in value);
}

function mapValues(values: JsonObject, map: (value: JsonValue, key: string) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value, key)]));
}
