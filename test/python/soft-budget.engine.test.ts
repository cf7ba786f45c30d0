import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import pRetry from "p-retry";
import { afterAll, beforeAll, expect, it, vi } from "vitest";

import { keyArgs } from "../../config/schema/keys.ts";
import { parseSettings } from "../../config/settings.ts";
import { rawConfig } from "../config/stack.ts";
import { TestSagewai, type TestProcess } from "../sagewai/test-sagewai.ts";
import { AttackedGateway } from "../security/attacked-gateway.ts";
import type { TestStack } from "../toolchain/plugins/stack.ts";
import { keysProgram, keyStack } from "../virtual-keys/key-stack.ts";
import { RunningAgents } from "./running-agents.ts";

// One gateway with a stack of keys, through the life of a project's budget: each test goes on where the one before it ended.

// Neighbours on a slow machine make it long.
vi.setConfig({ testTimeout: 300_000 });

/** Mock models whose answers cost: $0.012 and $0.0012 each, for 8 tokens that are asked and 4 that are answered. */
const MODELS = [
  {
    ...{ name: "gpt-4o", model: "openai/gpt-4o", provider: "openai" },
    ...{ mockResponse: "A mocked answer.", price: { input: 1000, output: 1000 } },
  },
  {
    ...{ name: "gemini-flash", model: "gemini/gemini-2.5-flash", provider: "google" },
    ...{ mockResponse: "A cheap answer.", price: { input: 100, output: 100 } },
  },
];
const names = MODELS.map(({ name }) => name);

/** LiteLLM looks for windows that have ended every ten minutes, unless the settings say otherwise. */
const litellm = { general: { proxy_budget_rescheduler_min_time: 1, proxy_budget_rescheduler_max_time: 2 } };

/** Soft $0.12, hard $0.30. */
const demo = { models: names, budget: 0.12, budgetMargin: 60, softAction: "warn" };
const short = { models: names, budget: 0.03, budgetMargin: 50, budgetDuration: "20s" };
const gpu = { models: names, budget: 0.02, budgetMargin: 60, softUnknown: "allow" };

let gateway: AttackedGateway;
let sagewai: TestSagewai;
let stack: TestStack;
let keys: Record<string, string>;
let agents: RunningAgents;
let folder: string;
const processes: TestProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "llm-gateway-agents-"));
  const enrollmentKeys = { gpu: "enrollment-key-of-gpu" };
  [gateway, sagewai, stack] = await Promise.all([
    AttackedGateway.start(() => ({ models: MODELS, litellm }), { PROXY_BATCH_WRITE_AT: "1" }),
    TestSagewai.onNewDatabase({ enrollmentKeys }),
    keyStack(),
  ]);
  await Promise.all([up(demo), sagewai.setUp()]);
  keys = JSON.parse(await stack.succeeds("stack", "output", "values", "--show-secrets", "--json")) as typeof keys;
  agents = await RunningAgents.start({ url: gateway.url, keys }, folder);
});

afterAll(async () => {
  await agents.stop();
  for (const one of processes) await one.stop("SIGKILL");
  await stack.delete();
  await Promise.all([gateway.delete(), sagewai.delete()]);
  await rm(folder, { recursive: true, force: true });
});

/** Brings the keys up as a stack with these settings of the project would. */
async function up(project: object): Promise<void> {
  const settings = { models: MODELS, projects: { demo: project, short }, pools: { gpu } };
  const { projects, pools } = parseSettings(rawConfig(settings));
  const holders = [...projects, ...pools].map((holder) => [holder.name, keyArgs(holder)] as const);
  const access = { gatewayAccess: { url: gateway.url }, masterKey: gateway.masterKey };
  await stack.program(keysProgram(access, Object.fromEntries(holders)));
  await stack.up();
}

/** A request of a client that knows nothing of soft budgets. */
async function ask(name: string): Promise<{ status: number; text: string }> {
  const body = { model: "gpt-4o", messages: [{ role: "user", content: "Hello" }], max_tokens: 8 };
  return gateway.send("/v1/chat/completions", { key: keys[name], body });
}

/** What the gateway says that a key has spent, which it does some seconds late. */
async function info(name: string): Promise<{ spend: number; budget_reset_at: string }> {
  const { text } = await gateway.send("/key/info", { key: keys[name] });
  return (JSON.parse(text) as { info: Awaited<ReturnType<typeof info>> }).info;
}

const spent = (name: string, least: number) =>
  eventually(async () => {
    expect((await info(name)).spend).toBeGreaterThanOrEqual(least);
  });

/** Looks until what is expected shows. */
function eventually<T>(look: () => Promise<T>): Promise<T> {
  return pRetry(look, { retries: 200, minTimeout: 500, factor: 1, shouldRetry: () => true });
}

const answered = (answer: string, event?: string) =>
  Array.from({ length: 4 }, () => ({ answer, events: event === undefined ? [] : [event] }));

