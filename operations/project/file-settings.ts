import { isMapping } from "../../config/problems/mapping.ts";
import type { SettingsProblem } from "../../config/problems/problems.ts";
import type { SettingsDraft } from "../../config/rules/rule.ts";
import { stackFileProblems } from "../../config/rules/stack-file.ts";
import { readStackFile } from "../../config/rules/stack-file-data.ts";
import { inspect } from "../../config/settings.ts";
import { UserError } from "../../toolchain/user-error.ts";
import type { Data } from "../data-changes.ts";

/** The settings of a stack file, as far as they can be known without its passphrase. */
export interface FileSettings {
  /** The well-formed settings, with their defaults. */
  draft: SettingsDraft;
  /** All that the program would say of them, but of what is encrypted. */
  problems: SettingsProblem[];
}

/**
 * Checks the settings of a stack file with the program's own schema and rules.
 *
 * @param text The stack file.
 * @throws {UserError} for a text that isn't YAML.
 */
export function fileSettings(text: string): FileSettings {
  const { config } = mapping(dataOf(text));
  const encrypted: string[][] = [];
  const raw = Object.entries(mapping(config)).map(([key, value]) => {
    const name = key.replace(/^llm-gateway:/, "");
    return [key, asPulumiPasses(unencrypted(value, [name], encrypted))] as const;
  });
  const secretKeys = new Set(encrypted.map(([section = ""]) => `llm-gateway:${section}`));
  const { draft, problems } = inspect(Object.fromEntries(raw), [...secretKeys]);
  const isOfSecret = ({ path }: SettingsProblem) =>
    encrypted.some((secret) => secret.every((name, index) => name === String(path[index])));
  return { draft, problems: [...problems.filter((problem) => !isOfSecret(problem)), ...stackFileProblems(text)] };
}

/** @throws {UserError} for a text that isn't YAML. */
export function dataOf(text: string): Data {
  try {
    return readStackFile(text);
  } catch (error) {
    const [reason = ""] = (error as Error).message.split("\n");
    throw new UserError(`The stack file is not YAML: ${reason.replace(/:$/, "")}.`);
  }
}

/**
 * A value with each secret as the text that it is encrypted to: one line, and another one for each secret.
 *
 * @param found Gets the path of each secret.
 */
function unencrypted(value: Data, path: string[], found: string[][]): Data {
  if (Array.isArray(value)) return value.map((item, index) => unencrypted(item, [...path, String(index)], found));
  if (!isMapping(value)) return value;
  if (typeof value["secure"] === "string" && Object.keys(value).length === 1) {
    found.push(path);
    return value["secure"];
  }
  const entries = Object.entries(value).map(
    ([name, item]) => [name, unencrypted(item, [...path, name], found)] as const,
  );
  return Object.fromEntries(entries);
}

/** Pulumi passes mappings and lists as JSON, anything else as it stands in the stack file. */
function asPulumiPasses(value: Data): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function mapping(value: unknown): Record<string, unknown> {
  return isMapping(value) ? value : {};
}
