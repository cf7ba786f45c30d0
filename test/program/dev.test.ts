import { expect, it } from "vitest";
import * as yaml from "yaml";

import { deploy } from "./deploy.ts";

const providers = { openai: { apiKey: "sk-of-openai" }, anthropic: { apiKey: "sk-of-anthropic" } };
const { resources } = await deploy("dev", { "llm-gateway:providers": providers });
const text = yaml.stringify(resources, { lineWidth: 0 });

it("the stack file dev provisions exactly the resources of the committed list", async () => {
  await expect(text).toMatchFileSnapshot("dev.resources.yaml");
});

it("the stack file dev hands out no provider's key but as a secret", () => {
  expect(text).not.toMatch(/sk-of-/);
});
