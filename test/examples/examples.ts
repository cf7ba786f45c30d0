import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import * as yaml from "yaml";
import * as z from "zod";

import { NAMESPACE } from "../../config/problems/problems.ts";
import { parseSettings, type Settings } from "../../config/settings.ts";
import { rawConfig } from "../config/stack.ts";

/** Where the stack files are that show how models are said. */
const EXAMPLES = fileURLToPath(new URL("../../examples/models/", import.meta.url));

/** The names of those files, without `.yaml`. */
export const exampleNames: string[] = readdirSync(EXAMPLES)
  .map((file) => file.replace(/\.yaml$/, ""))
  .sort();

const StackFile = z.strictObject({ config: z.record(z.string(), z.unknown()) });

const COMMAND = /npm run pulumi -- config set (?:--stack \S+ )?--path --secret llm-gateway:(\S+)/g;

/** A stack file's settings by section, without its secrets. */
export function sectionsOf(text: string): Record<string, unknown> {
  const { config } = StackFile.parse(yaml.parse(text));
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(`${NAMESPACE}:`, ""), value]));
}

/** The secrets that the commands in a text set: `providers.openai.apiKey`. */
export function secretPathsIn(text: string): string[] {
  return [...text.matchAll(COMMAND)].flatMap(([, path]) => path ?? []);
}

/** Values that LiteLLM takes no other text for; nobody listens where they lead to. */
const SHAPED: Record<string, string> = {
  "secrets.SENTRY_DSN": "http://public@127.0.0.1:9/1",
  "secrets.SLACK_WEBHOOK_URL": "http://127.0.0.1:9/hook",
};

/** The value that a secret of an example has in tests. */
export function valueOf(path: string): string {
  return SHAPED[path] ?? `value of ${path}`;
}

/** What the program makes of settings together with secrets. */
export function settingsWith(sections: Record<string, unknown>, paths: readonly string[]): Settings {
  const whole = structuredClone(sections);
  for (const path of paths) put(whole, path.split("."), valueOf(path));
  const encrypted = new Set(paths.map((path) => `${NAMESPACE}:${path.split(".")[0] ?? ""}`));
  return parseSettings(rawConfig(whole), [...encrypted]);
}

/** A stack file of the examples. */
export function exampleText(name: string): string {
  return readFileSync(`${EXAMPLES}${name}.yaml`, "utf8");
}

/** The settings of an example, with the secrets that the commands in its comments set. */
export function exampleSettings(name: string): Settings {
  const text = exampleText(name);
  return settingsWith(sectionsOf(text), secretPathsIn(text));
}

function put(target: Record<string, unknown>, [first = "", ...rest]: string[], value: string): void {
  if (rest.length === 0) {
    target[first] = value;
    return;
  }
  const inner = (target[first] ?? {}) as Record<string, unknown>;
  target[first] = inner;
  put(inner, rest, value);
}
