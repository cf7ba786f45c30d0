import { readFile } from "node:fs/promises";

import { expect, it } from "vitest";
import * as yaml from "yaml";

import { yours } from "../config/stack.ts";
import { deploy } from "./deploy.ts";

const file = await readFile(new URL("../../Pulumi.dev.yaml", import.meta.url), "utf8");
const { config } = yaml.parse(yours(file)) as { config: Record<string, object> };
const settings = {
  "llm-gateway:providers": { openai: { apiKey: "sk-of-openai" }, anthropic: { apiKey: "sk-of-anthropic" } },
  "llm-gateway:gcp": { ...config["llm-gateway:gcp"], name: "llm-gateway-dev" },
};
const { resources } = await deploy("dev", settings, { name: "renamed" });

it("a renamed stack on Google Cloud keeps the name of everything with its former one as gcp.name", async () => {
  const before = await readFile(new URL("dev.resources.yaml", import.meta.url), "utf8");
  expect(yaml.stringify(resources, { lineWidth: 0 })).toBe(before);
});
