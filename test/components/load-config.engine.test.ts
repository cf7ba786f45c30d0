import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";

import { mockModels } from "../../components/litellm/mock-models.ts";
import { requestGuard } from "../../components/litellm/request-guard.ts";
import { litellmConfig } from "../../config/litellm-config.ts";
import { clientRoutes } from "../../config/schema/routes.ts";
import { parseSettings } from "../../config/settings.ts";
import { minimal, rawConfig } from "../config/stack.ts";
import { litellmEnvironment } from "../toolchain/prisma/litellm.ts";

/** Names and answers that YAML 1.1 takes for something else. */
const models = ["on", "2024-08-06", "1_000", "12:30"].map((name) => ({
  ...{ name, model: "gpt-4o", provider: "openai" },
  mockResponse: name === "on" ? "a\tb" : "yes",
}));

const config = litellmConfig(parseSettings(rawConfig({ ...minimal, models })));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "load config "));
  const guard = requestGuard({ routes: clientRoutes([]), projectParameters: [] });
  const files = { ...guard.files, ...mockModels() };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
});

afterAll(() => rm(folder, { recursive: true }));

/** What LiteLLM says of a configuration, without a database, as before a service of this machine is replaced. */
async function load(text: string) {
  await writeFile(join(folder, "config.yaml"), text);
  const guard = requestGuard({ routes: [], projectParameters: [] });
  const variables = Object.entries(guard.environment).map(
    ([name, value]) => [name, value.replace("{files}", folder)] as const,
  );
  const env = {
    ...(await litellmEnvironment("postgresql://nobody@127.0.0.1:1/none")),
    ...(Object.fromEntries(variables) as Record<string, string>),
  };
  const program = readFileSync(join(import.meta.dirname, "../../components/litellm/load_config.py"), "utf8");
  return execa("python", ["-c", program, join(folder, "config.yaml")], { env, all: true, reject: false });
}

it("load_config.py lets a configuration through that LiteLLM starts with, names that YAML 1.1 reads otherwise among them", async () => {
  const { exitCode, all } = await load(config);
  expect(exitCode, all).toBe(0);
  for (const { name } of models) expect(all).toContain(name);
}, 600_000);

it("load_config.py refuses a configuration that LiteLLM does not start with", async () => {
  const { exitCode, all } = await load(config.replace('model_name: "on"', "model_name: on"));
  expect(exitCode).toBe(1);
  expect(all).toContain("TypeError");
}, 600_000);

it("load_config.py refuses a configuration of which LiteLLM would leave a deployment out", async () => {
  const { exitCode, all } = await load(config.replace("model: gateway-mock/gpt-4o", "model: nowhere/gpt-4o"));
  expect(exitCode).toBe(1);
  expect(all).toContain("LiteLLM would run without some of its deployments: ");
}, 600_000);

it("load_config.py lets through whatever else settings make of a configuration: kinds of providers, stars, aliases, fallbacks", async () => {
  const azure = { apiBase: "https://contoso.openai.azure.com", apiKey: "of-azure" };
  const aws = { region: "eu-central-1", accessKeyId: "AKIAINVENTED", secretAccessKey: "of-aws" };
  const google = { project: "acme-ai", location: "global", credentials: '{"type":"service_account"}' };
  const settings = {
    providers: { openai: { apiKey: "sk-test" }, azure, aws, google, own: { apiBase: "http://127.0.0.1:1/v1" } },
    models: [
      { name: "gpt", model: "azure/prod", provider: "azure", order: 1, info: { base_model: "azure/gpt-4o" } },
      { name: "gpt", model: "openai/gpt-4o", provider: "openai", order: 2, params: { temperature: 0.2 } },
      { name: "claude", model: "bedrock/eu.anthropic.claude-sonnet-4-5-20250929-v1:0", provider: "aws" },
      { name: "gemini", model: "vertex_ai/gemini-2.5-pro", provider: "google" },
      { name: "qwen", model: "hosted_vllm/Qwen/Qwen2.5", provider: "own", price: { input: 1, output: 2 } },
      { name: "openai/*", model: "openai/*", provider: "openai" },
    ],
    routing: { aliases: { small: "qwen", "gpt-4": "gpt" }, fallbacks: { gpt: ["claude"] }, defaultFallbacks: ["qwen"] },
  };
  const { exitCode, all } = await load(litellmConfig(parseSettings(rawConfig(settings), ["llm-gateway:providers"])));
  expect(exitCode, all).toBe(0);
}, 600_000);
