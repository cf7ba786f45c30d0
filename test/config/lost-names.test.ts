import { describe, expect, it } from "vitest";

import { parseSettings } from "../../config/settings.ts";
import { rawConfig } from "./stack.ts";

const MODELS = [{ name: "gpt-4o", model: "openai/gpt-4o", provider: "openai" }];
const PROJECT = { models: ["gpt-4o"], budget: 4 };

/** As Pulumi hands it over, in which the name is a property like any other. */
const named = (name: string, value: object) => JSON.parse(`{"${name}": ${JSON.stringify(value)}}`) as object;

const parse = (settings: Record<string, unknown>) => parseSettings(rawConfig({ models: MODELS, ...settings }));

describe("names that mean something to JavaScript", () => {
  it.each([
    ["llm-gateway:projects.__proto__", { projects: named("__proto__", PROJECT) }],
    ["llm-gateway:providers.__proto__", { providers: named("__proto__", {}) }],
    ["llm-gateway:pools.__proto__", { pools: named("__proto__", PROJECT) }],
    [
      "llm-gateway:projects.a.metadata.__proto__",
      { projects: { a: { ...PROJECT, metadata: named("__proto__", {}) } } },
    ],
  ])("are refused where they would be lost: %s", (path, settings) => {
    expect(() => parse(settings)).toThrow(`${path} is a word of JavaScript; choose another name`);
  });

  it.each(["constructor", "prototype", "valueof"])("are names of projects like any other: %s", (name) => {
    const { projects } = parse({ projects: named(name, PROJECT) });
    expect(projects.map((project) => [project.name, project.models])).toEqual([[name, ["gpt-4o"]]]);
  });

  it.each(["constructor", "toString", "hasOwnProperty"])("name no provider that isn't there: %s", (provider) => {
    expect(() => parse({ models: [{ ...MODELS[0], provider }] })).toThrow(
      `llm-gateway:models[0].provider: "${provider}" is not a provider; write one of openai, anthropic, google`,
    );
  });
});
