import type * as z from "zod";

export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** The schema of what stands at `key` of a mapping or list; undefined where nothing may stand. */
export function schemaAt(schema: JsonSchema | undefined, key: PropertyKey): JsonSchema | undefined {
  const { properties = {}, additionalProperties, items } = schema ?? {};
  const name = String(key);
  const next = (Object.hasOwn(properties, name) ? properties[name] : undefined) ?? additionalProperties ?? items;
  return typeof next === "object" && !Array.isArray(next) ? next : undefined;
}