it("two agents of a project, of which half stream, spend its soft budget together", async () => {
  expect(await agents.callAll("demo")).toEqual(answered("A mocked answer."));
  expect(await agents.callAll("demo")).toEqual(answered("A mocked answer."));
  await spent("demo", 0.095);
  // Neither knows what the other one and streams have cost, but by the gateway.
  expect((await info("demo")).spend).toBeCloseTo(0.096);
});

it("both agents are warned at the soft budget, and go on", async () => {
  await Promise.all([ask("demo"), ask("demo")]);
  await spent("demo", 0.12);
  await eventually(async () => {
    expect(await agents.callAll("demo")).toEqual(answered("A mocked answer.", "budget_warning"));
  });
});

it("both agents are throttled once the settings say so, while they run", async () => {
  await up({ ...demo, softAction: "throttle", softFallback: ["gemini-flash"] });
  await eventually(async () => {
    expect(await agents.callAll("demo")).toEqual(answered("A cheap answer.", "budget_throttled"));
  });
});

it("both agents are stopped once the settings say so, before anything is asked", async () => {
  await up({ ...demo, softAction: "stop" });
  const reason = /^Project demo has spent \$0\.\d\d of its soft budget of \$0\.12, which starts again at 20\d\d-/;
  await eventually(async () => {
    const stopped = { stopped: expect.stringMatching(reason) as string, events: ["budget_exceeded"] };
    expect(await agents.callAll("demo")).toEqual([stopped, stopped, stopped, stopped]);
  });
  await settled("demo");
  const before = (await gateway.charges(keys["demo"] ?? "")).length;
  await agents.callAll("demo");
  await settled("demo");
  expect(await gateway.charges(keys["demo"] ?? "")).toHaveLength(before);
});

/** Waits until LiteLLM has recorded what was asked: it writes each second here. */
async function settled(name: string): Promise<void> {
  let before = -1;
  await eventually(async () => {
    const { spend } = await info(name);
    const was = before;
    before = spend;
    if (spend !== was) await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(spend).toBe(was);
  });
}

it("a client that ignores all of that is refused with 429 at the hard budget", async () => {
  const answers = [];
  do answers.push(await ask("demo"));
  while (answers.at(-1)?.status === 200 && answers.length < 40);
  expect(answers.length).toBeGreaterThan(1);
  expect(answers.at(-1)).toMatchObject({ status: 429, text: expect.stringContaining("budget_exceeded") as string });
  await settled("demo");
  const { spend } = await info("demo");
  expect(spend).toBeGreaterThan(0.27);
  expect(spend).toBeLessThan(0.32);
});

it("the client and the agents work again after the budget is raised by `up`", async () => {
  await up({ ...demo, budget: 1.2, softAction: "stop" });
  expect((await ask("demo")).status).toBe(200);
  await eventually(async () => {
    expect(await agents.callAll("demo")).toEqual(answered("A mocked answer."));
  });
});

it("a new window starts both budgets again", async () => {
  let reset = "";
  await eventually(async () => {
    // Until nothing is left of the window that there is.
    while ((await ask("short")).status === 200);
    const [{ stopped } = {}] = await agents.callAll("short");
    [, reset = ""] = /\$0\.03, which starts again at (\S+)$/.exec(stopped ?? "") ?? [];
    expect(reset).not.toBe("");
  });
  await eventually(async () => {
    expect((await ask("short")).status).toBe(200);
  });
  expect(Date.now()).toBeGreaterThan(Date.parse(reset));
  await eventually(async () => {
    expect((await agents.callAll("short"))[0]).toEqual({ answer: "A mocked answer.", events: [] });
  });
});

it("a task of a pool below its soft budget works, and one over it fails with words that say so", async () => {
  const run = async () => {
    const payload = { agent: "test", message: "Hello", model: "gpt-4o" };
    const { run_id } = (await sagewai.call<{ run_id: string }>("fleet/tasks", { pool: "gpu", payload })).body;
    return eventually(async () => {
      const { body } = await sagewai.call<{ status: string; output: string; error: string }>(`fleet/tasks/${run_id}`);
      expect(body.status).toMatch(/completed|failed/);
      return body;
    });
  };
  processes.push(await sagewai.serve());
  const pool = { gateway: gateway.url };
  const worker = await sagewai.worker("worker-gpu-0", "gpu", "enrollment-key-of-gpu", keys["gpu"] ?? "", pool);
  processes.push(worker);
  await worker.logged("is ready");
  expect(await run()).toMatchObject({ status: "completed", output: "A mocked answer.\n" });
  expect((await ask("gpu")).status).toBe(200);
  await spent("gpu", 0.02);
  const { status, error } = await run();
  expect(status).toBe("failed");
  expect(error).toMatch(/^Pool gpu has spent \$0\.02 of its soft budget of \$0\.02, which starts again at \S+\n$/);
});
