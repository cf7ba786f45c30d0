import { type JsonSchema, schemaAt } from "./schema-at.ts";
import { isMapping } from "../problems/mapping.ts";

/** What Pulumi makes of a day without quotes in a mapping. */
const DAY = /^(\d{4}-\d\d-\d\d) 00:00:00 \+0000 UTC$/;

/**
 * Settings with each number, switch and text as what its setting takes. `pulumi config set` stores a number as text unless it
 * is told otherwise, and with `--path` a text that looks like a whole number as a number; Pulumi hands everything at the top of
 * a stack file to the program as text.
 *
 * @param input Settings as a stack file says them. What can't be meant so stays as it is.
 * @param schema What may stand there.
 */
export function asMeant(input: unknown, schema: JsonSchema | undefined): unknown {
  if (Array.isArray(input)) return input.map((item, index) => asMeant(item, schemaAt(schema, index)));
  if (isMapping(input)) {
    return Object.fromEntries(
      Object.entries(input).map(([name, value]) => [name, asMeant(value, schemaAt(schema, name))]),
    );
  }
  switch (schema?.type) {
    case "integer":
    case "number":
      return typeof input === "string" && /^-?\d{1,15}(\.\d+)?$/.test(input) ? Number(input) : input;
    case "boolean":
      return input === "true" ? true : input === "false" ? false : input;
    case "string":
      // Of 1.10, 1.1 is left.
      if (Number.isSafeInteger(input) || typeof input === "boolean") return String(input);
      return typeof input === "string" ? input.replace(DAY, "$1") : input;
    default:
      return input;
  }
}
