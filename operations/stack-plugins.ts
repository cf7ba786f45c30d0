import { type StackCommand, startsPlugins } from "./parse-pulumi-args.ts";

/** The plugins of every stack. */
const ALWAYS = ["random", "postgresql"];

/** The plugins that a platform needs in addition. */
const OF_PLATFORM: Record<string, string[]> = { kubernetes: ["kubernetes"], gcp: ["kubernetes", "gcp"] };

/** The plugins that a command of the Pulumi CLI needs, by the platform of its stack. */
export function pluginsFor({ name, platform = "" }: StackCommand): string[] {
  return startsPlugins(name) ? [...ALWAYS, ...(OF_PLATFORM[platform] ?? [])] : ALWAYS;
}
