import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { KNOWN_NAMES } from "../../config/litellm/known-names.ts";
import { litellmConfig } from "../../config/litellm-config.ts";
import { ofSection } from "../../config/litellm/sections.ts";
import { secretsIn } from "../../config/rules/secrets.ts";
import { warnings } from "../../config/warnings.ts";
import { messageOf } from "../config/stack.ts";
import {
  exampleNames,
  exampleSettings,
  exampleText,
  sectionsOf,
  secretPathsIn,
  settingsWith,
  valueOf,
} from "./examples.ts";
import { original, sayable, SHAPES, steps } from "./shapes.ts";

const page = readFileSync(new URL("../../docs/models.md", import.meta.url), "utf8");

/** What the examples warn of, besides nothing. */
const WARNINGS: Record<string, RegExp[]> = {
  cached: [/^LiteLLM keeps answers in its cache \(redis\) for 600 seconds/],
  "own-servers": [/^llm-gateway:models\[1\]\.params\.ssl_verify \(qwen-32b\) is false/],
};

it("has a shape of LiteLLM's file for each example, and the other way round", () => {
  expect(exampleNames).toEqual(Object.keys(SHAPES).sort());
  expect(exampleNames).toHaveLength(15);
});

describe.each(exampleNames)("the example %s", (name) => {
  const text = exampleText(name);

  it("is right with the secrets that the commands in its comments set, and warns of what it should", () => {
    const found = warnings(exampleSettings(name));
    const expected = WARNINGS[name] ?? [];
    expect(found).toHaveLength(expected.length);
    expected.forEach((pattern, index) => {
      expect(found[index]).toMatch(pattern);
    });
  });

  it("makes a difference with each of these secrets: in LiteLLM's file, or to a callback that reads it by itself", () => {
    const paths = secretPathsIn(text);
    const fileOf = (set: readonly string[]) => litellmConfig(settingsWith(sectionsOf(text), set));
    const isOfNoUse = (path: string) => {
      const others = paths.filter((other) => other !== path);
      const isMissed = messageOf(() => fileOf(others)) !== "" || fileOf(others) !== fileOf(paths);
      return (
        !isMissed &&
        !KNOWN_NAMES.environment.callbacks.includes(path.replace("secrets.", "")) &&
        path !== "secrets.SENTRY_DSN"
      );
    };
    expect(paths.filter(isOfNoUse)).toEqual([]);
  });

  it("sets what the schema keeps secret", () => {
    const paths = secretPathsIn(text);
    const whole = paths.reduce<Record<string, unknown>>(
      (input, path) => merged(input, path.split("."), valueOf(path)),
      {},
    );
    expect(
      secretsIn(whole)
        .map(({ path }) => path.join("."))
        .sort(),
    ).toEqual([...paths].sort());
  });
});

describe.each(exampleNames)("LiteLLM's own file that says what %s says", (name) => {
  it("has no line that can't be said without a rule that says so, and docs/models.md", () => {
    const file = original(name);
    for (const [path, problem] of Object.entries(SHAPES[name]?.refused ?? {})) {
      const value = steps(path).reduce<unknown>((part, step) => (part as Record<string | number, unknown>)[step], file);
      const message = messageOf(() => settingsWith(written(name, path, value), secretPathsIn(exampleText(name))));
      expect(message).toContain(` ${problem}`);
      expect(page).toContain(`\`${String(steps(path).at(-1))}\``);
    }
  });

  it("has everything else", () => {
    expect(Object.keys(sayable(name))).toContain("model_list");
    expect(Object.keys(original(name)).filter((section) => ofSection(section) === undefined)).toEqual([]);
  });
});

/** An example with a line of LiteLLM's file, where a person would write it. */
function written(name: string, path: string, value: unknown): Record<string, unknown> {
  const whole = structuredClone(sectionsOf(exampleText(name)));
  const litellm = (whole["litellm"] ?? {}) as Record<string, unknown>;
  const [section, first, second, third] = steps(path);
  if (section === "model_list") {
    const models = whole["models"] as Record<string, unknown>[];
    const part = second === "model_info" ? "info" : "params";
    const model = models[Number(first)] ?? {};
    model[part] = { ...(model[part] as object | undefined), [String(third)]: value };
    return whole;
  }
  const part = { litellm_settings: "settings", general_settings: "general", router_settings: "router" }[
    String(section)
  ];
  const added =
    part === undefined
      ? { [path]: value }
      : { [part]: { ...(litellm[part] as object | undefined), [String(first)]: value } };
  return { ...whole, litellm: { ...litellm, ...added } };
}

function merged(
  input: Record<string, unknown>,
  [first = "", ...rest]: string[],
  value: string,
): Record<string, unknown> {
  const inner = (input[first] ?? {}) as Record<string, unknown>;
  return { ...input, [first]: rest.length === 0 ? value : merged(inner, rest, value) };
}
