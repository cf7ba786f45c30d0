import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";

import { ExecaError } from "execa";

import { UserError } from "../toolchain/user-error.ts";
import { type Preview, readPreview } from "./review/preview.ts";
import { Stack } from "./stack.ts";
import { refuseStackFile } from "./stack-file-check.ts";
import { encryptionOf, secretsOf } from "./stack-file-changes.ts";
import { stackCommand } from "./parse-pulumi-args.ts";
import { withTemporaryFolder } from "./temporary-folder.ts";

/**
 * What an update of a stack would do, as the engine tells it.
 *
 * @param options Further ones of `pulumi preview`: `--refresh`.
 * @throws {UserError} with what the preview failed with.
 */
export async function previewOf(stack: Stack, options: string[] = []): Promise<Preview> {
  const preview = await read(stack, "preview", "--show-sames", ...options);
  const text = await readFile(stack.file, "utf8").catch(() => "");
  return { ...preview, encrypted: { ...encryptionOf(text), ...secretsOf(text) } };
}

/**
 * What a refresh would find: from what the state has to what is there. Only what differs.
 *
 * @throws {UserError} with what it failed with.
 */
export async function refreshOf(stack: Stack): Promise<Preview> {
  return read(stack, "refresh", "--preview-only");
}

async function read(stack: Stack, command: string, ...options: string[]): Promise<Preview> {
  return withTemporaryFolder(async (folder) => {
    const log = join(folder, "events.json");
    const events = () => readFile(log, "utf8").catch(() => "");
    try {
      const text = await stack.capture(command, "--json", "--event-log", log, "--stack", stack.name, ...options);
      return readPreview(text, await events());
    } catch (error) {
      // The engine says in its JSON what went wrong. Without that, it was stopped in the middle.
      const text = error instanceof ExecaError ? String(error.stdout) : "";
      if (text.startsWith("{")) {
        const preview = readPreview(text, await events());
        if (preview.violations.some(({ isRefused }) => isRefused)) return preview;
      }
      throw error;
    }
  });
}

/**
 * The same of another commit, whose files are in a folder: its program and its stack file, and the state as it is.
 *
 * @param ref What people call the commit.
 * @throws {UserError} that names the commit, if it knows no such stack, or has settings that are wrong.
 */
export async function previewAt(
  { ref, folder }: { ref: string; folder: string },
  name: string,
  options: string[] = [],
): Promise<Preview> {
  const command = await stackCommand(["preview", "--stack", name], { folder });
  const file = basename(command.ownFile ?? "");
  if (!existsSync(join(folder, file))) {
    throw new UserError(
      `\`--from ${ref}\`: there is no ${file} at ${ref}, so that all of the stack is new: leave out \`--from\`.`,
    );
  }
  try {
    await refuseStackFile(command);
    return await previewOf(await Stack.open(name, folder), options);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      `\`--from ${ref}\`: what is at ${ref} can't be previewed, and so not compared with:\n${error.message}`,
    );
  }
}
