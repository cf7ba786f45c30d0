import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, extname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import { execa } from "execa";

import { isMapping } from "../config/mapping.ts";
import { fullName, readStackFile, stackFileData } from "../config/stack-file-data.ts";
import { changesOf, type Data, withChange } from "./data-changes.ts";
import { withData } from "./edit-yaml.ts";
import { splitCommand } from "./split-command.ts";
import { type StackCommand, usesSettings } from "./stack-command.ts";

const projectFolder = join(import.meta.dirname, "..");

/** The file that is in Git, and that no checkout's own passphrase belongs in. */
const COMMITTED = "Pulumi.local.yaml";

/** What Pulumi notes in a stack file about how its secrets are encrypted. */
const ENCRYPTION = ["encryptionsalt", "secretsprovider", "encryptedkey"];

/** Commands of the CLI that are there to write a stack file: as its name and what follows it. */
const WRITING =
  /^(config (?!get\b)\S|new\b|stack (init|new|create|select|change-secrets-provider|rename|import|migrate|rm)\b)/;

/** How to work with the stack files. */
export interface StackFileOptions {
  /** Variables that the CLI runs with. */
  env: Record<string, string>;
  /** The folder of the stack files. Default: that of this project. */
  folder?: string;
}

/**
 * Runs work that starts Pulumi, so that a stack file is written only by a command that is there to write it, and then only in
 * the lines that change. Pulumi itself notes the salt of the passphrase in the file at the first chance, and writes all of it
 * when it writes anything: merge keys as what they bring, without anchors and empty lines, dates as times.
 *
 * Commands that can be told a file are given a copy, so that nothing is lost if one is killed, or if somebody edits the file
 * while it runs.
 *
 * @param work Starts Pulumi with the arguments that it is given.
 */
export async function keepingStackFiles<T>(
  command: StackCommand,
  { env, folder = projectFolder }: StackFileOptions,
  work: (args: string[]) => Promise<T>,
): Promise<T> {
  await forgetSalt(join(folder, COMMITTED));
  const before = await textsOf(folder, command.file);
  const copy = await copyFor(command);
  try {
    return await work(copy ? withFile(command.args, copy.path) : command.args);
  } finally {
    const settle = async (file: string, texts: Texts) => settled(file, texts, command, env);
    const inCopy = copy && (await textOf(copy.path));
    if (copy && writes(command)) await settle(copy.original, { before: copy.text, after: inCopy });
    if (copy) await rm(dirname(copy.path), { recursive: true, force: true });
    for (const [file, after] of await textsOf(folder, command.file)) {
      if (file === copy?.original) continue;
      if (writes(command)) await settle(file, { before: before.get(file), after, isInPlace: true });
      else await undone(file, before.get(file), after);
    }
  }
}

/** The text of a stack file without a salt that no secret in it needs. */
export function withoutSalt(text: string): string {
  return hasSecret(text) ? text : text.replace(/^encryptionsalt:.*(\r?\n|$)/m, "");
}

