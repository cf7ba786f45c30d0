import { readFile } from "node:fs/promises";

import { expect, it, vi } from "vitest";
import * as yaml from "yaml";

import { yours } from "../config/stack.ts";
import { deploy } from "./deploy.ts";

const file = await readFile(new URL("../../Pulumi.dev.yaml", import.meta.url), "utf8");
const { config } = yaml.parse(yours(file)) as { config: Record<string, object> };
const settings = {
  "llm-gateway:providers": { openai: { apiKey: "sk-of-openai" }, anthropic: { apiKey: "sk-of-anthropic" } },
  "llm-gateway:gcp": { ...config["llm-gateway:gcp"], name: "llm-gateway-dev" },
};
const onGoogleCloud = await deploy("dev", settings, { name: "renamed" });
vi.resetModules();
const providers = { "llm-gateway:providers": settings["llm-gateway:providers"] };
const inCluster = await deploy("kubernetes", providers, { name: "renamed" });

const listed = (stack: string) => readFile(new URL(`${stack}.resources.yaml`, import.meta.url), "utf8");
const text = (resources: object) => yaml.stringify(resources, { lineWidth: 0 });

it("a renamed stack on Google Cloud keeps the name of everything with its former one as gcp.name", async () => {
  expect(text(onGoogleCloud.resources)).toBe(await listed("dev"));
});

it("a renamed stack in a cluster keeps the name of everything", async () => {
  expect(text(inCluster.resources)).toBe(await listed("kubernetes"));
});
