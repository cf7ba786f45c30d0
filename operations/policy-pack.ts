import { join } from "node:path";

import type { StackCommand } from "./parse-pulumi-args.ts";
import { splitCommand } from "./split-command.ts";

/** The folder of this project's rules. */
export const POLICY_PACK = join(import.meta.dirname, "../policy");

/** Commands of the Pulumi CLI that take rules. */
const TAKERS = ["up", "update", "preview", "pre"];

/** The platforms whose stacks are somebody's to rely on. */
const PLATFORMS = ["kubernetes", "gcp"];

/** What the CLI wants for each pack once there is one for any. */
const NO_CONFIG = join(POLICY_PACK, "no-config.json");

/**
 * The arguments of a command with the project's rules, next to those of the arguments themselves.
 *
 * @param args Those that the CLI is given.
 */
export function withPolicyPack({ name, platform = "" }: StackCommand, args: string[]): string[] {
  const { before, after } = splitCommand(args);
  const has = (option: string) => after.some((arg) => arg === option || arg.startsWith(`${option}=`));
  // Pulumi Cloud runs what was published there.
  if (!TAKERS.includes(name) || !PLATFORMS.includes(platform) || has("--remote")) return args;
  const config = has("--policy-pack-config") ? ["--policy-pack-config", NO_CONFIG] : [];
  return [...before, name, "--policy-pack", POLICY_PACK, ...config, ...after];
}
