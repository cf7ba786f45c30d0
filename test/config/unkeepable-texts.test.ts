import { expect, it } from "vitest";

import { problemsOf } from "./stack.ts";

const project = (settings: object) => ({ projects: { team: { models: ["gpt-4o"], budget: 40, ...settings } } });

it.each([
  ["a NUL in metadata", project({ metadata: { note: "a\0b" } }), "projects.team.metadata.note"],
  ["half a character in metadata", project({ metadata: { note: "a\ud83d" } }), "projects.team.metadata.note"],
  ["a NUL in a name", project({ metadata: { "a\0b": "x" } }), 'projects.team.metadata["a\\u0000b"]'],
  [
    "half a character in an answer",
    { models: [{ name: "gpt-4o", model: "gpt-4o", provider: "openai", mockResponse: "\ude00" }] },
    "models[0].mockResponse",
  ],
  ["a NUL in the organization", { sagewai: { organization: "\0" } }, "sagewai.organization"],
])("the check of texts refuses what nothing keeps: %s", (_, settings, path) => {
  expect(problemsOf(settings)).toEqual([expect.stringContaining(`${path} contains a character that can't be kept`)]);
});

it("the check of texts takes everything else that people write", () => {
  expect(problemsOf(project({ metadata: { note: "Grüße 😀\u007f\u0001\ufffe" } }))).toEqual([]);
});
