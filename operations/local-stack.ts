import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";

import { LOCAL } from "./stack.ts";
import { type StackCommand, stackCommand, usesSettings } from "./parse-pulumi-args.ts";
import { keepingStackFiles } from "./stack-file.ts";

/** Where and with what the Pulumi CLI runs. */
export interface LocalStackOptions {
  /** Home folder of this checkout. */
  home: string;
  /** Variables that the CLI runs with. */
  env: Record<string, string>;
}

/** Commands that have nothing to do where there is no stack. */
const ENDS = ["destroy", "down", "dn"];

/**
 * Makes the stack of this machine for a command that sets or previews something of it before the first `npm start`. Others
 * are made by who knows where their state and their secrets belong.
 */
export async function makeLocalStack(command: StackCommand, { home, env }: LocalStackOptions): Promise<void> {
  if (command.stack !== LOCAL || !usesSettings(command.name) || ENDS.includes(command.name)) return;
  const stacks = await stacksIn(home);
  if (stacks === undefined || stacks.includes(LOCAL)) return;
  const isSelected = !(await execa("pulumi", ["stack", "--show-name", "--non-interactive"], quiet(env))).failed;
  const init = await stackCommand(["stack", "init", LOCAL, ...(isSelected ? ["--no-select"] : [])]);
  const { failed, stderr } = await keepingStackFiles(init, { env }, async (args) => execa("pulumi", args, quiet(env)));
  // Another command may have made it by now. If none has, the one to come says what is wrong.
  if (failed && (await stacksIn(home))?.includes(LOCAL) !== true) process.stderr.write(`${stderr}\n`);
}

/** Whether this checkout's own state is used, and knows no stack yet, so that none but that of this machine can be meant. */
export async function hasNoStack(home: string): Promise<boolean> {
  const { PULUMI_STACK, PULUMI_OPTION_STACK } = process.env;
  return (PULUMI_STACK ?? PULUMI_OPTION_STACK) === undefined && (await stacksIn(home))?.length === 0;
}

/** Names of the stacks in this checkout's own state; undefined if another one is used. */
export async function stacksIn(home: string): Promise<string[] | undefined> {
  if (process.env["PULUMI_BACKEND_URL"] !== undefined) return undefined;
  const files = await readdir(join(home, "state", ".pulumi", "stacks", "llm-gateway")).catch(() => []);
  return files.flatMap((file) => /^(.+)\.json(\.gz)?$/.exec(file)?.[1] ?? []);
}

function quiet(env: Record<string, string>) {
  return { env, stdin: "ignore", reject: false } as const;
}
