import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";

import { isMapping } from "../config/problems/mapping.ts";
import { fullName, readStackFile, stackFileData } from "../config/rules/stack-file-data.ts";
import { changesOf, type Data, withChange } from "./data-changes.ts";
import { withData } from "./edit-yaml.ts";
import { withTemporaryFolder } from "./temporary-folder.ts";

/** What Pulumi notes in a stack file about how its secrets are encrypted. */
const ENCRYPTION = ["encryptionsalt", "secretsprovider", "encryptedkey"];

/** What a command of the CLI did to a stack file. */
export interface WrittenFile {
  before: string;
  /** As Pulumi wrote it. */
  after: string;
  /** A stack that there is, by which the CLI can be asked. */
  stack: string | undefined;
  /** Variables that the CLI runs with. */
  env: Record<string, string>;
}

/** The text of a stack file with what a command has changed, and nothing of what Pulumi makes of all the rest. */
export async function withChanges(text: string, { before, after, stack, env }: WrittenFile): Promise<string> {
  const from = { ...encryptionOf(before), ...configOf(await rewritten(before, stack, env)) };
  const changes = changesOf(from, { ...encryptionOf(after), ...configOf(after) });
  const wanted = changes.reduce<Data>((data, change) => withChange(data, change), valueOf(text));
  return withData(text, wanted, { read: readStackFile, isNamed: isSetting }) ?? after;
}

/** What a stack file says of how its secrets are encrypted. */
export function encryptionOf(text: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(valueOf(text)).filter(([name]) => ENCRYPTION.includes(name)));
}

/** The secrets of a stack file where they stand, encrypted, and nothing else of its settings. */
export function secretsOf(text: string): Record<string, unknown> {
  return (onlySecrets(configOf(text).config) ?? {}) as Record<string, unknown>;
}

function onlySecrets(value: Data): Data {
  if (typeof value !== "object" || value === null) return undefined;
  if (Object.hasOwn(value, "secure")) return value;
  const entries = Object.entries(value).map(([name, held]: [string, Data]) => [name, onlySecrets(held)] as const);
  const found = entries.filter(([, held]) => held !== undefined);
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

/** A text as Pulumi writes it when it changes no setting, with all that it makes of dates, numbers and merge keys. */
async function rewritten(text: string, stack: string | undefined, env: Record<string, string>): Promise<string> {
  return withTemporaryFolder(async (folder) => {
    const file = join(folder, "Pulumi.rewritten.yaml");
    await writeFile(file, text, { mode: 0o600 });
    const of = stack === undefined ? [] : ["--stack", stack];
    const args = ["config", "rm", "--config-file", file, ...of, "--non-interactive", "llm-gateway:none"];
    await execa("pulumi", args, { env, stdin: "ignore", reject: false });
    return readFile(file, "utf8");
  });
}

/** Settings may stand there without the namespace that Pulumi gives them. */
export function isSetting(name: string, path: readonly (string | number)[]): boolean {
  const isOfConfig = path.length === 2 && path[0] === "config";
  return (isOfConfig ? fullName(name) : name) === path.at(-1);
}

/** Pulumi leaves out the part without settings. */
function configOf(text: string): { config: unknown } {
  return { config: valueOf(text)["config"] ?? {} };
}

function valueOf(text: string): Record<string, unknown> {
  const data = stackFileData(text);
  return isMapping(data) ? data : {};
}
