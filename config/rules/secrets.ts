import { settingsJsonSchema } from "../schema/json-schema.ts";
import { type JsonSchema, schemaAt } from "../schema/schema-at.ts";
import { isMapping, type Mapping } from "../problems/mapping.ts";
import { NAMESPACE } from "../problems/problems.ts";
import type { SettingsProblem } from "../problems/problems.ts";
import { type SecretMeta, withoutLineEnd } from "../schema/secret-text.ts";

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
  const schema = path.reduce<JsonSchema | undefined>(schemaAt, settingsJsonSchema);
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

/** Both kinds of problems in a stack file, which shows what Pulumi does not tell the program: which parts of a section are encrypted. */
export function secretProblems(input: Mapping): SettingsProblem[] {
  return [...plainTextSecrets(input), ...misplacedIn(input, settingsJsonSchema, [])];
}

const MISPLACED =
  "is encrypted, but is shown to others, in files of LiteLLM, in Sagewai or in the state; write it as it is, and nothing that must stay secret";

const SECURE_NAME = "has the name `secure`, which Pulumi takes for something encrypted; choose another name";

/**
 * Sections that hold a secret, and whose settings are for everybody to see. What is encrypted for one setting can be copied to
 * another one, such as a provider's key to the answer of a model.
 *
 * @param encrypted The sections of which Pulumi encrypts something.
 */
export function misplacedSecrets(encrypted: readonly string[]): SettingsProblem[] {
  return encrypted
    .filter((section) => !leadsToSecret(schemaAt(settingsJsonSchema, section)))
    .map((section) => ({ path: [section], message: MISPLACED }));
}

/** Everything that is encrypted in a stack file where nothing is secret: Pulumi tells the program the section alone. */
function misplacedIn(input: unknown, schema: JsonSchema | undefined, path: PropertyKey[]): SettingsProblem[] {
  if (Array.isArray(input)) {
    return input.flatMap((item, index) => misplacedIn(item, schemaAt(schema, index), [...path, index]));
  }
  if (!isMapping(input)) return [];
  if (typeof input["secure"] === "string") {
    if (leadsToSecret(schema)) return [];
    const name = typeof schema?.additionalProperties === "object" ? `${SECURE_NAME}; or ` : "";
    return [{ path, message: `${name}${MISPLACED}` }];
  }
  return Object.entries(input).flatMap(([name, value]) => misplacedIn(value, schemaAt(schema, name), [...path, name]));
}

function leadsToSecret(schema: JsonSchema | undefined): boolean {
  if (schema?.["secret"] !== undefined) return true;
  const inner = [...Object.values(schema?.properties ?? {}), schema?.additionalProperties];
  return inner.some((one) => typeof one === "object" && leadsToSecret(one));
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
