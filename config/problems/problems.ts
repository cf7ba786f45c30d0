// The whole of the SDK takes a tenth of a second more to load, which commands and tests of settings do without.
import { RunError } from "@pulumi/pulumi/errors.js";

/** The namespace of this project's keys in a stack file; the project's name in Pulumi.yaml. */
export const NAMESPACE = "llm-gateway";

/** One mistake in the settings. */
export interface SettingsProblem {
  /** Where in the settings: `["projects", "research-team", "budget"]`. */
  path: PropertyKey[];
  /** The value found there; none when what matters is that it's missing, or the name itself. */
  seen?: unknown;
  /** What is wrong with it and what to write instead, reading on from the value: `is not a port; write …`. */
  message: string;
}

/** Shown in place of a value that is secret. */
export const SECRET = Symbol("secret");

/**
 * One error that names every problem, for people: without a stack trace, and with each path written as
 * `pulumi config set --path` takes it.
 */
export function settingsError(problems: SettingsProblem[]): RunError {
  const lines = [...new Set(problems.map(line))].sort();
  const count = lines.length === 1 ? "a problem" : `${lines.length} problems`;
  return new RunError(
    [`The settings of this stack have ${count}:`, ...lines, "docs/settings.md describes every setting."].join("\n  "),
  );
}

function line({ path, seen, message }: SettingsProblem): string {
  return seen === undefined ? `${where(path)} ${message}` : `${where(path)}: ${show(seen)} ${message}`;
}

function where(path: PropertyKey[]): string {
  const [section, ...rest] = path;
  const steps = rest.map((step) => {
    if (typeof step === "number") return `[${step}]`;
    const name = String(step);
    return /^[\w-]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
  });
  const name = String(section);
  return `${name.includes(":") ? name : `${NAMESPACE}:${name}`}${steps.join("")}`;
}

function show(value: unknown): string {
  if (value === SECRET) return "[secret]";
  // A URL that is refused because it holds credentials must not repeat them.
  const text = JSON.stringify(value).replace(/\/\/.*@/, "//[secret]@");
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
