import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";

import { UserError } from "../toolchain/user-error.ts";
import { withPlanSalt } from "./plan-salt.ts";
import { splitCommand } from "./split-command.ts";
import { type StackCommand, usesSettings } from "./parse-pulumi-args.ts";
import { encryptionOf, withChanges } from "./stack-file-changes.ts";
import { withTemporaryFolder } from "./temporary-folder.ts";

const projectFolder = join(import.meta.dirname, "..");

/** The file that is in Git, and that no checkout's own passphrase belongs in. */
const COMMITTED = "Pulumi.local.yaml";

/** Commands of the CLI that are there to write a stack file: as its name and what follows it. */
const WRITING =
  /^(config (?!get\b)\S|new\b|stack (init|new|create|select|change-secrets-provider|rename|import|migrate|rm)\b)/;

/** How to work with the stack files. */
export interface StackFileOptions {
  /** Variables that the CLI runs with. */
  env: Record<string, string>;
  /** The folder of the stack files. Default: that of this project. */
  folder?: string;
  /** The state, as `pulumi stack export` prints it. Asked for only where that matters. */
  state?: () => Promise<string | undefined>;
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
  { env, folder = projectFolder, state = () => Promise.resolve(undefined) }: StackFileOptions,
  work: (args: string[]) => Promise<T>,
): Promise<T> {
  await forgetSalt(join(folder, COMMITTED));
  const before = await textsOf(folder, command.file);
  const copied = copiedFile(command);
  try {
    return await (copied === undefined ? work(command.args) : withCopy(copied, command, { env, state }, work));
  } finally {
    for (const [file, after] of await textsOf(folder, command.file)) {
      if (file !== copied) await takeInPlace(file, { before: before.get(file), after }, command, env);
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

interface Texts {
  before: string | undefined;
  after: string;
}

/** The file that a command gets a copy of; undefined for one that can't be told another file. */
function copiedFile({ args, name, operands, file }: StackCommand): string | undefined {
  if (!usesSettings(name) || file === undefined || args.includes("--remote")) return undefined;
  // These work on other files as well, or keep the former one next to the new one.
  const isOfFiles = name === "config" && ["cp", "copy", "refresh", "env"].includes(operands[0] ?? "");
  return isOfFiles || ![".yaml", ".yml"].includes(extname(file)) ? undefined : file;
}

/** Runs work on a copy, and writes what it has changed there into the file, as it is by then. */
async function withCopy<T>(
  original: string,
  command: StackCommand,
  { env, state }: Required<Pick<StackFileOptions, "env" | "state">>,
  work: (args: string[]) => Promise<T>,
): Promise<T> {
  const text = await textOf(original);
  const copied = text === undefined ? undefined : await withPlanSalt(text, command.args, state);
  return withTemporaryFolder(async (folder) => {
    const path = join(folder, basename(original));
    if (copied !== undefined) await writeFile(path, copied, { mode: 0o600 });
    try {
      return await work(withFile(command.args, path));
    } finally {
      await takeFromCopy({ path, original, text }, command, env);
    }
  });
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

interface Copy {
  path: string;
  original: string;
  /** Of the original, when it was copied; undefined if there was no such file. */
  text: string | undefined;
}

async function takeFromCopy(copy: Copy, command: StackCommand, env: Record<string, string>): Promise<void> {
  const after = await textOf(copy.path);
  if (!writes(command) || after === undefined || after === copy.text) return;
  const [text, before = ""] = [await textOf(copy.original), copy.text];
  const edited = text === undefined ? after : await withChanges(text, { before, after, stack: command.stack, env });
  // A salt that was noted by the way.
  const isNoted = !/^encryptionsalt:/m.test(before) || basename(copy.original) === COMMITTED;
  await writeFile(copy.original, isNoted ? withoutSalt(edited) : edited);
}

/** Takes back what Pulumi has written into a file, or makes it an edit of the text that was there. */
async function takeInPlace(
  file: string,
  texts: Texts,
  command: StackCommand,
  env: Record<string, string>,
): Promise<void> {
  const { before, after } = texts;
  if (after === before) return;
  if (writes(command)) {
    const [, stack] = /^Pulumi\.(.+)\.yaml$/.exec(basename(file)) ?? [];
    const edited = before === undefined ? after : await withChanges(before, { before, after, stack, env });
    const tidy = basename(file) === COMMITTED ? withoutSalt(edited) : edited;
    if (tidy !== after) await writeFile(file, tidy);
  } else if (Object.keys(encryptionOf(after)).length > Object.keys(encryptionOf(before ?? "")).length) {
    // Where nothing was noted, it was somebody else who has written in the meantime, and that stays.
    await (before === undefined ? rm(file) : writeFile(file, before));
  }
}

/** The texts of all stack files that can be read, and of another one, by path. */
async function textsOf(folder: string, other: string | undefined): Promise<Map<string, string>> {
  const names = (await readdir(folder)).filter((name) => /^Pulumi\..+\.yaml$/.test(name));
  const files = new Set([...names.map((name) => join(folder, name)), ...(other === undefined ? [] : [other])]);
  const texts = await Promise.all(
    [...files].map(async (file) => [file, await textOf(file).catch(() => undefined)] as const),
  );
  return new Map(texts.flatMap(([file, text]) => (text === undefined ? [] : [[file, text] as const])));
}

/** Undefined for a file that isn't there. One that can't be read must not pass for that: all would be deleted. */
async function textOf(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch((error: unknown) => {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new UserError(`${file} can't be read: ${message}`);
  });
}