function hasSecret(text: string): boolean {
  return /\bsecure["']?\s*:/.test(text);
}

interface Texts {
  before: string | undefined;
  after: string | undefined;
  /** Whether Pulumi has written the file itself, and not a copy. */
  isInPlace?: boolean;
}

function writes({ args, name, operands }: StackCommand): boolean {
  // `up --config key=value` sets the key in the file.
  const sets = usesSettings(name) && name !== "config" && args.some((arg) => /^(-c|--config(=|$))/.test(arg));
  return sets || WRITING.test([name, ...operands].join(" "));
}

/** A killed run, or Pulumi by itself, has noted the salt in the file that is in Git, with which no other clone opens it. */
async function forgetSalt(file: string): Promise<void> {
  const text = await textOf(file);
  if (text !== undefined && withoutSalt(text) !== text) await writeFile(file, withoutSalt(text));
}

async function copyFor({ args, name, operands, file }: StackCommand) {
  if (!usesSettings(name) || file === undefined || args.includes("--remote")) return undefined;
  // These work on other files as well, or keep the former one beside the new one.
  const isOfFiles = name === "config" && ["cp", "copy", "refresh", "env"].includes(operands[0] ?? "");
  if (isOfFiles || ![".yaml", ".yml"].includes(extname(file))) return undefined;
  const path = join(await mkdtemp(join(tmpdir(), "llm-gateway-")), basename(file));
  const text = await textOf(file);
  if (text !== undefined) await writeFile(path, text, { mode: 0o600 });
  return { path, original: file, text };
}

/** The arguments with `--config-file`, right after the command's name, and no other one. */
function withFile(args: string[], file: string): string[] {
  const { before, name, after } = splitCommand(args);
  return [...withoutFile(before), name, "--config-file", file, ...withoutFile(after)];
}

function withoutFile(args: string[]): string[] {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const isOption = (index: number) => index < end && args[index] === "--config-file";
  return args.filter(
    (arg, index) => !isOption(index) && !isOption(index - 1) && !(index < end && arg.startsWith("--config-file=")),
  );
}

/** Takes back what Pulumi noted by the way. What somebody else has written in the meantime stays. */
async function undone(file: string, before: string | undefined, after: string): Promise<void> {
  if (before === after || isDeepStrictEqual(encryptionOf(after), encryptionOf(before ?? ""))) return;
  if (before === undefined) await rm(file);
  else await writeFile(file, before);
}

/** Writes what a command has changed into the text that was there before it. */
async function settled(file: string, texts: Texts, command: StackCommand, env: Record<string, string>): Promise<void> {
  const { before, after, isInPlace = false } = texts;
  if (after === undefined || after === before) return;
  const text = isInPlace ? before : await textOf(file);
  const written = text === undefined ? after : await edited({ before: before ?? "", after, text }, command, env);
  // A salt that was noted by the way; that of a new stack belongs to it.
  const isNoted = usesSettings(command.name) && valueOf(before ?? "")["encryptionsalt"] === undefined;
  const tidy = isNoted || basename(file) === COMMITTED ? withoutSalt(written) : written;
  if (tidy !== (await textOf(file))) await writeFile(file, tidy);
}

async function edited(
  { before, after, text }: { before: string; after: string; text: string },
  command: StackCommand,
  env: Record<string, string>,
): Promise<string> {
  const [noted, config] = [encryptionOf(before), configOf(await rewritten(before, command, env))];
  const changes = changesOf({ ...noted, ...config }, { ...encryptionOf(after), ...configOf(after) });
  const wanted = changes.reduce<Data>((data, change) => withChange(data, change), valueOf(text));
  return withData(text, wanted, { read: readStackFile, isNamed: isSetting }) ?? after;
}

/** The settings of a text as Pulumi writes them when it changes nothing, with all that it makes of dates and numbers. */
async function rewritten(text: string, { stack }: StackCommand, env: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "llm-gateway-"));
  const file = join(folder, "Pulumi.rewritten.yaml");
  await writeFile(file, text, { mode: 0o600 });
  const of = stack === undefined ? [] : ["--stack", stack];
  const args = ["config", "rm", "--config-file", file, ...of, "--non-interactive", "llm-gateway:none"];
  await execa("pulumi", args, { env, stdin: "ignore", reject: false });
  const written = await textOf(file);
  await rm(folder, { recursive: true, force: true });
  return written ?? text;
}

/** Settings may stand there without the namespace that Pulumi gives them. */
function isSetting(name: string, path: readonly (string | number)[]): boolean {
  const isOfConfig = path.length === 2 && path[0] === "config";
  return (isOfConfig ? fullName(name) : name) === path.at(-1);
}

function encryptionOf(text: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(valueOf(text)).filter(([name]) => ENCRYPTION.includes(name)));
}

/** Pulumi leaves out the part without settings. */
function configOf(text: string): { config: unknown } {
  return { config: valueOf(text)["config"] ?? {} };
}

function valueOf(text: string): Record<string, unknown> {
  const data = stackFileData(text);
  return isMapping(data) ? data : {};
}

/** The texts of all stack files, and of another one, by path. */
async function textsOf(folder: string, other: string | undefined): Promise<Map<string, string>> {
  const names = (await readdir(folder)).filter((name) => /^Pulumi\..+\.yaml$/.test(name));
  const files = new Set([...names.map((name) => join(folder, name)), ...(other === undefined ? [] : [other])]);
  const texts = await Promise.all([...files].map(async (file) => [file, await textOf(file)] as const));
  return new Map(texts.flatMap(([file, text]) => (text === undefined ? [] : [[file, text] as const])));
}

async function textOf(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(() => undefined);
}
