import { join } from "node:path";

import { stackCommand } from "./stack-command.ts";

/** The commands of Pulumi that can read resources again. */
const READERS = ["refresh", "up", "update", "preview", "pre"];

export interface RunProgramOptions {
  /** Whether the stack has roles or databases already. Asked only where that matters. */
  hasRoles: () => Promise<boolean>;
  /** The folder of the stack files. Default: that of this project. */
  folder?: string;
}

/**
 * Variables with which a command of the Pulumi CLI runs the program before it reads resources again: on platform gcp
 * roles and databases are reached through a port that the program opens. A stack that was never made as far as these is
 * read without it, since a program that runs for a refresh expects everything to be there. Destroying a stack needs none
 * of that: they go with their server.
 *
 * @param args Its arguments: `["refresh", "--stack", "prod"]`; `--run-program=false` among them has the last word.
 */
export async function programVariables(
  args: string[],
  { hasRoles, folder = join(import.meta.dirname, "..") }: RunProgramOptions,
): Promise<Record<string, string>> {
  const { name, platform } = await stackCommand(args, folder);
  const reads =
    name === "refresh" || (READERS.includes(name) && args.some((arg) => /^(--refresh(=true)?|-r)$/.test(arg)));
  return platform === "gcp" && reads && (await hasRoles()) ? { PULUMI_RUN_PROGRAM: "true" } : {};
}
