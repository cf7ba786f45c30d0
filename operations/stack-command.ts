import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";

import * as yaml from "yaml";

/** What a command of the Pulumi CLI is about. */
export interface StackCommand {
  /** All its arguments. */
  args: string[];
  /** `up`, `config`; empty for the CLI's own help. */
  name: string;
  /** The platform that the file of the stack chooses; undefined if the command names no stack, or one without a file. */
  platform: string | undefined;
  /** The stack's name without organization and project; undefined if the command names none. */
  stack: string | undefined;
  /** Whether that file protects what can't be made again, which every platform but local does unless told otherwise. */
  isProtected: boolean;
}

/**
 * @param args Arguments of the Pulumi CLI: `["up", "--stack", "prod"]`.
 * @param folder The folder of the stack files. Default: that of this project.
 */
export async function stackCommand(args: string[], folder = join(import.meta.dirname, "..")): Promise<StackCommand> {
  const { values, positionals } = parseArgs({
    args,
    options: { stack: { type: "string", short: "s" } },
    allowPositionals: true,
    strict: false,
  });
  const [name = ""] = positionals;
  if (typeof values.stack !== "string") {
    return { args, name, platform: undefined, stack: undefined, isProtected: false };
  }
  const stack = values.stack.split("/").at(-1) ?? "";
  const text = await readFile(join(folder, `Pulumi.${stack}.yaml`), "utf8").catch(() => "");
  const { config } = (yaml.parse(text) ?? {}) as { config?: Record<string, unknown> };
  const chosen = config?.["llm-gateway:platform"];
  const platform = typeof chosen === "string" ? chosen : undefined;
  const byDefault = platform !== undefined && platform !== "local";
  const protect = config?.["llm-gateway:protect"] ?? byDefault;
  // `pulumi config set` writes it as text.
  const isProtected = protect === true || protect === "true";
  return { args, name, platform, stack, isProtected };
}
