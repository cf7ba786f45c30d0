import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";

import * as yaml from "yaml";

/** What a command of the Pulumi CLI is about. */
export interface StackCommand {
  /** `up`, `config`; empty for the CLI's own help. */
  name: string;
  /** The platform that the file of the stack chooses; undefined if the command names no stack, or one without a file. */
  platform: string | undefined;
}

/**
 * @param args Arguments of the Pulumi CLI: `["up", "--stack", "prod"]`.
 * @param folder The folder of the stack files.
 */
export async function stackCommand(args: string[], folder: string): Promise<StackCommand> {
  const { values, positionals } = parseArgs({
    args,
    options: { stack: { type: "string", short: "s" } },
    allowPositionals: true,
    strict: false,
  });
  const [name = ""] = positionals;
  if (typeof values.stack !== "string") return { name, platform: undefined };
  const stack = values.stack.split("/").at(-1) ?? "";
  const text = await readFile(join(folder, `Pulumi.${stack}.yaml`), "utf8").catch(() => "");
  const { config } = (yaml.parse(text) ?? {}) as { config?: Record<string, unknown> };
  const platform = config?.["llm-gateway:platform"];
  return { name, platform: typeof platform === "string" ? platform : undefined };
}
