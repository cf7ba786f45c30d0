import { readdirSync } from "node:fs";
import { mkdir, readFile, realpath, rename, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { createTwoFilesPatch } from "diff";

import { withLock } from "../../toolchain/cache.ts";
import { UserError } from "../../toolchain/user-error.ts";
import { type Edited, edited, type ProjectChange } from "./edited.ts";

/** A change that a stack file has got. */
export interface ChangedFile extends Edited {
  before: string;
  /** The difference, as `diff -u` writes it. */
  difference: string;
}

/**
 * Writes a change into a stack file, while no other command of this kind does.
 *
 * @param home Home folder of this checkout, in which the lock is.
 * @returns undefined if the file says so already.
 * @throws {UserError} if the change can't be made; the file is as it was then.
 */
export async function changeFile(file: string, change: ProjectChange, home: string): Promise<ChangedFile | undefined> {
  const name = basename(file);
  await mkdir(home, { recursive: true, mode: 0o700 });
  return withLock(join(home, `${name}.edit`), `another command that edits ${name}`, async () => {
    const before = await stackFileText(file);
    const after = edited(before, change, name);
    if (after.text === before) return undefined;
    await replaceText(file, after.text);
    const patch = createTwoFilesPatch(name, name, before, after.text, undefined, undefined, { context: 3 });
    return { ...after, before, difference: patch.replace(/^(Index:.*\n)?=+\n/, "") };
  });
}

/** @throws {UserError} with the names of the stack files that there are, if it isn't one. */
export async function stackFileText(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT") throw new UserError(`${basename(file)} can't be read: ${message}`);
    const names = readdirSync(dirname(file)).flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);
    throw new UserError(`There is no ${basename(file)}; write --stack with one of ${names.join(", ")}.`);
  });
}

/** Whole or not at all, whatever happens meanwhile, and where a link leads to. */
async function replaceText(file: string, text: string): Promise<void> {
  const target = await realpath(file);
  const unfinished = join(dirname(target), `.${basename(target)}.${process.pid}`);
  await writeFile(unfinished, text, { mode: (await stat(target)).mode });
  await rename(unfinished, target);
}
