import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";

import * as yaml from "yaml";

import { authorities } from "../config/certificates.ts";
import { UserError } from "../toolchain/user-error.ts";

/** What a command of the Pulumi CLI is about. */
export interface StackCommand {
  /** All its arguments. */
  args: string[];
  /** `up`, `config`; empty for the CLI's own help. */
  name: string;
  /** The platform that the file of the stack chooses; undefined without a stack, or for one without a file. */
  platform: string | undefined;
  /** The stack's name without organization and project; undefined if the command names none and changes none. */
  stack: string | undefined;
  /** What that file has its PostgreSQL server checked against, as PEM. */
  authorities: string | undefined;
  /** Whether that file protects what can't be made again, which every platform but local does unless told otherwise. */
  isProtected: boolean;
}

export interface StackCommandOptions {
  /** The folder of the stack files. Default: that of this project. */
  folder?: string;
  /** Finds the stack that the CLI works on when a command names none. Asked only where that matters. */
  selected?: () => Promise<string>;
}

/** The commands that read or change a stack's resources, and so start plugins. */
const STARTERS = ["up", "update", "preview", "pre", "refresh", "destroy", "down", "dn", "watch", "import"];

/** The CLI's options that may stand before the command's name and take a value. */
const BEFORE_THE_NAME = ["color", "tracing", "otel-traces", "profiling", "memprofilerate"];

/**
 * @param args Arguments of the Pulumi CLI: `["up", "--stack", "prod"]`.
 * @throws UserError for `--cwd`, since the stack files of other folders are not known here.
 */
export async function stackCommand(args: string[], options: StackCommandOptions = {}): Promise<StackCommand> {
  const { folder = join(import.meta.dirname, ".."), selected } = options;
  const { values, positionals } = parseArgs({
    args,
    options: {
      stack: { type: "string", short: "s" },
      cwd: { type: "string", short: "C" },
      verbose: { type: "string", short: "v" },
      help: { type: "boolean", short: "h" },
      ...Object.fromEntries(BEFORE_THE_NAME.map((option) => [option, { type: "string" as const }])),
    },
    allowPositionals: true,
    strict: false,
  });
  if (values.cwd !== undefined) {
    throw new UserError(
      `--cwd ${String(values.cwd)} leads out of this project, whose stack files alone are known here: leave it out, or run \`pulumi\` itself.`,
    );
  }
  const [name = ""] = positionals;
  const isAsked = startsPlugins(name) && values.help !== true;
  // The CLI takes `-s=prod` as well, and an empty name for none.
  const named = typeof values.stack === "string" ? values.stack.replace(/^=/, "") : "";
  const unnamed = named === "" && isAsked ? await selected?.() : undefined;
  const stack = named === "" ? unnamed : named;
  return { args, name, ...(await stackFile(folder, stack?.split("/").at(-1))) };
}

/** Whether a command of the Pulumi CLI works on a stack's resources. */
export function startsPlugins(name: string): boolean {
  return STARTERS.includes(name);
}

async function stackFile(folder: string, stack: string | undefined): Promise<Omit<StackCommand, "args" | "name">> {
  const text = stack === undefined ? "" : await readFile(join(folder, `Pulumi.${stack}.yaml`), "utf8").catch(() => "");
  const { config } = (yaml.parse(text) ?? {}) as { config?: Record<string, unknown> };
  const chosen = config?.["llm-gateway:platform"];
  const platform = typeof chosen === "string" ? chosen : undefined;
  const byDefault = platform !== undefined && platform !== "local";
  const protect = config?.["llm-gateway:protect"] ?? byDefault;
  // `pulumi config set` writes it as text.
  return { stack, platform, authorities: authoritiesOf(config), isProtected: protect === true || protect === "true" };
}

/** Undefined for one that is wrong, too, as the program says then. */
function authoritiesOf(config: Record<string, unknown> = {}): string | undefined {
  const section = config["llm-gateway:kubernetes"] as { postgres?: { caCertificate?: unknown } } | null | undefined;
  return authorities().optional().safeParse(section?.postgres?.caCertificate).data;
}
