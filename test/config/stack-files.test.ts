import { readFile } from "node:fs/promises";

import { describe, expect, it } from "vitest";
import * as yaml from "yaml";
import * as z from "zod";

import { settingsSchema } from "../../config/schema.ts";
import { parseSettings } from "../../config/settings.ts";
import { settingsDocument, settingsDocumentFile } from "../../operations/docs.ts";
import { messageOf, rawConfig } from "./stack.ts";

const ConfigFile = z.object({ config: z.record(z.string(), z.unknown()) });

async function configOf(file: string): Promise<Record<string, unknown>> {
  const text = await readFile(new URL(`../../${file}`, import.meta.url), "utf8");
  return ConfigFile.parse(yaml.parse(text)).config;
}

describe("Pulumi.yaml", () => {
  it("describes every setting, and gives none a value of its own", async () => {
    const config = await configOf("Pulumi.yaml");
    // Pulumi would ask for `protect`, whose default depends on the platform.
    const described = Object.keys(settingsSchema.shape).filter((section) => section !== "protect");
    expect(Object.keys(config)).toEqual(described);
    expect(
      Object.fromEntries(
        Object.entries(config).map(([key, value]) => [key, z.object({ default: z.unknown() }).parse(value).default]),
      ),
    ).toEqual({
      platform: "local",
      models: [],
      providers: {},
      routing: {},
      projects: {},
      pools: {},
      litellm: {},
      sagewai: {},
      postgres: {},
      kubernetes: {},
    });
  });
});

describe("Pulumi.local.yaml", () => {
  it("is right, and needs no provider's key", async () => {
    const entries = Object.entries(await configOf("Pulumi.local.yaml"));
    const settings = parseSettings(
      rawConfig(Object.fromEntries(entries.map(([key, value]) => [key.replace("llm-gateway:", ""), value]))),
    );
    expect(settings.models.map(({ name, mock }) => [name, mock !== undefined])).toEqual([
      ["gpt-4o", true],
      ["claude-sonnet", true],
      ["gemini-flash", true],
    ]);
    expect(settings.pools.map(({ name }) => name)).toEqual(["general", "gpu-workers"]);
  });

  it("gives the guide's project the guide's key", async () => {
    const config = await configOf("Pulumi.local.yaml");
    const { models, projects } = z
      .object({ "llm-gateway:models": z.unknown(), "llm-gateway:projects": z.unknown() })
      .transform((keys) => ({ models: keys["llm-gateway:models"], projects: keys["llm-gateway:projects"] }))
      .parse(config);
    const [research] = parseSettings(rawConfig({ models, projects })).projects;
    expect(research).toEqual({
      name: "research-team",
      alias: "research-team",
      models: ["gpt-4o", "claude-sonnet"],
      budget: 40,
      hardBudget: 50,
      budgetDuration: "30d",
      metadata: { project: "research-team" },
    });
  });
});

describe("Pulumi.kubernetes.yaml", () => {
  it("lacks nothing but the providers' keys, which are secret", async () => {
    const config = Object.entries(await configOf("Pulumi.kubernetes.yaml")).map(([key, value]) => [
      key.replace("llm-gateway:", ""),
      value,
    ]);
    const settings = Object.fromEntries(config) as Record<string, unknown>;
    const missing = (provider: string) =>
      `llm-gateway:providers.${provider}.apiKey is missing; set it with \`pulumi config set --path --secret\`, because only platform local gives mock answers`;
    expect(
      messageOf(() => parseSettings(rawConfig(settings)))
        .split("\n  ")
        .slice(1, -1),
    ).toEqual([missing("anthropic"), missing("openai")]);
    const providers = { openai: { apiKey: "sk-key" }, anthropic: { apiKey: "sk-key" } };
    expect(parseSettings(rawConfig({ ...settings, providers }), ["llm-gateway:providers"])).toMatchObject({
      platform: "kubernetes",
      protect: true,
      kubernetes: { namespace: "llm-gateway", postgres: { trial: true } },
    });
  });
});

describe("docs/settings.md", () => {
  it("is what `npm run docs` writes", async () => {
    expect(await readFile(settingsDocumentFile, "utf8")).toBe(settingsDocument());
  });
});
