import { asMeant } from "../schema/as-meant.ts";
import { settingsJsonSchema } from "../schema/json-schema.ts";
import { isMapping, type Mapping } from "../problems/mapping.ts";
import { NAMESPACE } from "../problems/problems.ts";
import type { SettingsProblem } from "../problems/problems.ts";
import { secretProblems } from "./secrets.ts";
import { stackFileData } from "./stack-file-data.ts";

/** Problems that only the text of a stack file shows: what Pulumi refuses in other words, and what it doesn't tell the program. */
export function stackFileProblems(text: string): SettingsProblem[] {
  const config = mapping(mapping(stackFileData(text))["config"]);
  const own = Object.entries(config).filter(([key]) => key.startsWith(`${NAMESPACE}:`));
  const said = Object.fromEntries(own.map(([key, value]) => [key.slice(NAMESPACE.length + 1), value]));
  return [...emptySections(said), ...secretProblems(asMeant(said, settingsJsonSchema) as Mapping)];
}

/** Sections that are left without a value, as when all their entries are comments. */
function emptySections(input: Mapping): SettingsProblem[] {
  return Object.entries(input)
    .filter(([, value]) => value === null)
    .map(([section]) => ({
      path: [section],
      message: `has nothing below it; make this line a comment too${orNone(section)}`,
    }));
}

function orNone(section: string): string {
  const schema = settingsJsonSchema.properties?.[section];
  const type = typeof schema === "object" ? schema.type : undefined;
  const none = type === "array" ? "[]" : type === "object" ? "{}" : undefined;
  return none === undefined ? "" : `, or write ${none} behind it`;
}

function mapping(value: unknown): Mapping {
  return isMapping(value) ? value : {};
}
