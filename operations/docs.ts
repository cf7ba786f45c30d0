import { writeFile } from "node:fs/promises";

import { settingsJsonSchema } from "../config/schema/json-schema.ts";
import type { JsonSchema as Schema } from "../config/schema/schema-at.ts";
import { NAMESPACE } from "../config/problems/problems.ts";
import { readArguments } from "./arguments.ts";
import { main } from "./main.ts";
import { policiesDocument, policiesDocumentFile } from "./policies-document.ts";

/** The file with the description of the settings. */
export const settingsDocumentFile = new URL("../docs/settings.md", import.meta.url);

const INTRODUCTION = `# Settings

Written by \`npm run docs\` from the schema in \`config/\`.

A stack's settings are in its file, \`Pulumi.<stack>.yaml\`, under the namespace \`${NAMESPACE}\`. A mistake stops the
program before it touches anything, with a list of everything that is wrong. Amounts are in US dollars; a duration is a
number and \`s\`, \`m\`, \`h\`, \`d\`, \`w\` or \`mo\`, such as \`30d\`.`;

/** The description of all settings, in Markdown. */
export function settingsDocument(): string {
  const schema = settingsJsonSchema;
  const sections = properties(schema).map(([name, section]) => {
    const entry = entryOf(section);
    const list = properties(entry.schema).flatMap((setting) => settingLines(setting, entry.schema));
    return [
      `## \`${NAMESPACE}:${name}\``,
      summary(section, isRequired(schema, name)),
      ...(list.length > 0 ? [[...entry.lead, list.join("\n")].join("\n\n")] : []),
    ].join("\n\n");
  });
  return `${[INTRODUCTION, ...sections].join("\n\n")}\n`;
}

/** What holds the settings of a section: the section itself, or each entry of a list or mapping. */
function entryOf(section: Schema): { schema: Schema; lead: string[] } {
  if (isSchema(section.items)) return { schema: section.items, lead: ["Each entry has:"] };
  if (isSchema(section.additionalProperties)) {
    return { schema: section.additionalProperties, lead: ["Under each name:"] };
  }
  return { schema: section, lead: [] };
}

function settingLines([name, setting]: [string, Schema], parent: Schema, indent = ""): string[] {
  return [
    `${indent}- \`${name}\`: ${summary(setting, isRequired(parent, name))}`,
    ...properties(setting).flatMap((inner) => settingLines(inner, setting, `${indent}  `)),
  ];
}

function summary(setting: Schema, required: boolean): string {
  const description = setting.description ?? "";
  const fallback = ["string", "number"].includes(typeof setting.default)
    ? ` Default: \`${String(setting.default)}\`.`
    : "";
  const note = required ? `${typeName(setting)}, required` : typeName(setting);
  return `${description}${fallback} (${note})`;
}

/** What a value is called in a stack file. */
const TYPE_NAMES: Record<string, string> = {
  string: "text",
  integer: "whole number",
  array: "list",
  object: "mapping",
  uri: "URL",
};

function typeName({ type, format, anyOf }: Schema): string {
  // A single value next to a type is in the description.
  if (anyOf) return [...new Set(anyOf.filter((one) => one.const === undefined).map(typeName))].join(" or ");
  const name = format ?? String(type);
  return TYPE_NAMES[name] ?? name;
}

function isRequired(parent: Schema, name: string): boolean {
  return parent.required?.includes(name) ?? false;
}

function properties(schema: Schema): [string, Schema][] {
  return Object.entries(schema.properties ?? {}).filter((entry): entry is [string, Schema] => isSchema(entry[1]));
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const HELP = `npm run docs

Writes docs/settings.md from the schema of the settings, and docs/policies.md from the rules of the policy pack.`;

if (import.meta.main) {
  await main(async () => {
    readArguments(HELP, {});
    await writeFile(settingsDocumentFile, settingsDocument());
    await writeFile(policiesDocumentFile, await policiesDocument());
  });
}
