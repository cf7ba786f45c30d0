import { asMeant } from "../../config/schema/as-meant.ts";
import { settingsJsonSchema } from "../../config/schema/json-schema.ts";
import { type JsonSchema, schemaAt } from "../../config/schema/schema-at.ts";
import { UserError } from "../../toolchain/user-error.ts";

/** An option of the command line for one setting of a project: `--budget-duration` for `budgetDuration`. */
interface SettingFlag {
  flag: string;
  setting: string;
  schema: JsonSchema;
}

/** Each setting of a project has one: the schema says which there are. */
const flags: SettingFlag[] = Object.entries(projectSchema()?.properties ?? {}).flatMap(([setting, schema]) =>
  typeof schema === "object"
    ? [{ flag: setting.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), setting, schema }]
    : [],
);

/** The names of a project's settings. */
export const settingNames: string[] = flags.map(({ setting }) => setting);

/** The options for `readArguments`. A list may be given at once or in several. */
export const settingOptions: Record<string, { type: "string"; multiple: true }> = Object.fromEntries(
  flags.map(({ flag }) => [flag, { type: "string", multiple: true }]),
);

/**
 * The settings that a command line names, each as its schema takes it. What isn't of that kind stays text, of which the schema
 * says what is wrong.
 *
 * @throws {UserError} for a setting that is given twice, or an entry of a mapping without a name.
 */
export function settingsIn(values: Record<string, unknown>): Record<string, unknown> {
  const given = flags.filter(({ flag }) => values[flag] !== undefined);
  return Object.fromEntries(given.map((one) => [one.setting, valueOf(one, values[one.flag] as string[])]));
}

/** A line for each option, with the first sentence of what docs/settings.md says of it. */
export function settingHelp(): string {
  return flags
    .map(({ flag, schema }) => {
      const [sentence = ""] = (schema.description ?? "").split(/(?<=\.) (?=[A-Z])/);
      return `  --${`${flag} ${PLACEHOLDERS[kindOf(schema)]}`.padEnd(31)}${sentence.replaceAll("`", "")}`;
    })
    .join("\n");
}

type Kind = "list" | "mapping" | "value";

const PLACEHOLDERS: Record<Kind, string> = { list: "A,B", mapping: "NAME=TEXT", value: "VALUE" };

function kindOf({ type }: JsonSchema): Kind {
  return type === "array" ? "list" : type === "object" ? "mapping" : "value";
}

function valueOf({ flag, schema }: SettingFlag, texts: string[]): unknown {
  switch (kindOf(schema)) {
    case "list": {
      const items = texts.flatMap((text) => text.split(",")).map((item) => item.trim());
      return asMeant(
        items.filter((item) => item !== ""),
        schema,
      );
    }
    case "mapping":
      return Object.fromEntries(texts.map((text) => entryOf(flag, text)));
    case "value": {
      const [text, other] = texts;
      if (other !== undefined) throw new UserError(`--${flag} is there twice: ${texts.join(" and ")}. Write it once.`);
      return asMeant(text, schema);
    }
  }
}

function entryOf(flag: string, text: string): [string, string] {
  const end = text.indexOf("=");
  if (end < 1) throw new UserError(`--${flag} ${text} has no name; write --${flag} NAME=TEXT, once for each.`);
  return [text.slice(0, end), text.slice(end + 1)];
}

function projectSchema(): JsonSchema | undefined {
  return schemaAt(schemaAt(settingsJsonSchema, "projects"), "any name");
}
