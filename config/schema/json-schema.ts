import * as z from "zod";

import { type JsonSchema, schemaAt } from "./schema-at.ts";
import { settingsSchema } from "./schema.ts";

/**
 * The schema of all settings as what a stack file may say. A section's is made when it is first looked at: that of all would take
 * every run 25 ms, more than half of them for platforms that the stack isn't on.
 */
export const settingsJsonSchema: JsonSchema = {
  type: "object",
  properties: bySection(settingsSchema.shape),
  required: Object.entries<z.ZodType>(settingsSchema.shape).flatMap(([name, { _zod }]) => (_zod.optin ? [] : [name])),
  additionalProperties: false,
};

function bySection(shape: Readonly<Record<string, z.ZodType>>): Record<string, JsonSchema> {
  const sections: Record<string, JsonSchema> = {};
  for (const [name, schema] of Object.entries(shape)) {
    let made: JsonSchema | undefined;
    const get = () => {
      made ??= z.toJSONSchema(schema, { io: "input" });
      // A schema by itself names the dialect that it is written in, which a part of one doesn't.
      delete made.$schema;
      return made;
    };
    Object.defineProperty(sections, name, { enumerable: true, get });
  }
  return sections;
}

/** The names of the settings that the mapping at `path` may hold. */
export function settingNames(path: PropertyKey[]): string[] {
  const mapping = path.reduce<JsonSchema | undefined>(schemaAt, settingsJsonSchema);
  return Object.keys(mapping?.properties ?? {});
}
