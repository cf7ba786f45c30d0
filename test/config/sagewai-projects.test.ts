import { expect, it } from "vitest";

import { parseSettings } from "../../config/settings.ts";
import { warnings } from "../../config/warnings.ts";
import { minimal, rawConfig } from "./stack.ts";

const settings = (project: object, models = ["gpt-4o"]) =>
  parseSettings(rawConfig({ ...minimal, projects: { team: { models, budget: 40, ...project } } }));

it("a project is of Sagewai's environment production, with its first model by default", () => {
  expect(settings({}).projects[0]).toMatchObject({ environment: "production", defaultModel: "gpt-4o" });
  expect(settings({ environment: "staging", defaultModel: "gpt-4o" }).projects[0]).toMatchObject({
    environment: "staging",
    defaultModel: "gpt-4o",
  });
});

it("an adopted key, whose value nobody knows, is said to be missing in Sagewai until its next generation", () => {
  expect(warnings(settings({ adopt: "by-hand" }))).toEqual([
    "Nobody knows the value of an adopted key, so that agents in Sagewai can call no model for team. Raise generation for a key that Sagewai gets as well.",
  ]);
  expect(warnings(settings({ adopt: "by-hand", generation: 2 }))).toEqual([]);
});
