import { join } from "node:path";

import { stackCommand } from "./stack-command.ts";

/** The commands of Pulumi that read resources again, all of them or with `--refresh`. */
const READERS = ["refresh", "up", "update", "preview", "pre"];

/**
 * Variables with which a command of the Pulumi CLI runs the program before it reads resources again: on platform gcp
 * roles and databases are reached through a port that the program opens. Destroying a stack needs none of that: they go
 * with their server.
 *
 * @param args Its arguments: `["refresh", "--stack", "prod"]`; `--run-program=false` among them has the last word.
 * @param folder The folder of the stack files. Default: that of this project.
 */
export async function programVariables(
  args: string[],
  folder = join(import.meta.dirname, ".."),
): Promise<Record<string, string>> {
  const { name, platform } = await stackCommand(args, folder);
  return platform === "gcp" && READERS.includes(name) ? { PULUMI_RUN_PROGRAM: "true" } : {};
}
