import { expect, it } from "vitest";
import * as yaml from "yaml";

import { deploy } from "./deploy.ts";

const providers = { openai: { apiKey: "sk-of-openai" }, anthropic: { apiKey: "sk-of-anthropic" } };
const { resources } = await deploy("kubernetes", { "llm-gateway:providers": providers });
const text = yaml.stringify(resources, { lineWidth: 0 });

it("the stack file kubernetes provisions exactly the resources of the committed list", async () => {
  await expect(text).toMatchFileSnapshot("kubernetes.resources.yaml");
});

it("the stack file kubernetes hands out no provider's key but as a secret", () => {
  expect(text).not.toMatch(/sk-of-/);
});
