import { execa } from "execa";

import type { StackCommand } from "./parse-pulumi-args.ts";

/** The commands of Pulumi that can read resources again. */
const READERS = ["refresh", "up", "update", "preview", "pre"];

/**
 * Variables with which a command of the Pulumi CLI runs the program before it reads resources again: on platform gcp
 * roles and databases are reached through a port that the program opens. A stack that was never made as far as these is
 * read without it, since a program that runs for a refresh expects everything to be there. Destroying a stack needs none
 * of that: they go with their server.
 *
 * @param command `--run-program=false` among its arguments has the last word.
 * @param hasRoles Whether the stack has roles or databases already. Asked only where that matters.
 */
export async function programVariables(
  { args, name, platform }: StackCommand,
  hasRoles: () => Promise<boolean>,
): Promise<Record<string, string>> {
  const reads =
    name === "refresh" || (READERS.includes(name) && args.some((arg) => /^(--refresh(=true)?|-r)$/.test(arg)));
  return platform === "gcp" && reads && (await hasRoles()) ? { PULUMI_RUN_PROGRAM: "true" } : {};
}

/** The state, in which secrets stay encrypted; undefined if it can't be read. */
export async function exportedState(
  stack = "",
  place: { env: Record<string, string>; cwd?: string },
): Promise<string | undefined> {
  const { failed, stdout } = await execa("pulumi", ["stack", "export", "--stack", stack], { ...place, reject: false });
  return failed ? undefined : stdout;
}

/** Whether a state has roles of PostgreSQL; yes, if it can't be read. */
export function hasRoles(state: string | undefined): boolean {
  return state?.includes('"postgresql:index/role:Role"') ?? true;
}
