import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";

import * as yaml from "yaml";

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
 */
export async function pluginsFor(args: string[]): Promise<string[]> {
  const { values, positionals } = parseArgs({
    args,
    options: { stack: { type: "string", short: "s" } },
    allowPositionals: true,
    strict: false,
  });
  if (typeof values.stack !== "string" || !STARTERS.includes(positionals[0] ?? "")) return ALWAYS;
  const name = values.stack.split("/").at(-1) ?? "";
  const text = await readFile(join(import.meta.dirname, "..", `Pulumi.${name}.yaml`), "utf8").catch(() => "");
  const stack = yaml.parse(text) as { config?: Record<string, unknown> } | null;
  return [...ALWAYS, ...(OF_PLATFORM[String(stack?.config?.["llm-gateway:platform"])] ?? [])];
}
