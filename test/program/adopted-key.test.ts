import { expect, it } from "vitest";

import { deploy } from "./deploy.ts";

const project = { models: ["gpt-4o"], budget: 40 };
const { resources } = await deploy("dev", {
  "llm-gateway:providers": { openai: { apiKey: "sk-of-openai" }, anthropic: { apiKey: "sk-of-anthropic" } },
  "llm-gateway:projects": {
    known: project,
    adopted: { ...project, adopt: "by-hand" },
    replaced: { ...project, adopt: "by-somebody", generation: 2 },
  },
});

it("the program keeps no value of a key that was taken over in Secret Manager, as nobody knows it", () => {
  const versions = resources.filter(({ type }) => type === "gcp:secretmanager/secretVersion:SecretVersion");
  const kept = versions.map(({ name }) => name).filter((name) => /-key-(known|adopted|replaced)$/.test(name));
  expect(kept).toEqual(["llm-gateway-dev-key-known", "llm-gateway-dev-key-replaced"]);
});
