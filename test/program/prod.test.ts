import { expect, it } from "vitest";
import * as yaml from "yaml";

import { deploy } from "./deploy.ts";

const providers = { openai: { apiKey: "sk-of-openai" }, anthropic: { apiKey: "sk-of-anthropic" } };
const { resources } = await deploy("prod", { "llm-gateway:providers": providers });
const text = yaml.stringify(resources, { lineWidth: 0 });

it("the stack file prod provisions exactly the resources of the committed list", async () => {
  await expect(text).toMatchFileSnapshot("prod.resources.yaml");
});

it("the stack file prod calls Google Cloud on the quota of its own project, whoever's credentials it has", () => {
  const provider = resources.find(({ type }) => type === "pulumi:providers:gcp");
  expect(provider?.inputs).toMatchObject({ userProjectOverride: "true", billingProject: "acme-llm-prod" });
});

it("the stack file prod hands out no provider's key but as a secret", () => {
  expect(text).not.toMatch(/sk-of-/);
});
