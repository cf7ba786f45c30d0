import { readFile } from "node:fs/promises";

import { describe, expect, it } from "vitest";
import * as yaml from "yaml";
import * as z from "zod";

import { settingsSchema } from "../../config/schema/schema.ts";
import { parseSettings } from "../../config/settings.ts";
import { warnings } from "../../config/warnings.ts";
import { settingsDocument, settingsDocumentFile } from "../../operations/docs.ts";
import { messageOf, rawConfig, yours } from "./stack.ts";

const ConfigFile = z.object({ config: z.record(z.string(), z.unknown()) });

async function configOf(file: string, edit = (text: string) => text): Promise<Record<string, unknown>> {
  const text = await readFile(new URL(`../../${file}`, import.meta.url), "utf8");
  return ConfigFile.parse(yaml.parse(edit(text))).config;
}

/** The settings of a stack file, by section. */
async function sectionsOf(file: string, edit?: (text: string) => string): Promise<Record<string, unknown>> {
  const entries = Object.entries(await configOf(file, edit));
  return Object.fromEntries(entries.map(([key, value]) => [key.replace("llm-gateway:", ""), value]));
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
      acknowledge: {},
      policies: {},
      budgetMargin: 20,
      capacity: {},
      models: [],
      providers: {},
      routing: {},
      teams: {},
      projects: {},
      pools: {},
      secrets: {},
      secretFiles: {},
      litellm: {},
      sagewai: {},
      postgres: {},
      kubernetes: {},
      gcp: {},
    });
  });
});

describe("Pulumi.local.yaml", () => {
  it("is right, and needs no provider's key", async () => {
    const settings = parseSettings(rawConfig(await sectionsOf("Pulumi.local.yaml")));
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
      maxBudget: 50,
      budgetDuration: "30d",
      softAction: "stop",
      softUnknown: "stop",
      metadata: { project: "research-team" },
      apis: [],
      parameters: [],
      accessors: [],
      environment: "production",
      defaultModel: "gpt-4o",
    });
  });
});

describe("Pulumi.kubernetes.yaml", () => {
  it("lacks nothing but the providers' keys, which are secret", async () => {
    const settings = await sectionsOf("Pulumi.kubernetes.yaml");
    const missing = (provider: string) =>
      `llm-gateway:providers.${provider}.apiKey is missing; set it with \`pulumi config set --path --secret llm-gateway:providers.${provider}.apiKey\`, because only platform local gives mock answers`;
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

describe.each(["dev", "prod"])("Pulumi.%s.yaml", (stack) => {
  const providers = { openai: { apiKey: "sk-key" }, anthropic: { apiKey: "sk-key" } };
  const file = `Pulumi.${stack}.yaml`;

  it("lacks the providers' keys, which are secret, and what is the reader's", async () => {
    const sections = await sectionsOf(file);
    const paths = messageOf(() => parseSettings(rawConfig(sections)))
      .split("\n  ")
      .slice(1, -1)
      .map((line) => line.replace(/^llm-gateway:(\S+?):? .*/, "$1"));
    expect(paths).toEqual([
      ...(stack === "prod" ? ["gcp.alerts.emails[0]"] : []),
      "gcp.project",
      "providers.anthropic.apiKey",
      "providers.openai.apiKey",
    ]);
  });

  it("is right with these, warns of nothing, and has the models, projects and pools of every example", async () => {
    const sections = await sectionsOf(file, yours);
    const settings = parseSettings(rawConfig({ ...sections, providers }), ["llm-gateway:providers"]);
    expect(warnings(settings)).toEqual([]);
    const example = await sectionsOf("Pulumi.kubernetes.yaml");
    expect(sections).toMatchObject({ models: example["models"], projects: example["projects"] });
    expect(Object.keys(sections["pools"] as object)).toEqual(Object.keys(example["pools"] as object));
  });
});

describe("the stack files for gcp", () => {
  const settingsOf = async (stack: string) => {
    const providers = { openai: { apiKey: "sk-key" }, anthropic: { apiKey: "sk-key" } };
    const sections = await sectionsOf(`Pulumi.${stack}.yaml`, yours);
    return parseSettings(rawConfig({ ...sections, providers }), ["llm-gateway:providers"]);
  };

  it("make dev small and easy to destroy", async () => {
    expect(await settingsOf("dev")).toMatchObject({
      protect: false,
      gcp: { highAvailability: false, postgres: { tier: "db-g1-small" } },
      kubernetes: { litellm: { replicas: 1, maxReplicas: 1 } },
      postgres: { maxConnections: 50 },
    });
  });

  it("make prod survive a zone, protected, with a private way in", async () => {
    const { protect, gcp, kubernetes, postgres } = await settingsOf("prod");
    expect({ protect, postgres, replicas: kubernetes.litellm.replicas }).toEqual({
      protect: true,
      postgres: { maxConnections: 400 },
      replicas: 2,
    });
    expect(gcp).toMatchObject({
      highAvailability: true,
      postgres: { logDays: 7, retainedBackups: 30 },
      redis: { nodeType: "STANDARD_SMALL" },
      access: { hostname: "llm.prod.internal" },
    });
  });
});

describe("docs/settings.md", () => {
  it("is what `npm run docs` writes", async () => {
    expect(await readFile(settingsDocumentFile, "utf8")).toBe(settingsDocument());
  });
});
