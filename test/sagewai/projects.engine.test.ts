import { afterAll, beforeAll, expect, it, vi } from "vitest";

import { tokenOf } from "../../providers/litellm/key-value.ts";
import { ProjectsStack } from "./projects-stack.ts";

// The settings' projects in a real Sagewai admin, with real keys of a real LiteLLM. Each test goes on where the one before it ended.

vi.setConfig({ testTimeout: 300_000, hookTimeout: 600_000 });

const MOCK = "A mocked answer.";
const research = { models: ["gpt-4o", "gpt-4o-mini"], budget: 40 };
const support = { models: ["gpt-4o-mini"], budget: 8, environment: "staging" };

let projects: ProjectsStack;

beforeAll(async () => {
  projects = await ProjectsStack.start();
});

afterAll(() => projects.delete());

it("a project of the settings is there in Sagewai with its own key and limit, and the next preview shows no change", async () => {
  await projects.program({ research, support });
  await projects.up();
  const keys = await projects.keys();
  expect(await projects.stored("research")).toMatchObject({
    record: { name: "research", environment: "production", default_model: "gpt-4o", status: "active" },
    provider: {
      ...{ id: "llm-gateway-research", provider_name: "vllm", default: true, managed_by: "llm-gateway" },
      config: {
        ...{ base_url: `${projects.gateway.url}/v1`, api_key_set: true, model: "gpt-4o" },
        key_sha256: tokenOf(keys["research"] ?? ""),
      },
    },
    limit: { agent_name: "*", monthly_limit_usd: 40, budget_duration: "30d" },
  });
  expect((await projects.stored("support")).record).toMatchObject({ environment: "staging" });
  expect(await projects.call("POST", "providers/llm-gateway-research/test", {})).toMatchObject({
    connected: true,
    models: ["gpt-4o", "gpt-4o-mini"],
  });
  expect(await projects.changes()).toBeUndefined();
});

it("a run in Sagewai is charged to its project's key, one without a project to the admin's, and an unknown project gets nothing", async () => {
  expect([await projects.run("research"), await projects.run("support"), await projects.run("support")]).toEqual([MOCK, MOCK, MOCK]);
  expect([await projects.run(), await projects.run(), await projects.run(), await projects.run("default")]).toEqual([MOCK, MOCK, MOCK, MOCK]);
  expect(await projects.run("nobody")).toMatch(/^refused: No API key configured/);
  const keys = await projects.keys();
  await expect
    .poll(() => projects.charges(keys), { timeout: 60_000, interval: 1000 })
    .toEqual({ research: 1, support: 2, "sagewai-admin": 4 });
});
