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
  expect(all).toContain("LiteLLM would run without some of the deployments of");
}, 600_000);
