import * as z from "zod";

import { settingsSchema } from "./schema.ts";

export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** The schema of all settings as what a stack file may say. */
export const settingsJsonSchema: JsonSchema = z.toJSONSchema(settingsSchema, { io: "input" });

/** The schema of what stands at `key` of a mapping or list; undefined where nothing may stand. */
export function schemaAt(schema: JsonSchema | undefined, key: PropertyKey): JsonSchema | undefined {
  const { properties = {}, additionalProperties, items } = schema ?? {};
  const name = String(key);
  const next = (Object.hasOwn(properties, name) ? properties[name] : undefined) ?? additionalProperties ?? items;
  return typeof next === "object" && !Array.isArray(next) ? next : undefined;
}

/** The names of the settings that the mapping at `path` may hold. */
export function settingNames(path: PropertyKey[]): string[] {
  const mapping = path.reduce<JsonSchema | undefined>(schemaAt, settingsJsonSchema);
  return Object.keys(mapping?.properties ?? {});
}
