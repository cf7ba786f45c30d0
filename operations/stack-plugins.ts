import type { StackCommand } from "./stack-command.ts";

/** The plugins of every stack. */
const ALWAYS = ["random", "postgresql"];

/** Those that a platform needs besides. */
const OF_PLATFORM: Record<string, string[]> = { kubernetes: ["kubernetes"], gcp: ["kubernetes", "gcp"] };

/** The commands of Pulumi that start plugins. */
const STARTERS = ["up", "update", "preview", "pre", "refresh", "destroy", "down", "watch"];

/**
 * The plugins that a command of the Pulumi CLI needs, by the platform of the stack that it names.
 */
export function pluginsFor({ name, platform = "" }: StackCommand): string[] {
  return STARTERS.includes(name) ? [...ALWAYS, ...(OF_PLATFORM[platform] ?? [])] : ALWAYS;
}
