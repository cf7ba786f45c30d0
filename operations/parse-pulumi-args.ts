import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { authorities } from "../config/schema/certificates.ts";
import { type Environment, environmentOf, ENVIRONMENTS } from "../config/schema/policy-rules.ts";
import { UserError } from "../toolchain/user-error.ts";
import { splitCommand } from "./split-command.ts";
import { stackFileData } from "../config/rules/stack-file-data.ts";

/** What a command of the Pulumi CLI is about. */
export interface StackCommand {
  /** All arguments of the command. */
  args: string[];
  /** `up`, `config`; empty for the CLI's own help. */
  name: string;
  /** Whether it prints what Pulumi and its SDK say to those who look for their faults (`--debug`). */
  isDebugged: boolean;
  /** What follows the name, without options: `["set", "llm-gateway:protect", "true"]`. */
  operands: string[];
  /** The platform that the file of the stack chooses; undefined without a stack, or for one without a file. */
  platform: string | undefined;
  /** The stack's name without organization and project; undefined if the command names none and uses none. */
  stack: string | undefined;
  /** The file that the CLI reads the stack's settings from: that of `--config-file`, or the stack's own. */
  file: string | undefined;
  /** The file that has the stack's name, which some commands read whatever `--config-file` says. */
  ownFile: string | undefined;
  /** What the stack is for, as far as policies care: by its settings, or else by its name. */
  environment: Environment;
  /** What the settings have its PostgreSQL server checked against, as PEM. */
  authorities: string | undefined;
  /**
   * Options that lead to each file that protects what can't be recreated, which every platform but local does unless told
   * otherwise: `--stack prod`. Both files count: a stack is not less precious because another file is looked at.
   */
  protections: string[];
}

export interface StackCommandOptions {
  /** The folder of the stack files. Default: that of this project. */
  folder?: string;
  /** Finds the stack that the CLI works on when a command names none. Asked only where that matters. */
  selected?: () => Promise<string>;
  /** Variables of the process: the CLI takes each option as one, too. */
  environment?: NodeJS.ProcessEnv;
}

/** The commands that read or change a stack's resources, and so start plugins. */
const STARTERS = ["up", "update", "preview", "pre", "refresh", "destroy", "down", "dn", "watch", "import"];

/**
 * @param args Arguments of the Pulumi CLI: `["up", "--stack", "prod"]`.
 * @throws UserError for `--cwd` with another folder, whose stack files are not known here.
 */
export async function stackCommand(args: string[], options: StackCommandOptions = {}): Promise<StackCommand> {
  const { folder = join(import.meta.dirname, ".."), selected, environment = process.env } = options;
  const { before, name, after } = splitCommand(args);
  const { values, positionals: operands } = parseArgs({
    args: [...before, ...after],
    options: {
      stack: { type: "string", short: "s" },
      "config-file": { type: "string" },
      cwd: { type: "string", short: "C" },
      config: { type: "string", short: "c", multiple: true },
      verbose: { type: "string", short: "v" },
      help: { type: "boolean", short: "h" },
      debug: { type: "boolean", short: "d" },
      ...Object.fromEntries(["color", "tracing", "otel-traces"].map((option) => [option, { type: "string" as const }])),
    },
    allowPositionals: true,
    strict: false,
  });
  const text = (option: "stack" | "config-file" | "cwd") => {
    const variable = environment[`PULUMI_OPTION_${option.toUpperCase().replace("-", "_")}`];
    const value = values[option] ?? variable;
    // The CLI takes `-s=prod` as well, and an empty text for none.
    return typeof value === "string" ? value.replace(/^=/, "") : "";
  };
  if (text("cwd") !== "" && resolve(folder, text("cwd")) !== resolve(folder)) {
    throw new UserError(
      `--cwd ${text("cwd")} leads out of this project, the only one whose stack files are known here: leave it out, or run \`pulumi\` itself.`,
    );
  }
  const isAsked = usesSettings(name) && values.help !== true;
  const named = text("stack");
  const chosen = named === "" && isAsked ? await selected?.() : named;
  const stack = chosen === "" ? undefined : chosen?.split("/").at(-1);
  const other = text("config-file");
  const ownFile = stack === undefined ? undefined : join(folder, `Pulumi.${stack}.yaml`);
  const file = other === "" || !usesSettings(name) ? ownFile : resolve(folder, other);
  const isDebugged = String(values["debug"] ?? environment["PULUMI_OPTION_DEBUG"]) === "true";
  const settings = await settingsOf({ stack, file, ownFile, other });
  return { args, name, isDebugged, operands, stack, file, ownFile, ...settings };
}

/** Whether a command of the Pulumi CLI works on a stack's resources. */
export function startsPlugins(name: string): boolean {
  return STARTERS.includes(name);
}

/** Whether it reads a stack's settings, from the file of `--config-file` if it has one. */
export function usesSettings(name: string): boolean {
  return name === "config" || startsPlugins(name);
}

interface SettingsSource extends Pick<StackCommand, "stack" | "file" | "ownFile"> {
  /** The file as `--config-file` names it. */
  other: string;
}

async function settingsOf({
  stack,
  file,
  ownFile,
  other,
}: SettingsSource): Promise<Pick<StackCommand, "platform" | "environment" | "authorities" | "protections">> {
  const config = await configOf(file);
  const chosen = config["llm-gateway:platform"];
  const protections = [
    ...(isProtected(await configOf(ownFile)) ? [`--stack ${stack ?? ""}`] : []),
    ...(file !== ownFile && isProtected(config) ? [`--stack ${stack ?? ""} --config-file ${other}`] : []),
  ];
  return {
    platform: typeof chosen === "string" ? chosen : undefined,
    environment: environmentIn(config) ?? environmentOf(stack ?? ""),
    authorities: authoritiesOf(config),
    protections,
  };
}

async function configOf(file: string | undefined): Promise<Record<string, unknown>> {
  const text = file === undefined ? "" : await readFile(file, "utf8").catch(() => "");
  const { config } = (stackFileData(text) ?? {}) as { config?: unknown };
  return typeof config === "object" && config !== null ? (config as Record<string, unknown>) : {};
}

function isProtected(config: Record<string, unknown>): boolean {
  const platform = config["llm-gateway:platform"];
  const byDefault = typeof platform === "string" && platform !== "local";
  const protect = config["llm-gateway:protect"] ?? byDefault;
  // `pulumi config set` writes it as text.
  return protect === true || protect === "true";
}

function environmentIn(config: Record<string, unknown>): Environment | undefined {
  const policies = config["llm-gateway:policies"] as { environment?: unknown } | null | undefined;
  return ENVIRONMENTS.find((environment) => environment === policies?.environment);
}

/** Undefined for one that is wrong, too, as the program says then. */
function authoritiesOf(config: Record<string, unknown>): string | undefined {
  const section = config["llm-gateway:kubernetes"] as { postgres?: { caCertificate?: unknown } } | null | undefined;
  return authorities().optional().safeParse(section?.postgres?.caCertificate).data;
}
