import { join } from "node:path";

import { stackCommand } from "./stack-command.ts";

/** The plugins of every stack. */
const ALWAYS = ["random", "postgresql"];

/** Those that a platform needs besides. */
const OF_PLATFORM: Record<string, string[]> = { kubernetes: ["kubernetes"], gcp: ["kubernetes", "gcp"] };

/** The commands of Pulumi that start plugins. */
const STARTERS = ["up", "update", "preview", "pre", "refresh", "destroy", "down", "watch"];

/**
 * The plugins that a command of the Pulumi CLI needs, by the platform of the stack that it names.
 *
 * @param args Its arguments: `["up", "--stack", "prod"]`.
 * @param folder The folder of the stack files. Default: that of this project.
 */
export async function pluginsFor(args: string[], folder = join(import.meta.dirname, "..")): Promise<string[]> {
  const { name, platform = "" } = await stackCommand(args, folder);
  return STARTERS.includes(name) ? [...ALWAYS, ...(OF_PLATFORM[platform] ?? [])] : ALWAYS;
}
