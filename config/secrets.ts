import * as yaml from "yaml";

import { type JsonSchema, schemaAt, settingsJsonSchema } from "./json-schema.ts";
import { isMapping, type Mapping } from "./mapping.ts";
import { NAMESPACE } from "./problems.ts";
import type { SettingsProblem } from "./problems.ts";
import { type SecretMeta, withoutLineEnd } from "./secret-text.ts";

/** A secret that is set. */
export interface FoundSecret extends SecretMeta {
  path: string[];
  value: string;
}

/**
 * The secrets among settings, wherever the schema has one.
 *
 * @param input Settings as a stack file says them. What is encrypted there is a mapping, and not found.
 */
export function secretsIn(input: unknown): FoundSecret[] {
  return find(input, settingsJsonSchema, []);
}

function find(input: unknown, schema: JsonSchema | undefined, path: string[]): FoundSecret[] {
  const meta = schema?.["secret"] as SecretMeta | undefined;
  if (meta) return typeof input === "string" && input !== "" ? [{ ...meta, path, value: input }] : [];
  if (!isMapping(input)) return [];
  return Object.entries(input).flatMap(([name, value]) => find(value, schemaAt(schema, name), [...path, name]));
}

/** Whether a value at this place may be a secret, or have been meant as one: no message shows it. */
export function maySaySecrets(path: readonly PropertyKey[]): boolean {
  const schema = path.reduce(schemaAt, settingsJsonSchema as JsonSchema | undefined);
  const parts = [schema, ...Object.keys(schema?.properties ?? {}).map((name) => schemaAt(schema, name))];
  return path[0] === "providers" || parts.some((part) => part?.["secret"] !== undefined);
}

/**
 * Secrets that are in plain text in the stack file.
 *
 * @param encrypted The sections of which Pulumi encrypts something; which part of them, it does not say.
 */
export function plainTextSecrets(input: Mapping, encrypted: readonly string[] = []): SettingsProblem[] {
  return secretsIn(input)
    .filter(({ path: [section = ""] }) => !encrypted.includes(section))
    .map(({ path, leaked }) => ({
      path,
      message: `is in plain text in the stack file, and by now maybe in Git and in Pulumi's history too; ${leaked}, set a new one with \`${command(path)}\`, and clean both as docs/operations.md says`,
    }));
}

/**
 * The same for the text of a stack file, which shows what Pulumi does not tell the program: a secret in plain text beside one
 * that is encrypted.
 */
export function plainTextSecretsInFile(text: string): SettingsProblem[] {
  const config = mapping(mapping(parsed(text))["config"]);
  const own = Object.entries(config).filter(([key]) => key.startsWith(`${NAMESPACE}:`));
  return plainTextSecrets(Object.fromEntries(own.map(([key, value]) => [key.slice(NAMESPACE.length + 1), value])));
}

/** Which secrets end with a line end, that is left out. */
export function secretsWithLineEnd(input: Mapping): string[][] {
  return secretsIn(input)
    .filter(({ value, multiline }) => !multiline && withoutLineEnd(value) !== value)
    .map(({ path }) => path);
}

/** The command that sets a secret. */
export function command(path: readonly string[]): string {
  return `pulumi config set --path --secret ${NAMESPACE}:${path.join(".")}`;
}

function mapping(value: unknown): Mapping {
  return isMapping(value) ? value : {};
}

/** Nothing for a text that isn't YAML: Pulumi itself says so. */
function parsed(text: string): unknown {
  try {
    return yaml.parse(text);
  } catch {
    return undefined;
  }
}
