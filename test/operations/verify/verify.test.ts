import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Row } from "../../../operations/verify/result-row.ts";
import { verify } from "../../../operations/verify/verify.ts";
import { model, type Reply, ScriptedServers } from "./scripted-servers.ts";

let servers: ScriptedServers;

beforeEach(async () => {
  servers = await ScriptedServers.start();
});

afterEach(() => servers.stop());

const QUICK = { seconds: 0.2, every: 0.05 };

/** @param seconds How long it waits for what isn't there. */
const rows = (seconds = 0.2) => verify(servers.deployment, { seconds, every: 0.05 });

async function failures(seconds?: number): Promise<string[]> {
  return (await rows(seconds)).filter(({ ok }) => !ok).map(({ check, detail }) => `${check}: ${detail}`);
}
const find = (all: Row[], check: string) => all.find((row) => row.check === check);

describe("verify", () => {
  it("finds a deployment that is in order to be so, one row per fact", async () => {
    const { url } = servers.deployment.gateway;
    expect(await rows()).toEqual([
      { check: "gateway is healthy", ok: true, detail: `${url} is healthy, its database connected` },
      {
        check: "gateway offers the models of the settings",
        ok: true,
        detail: "gpt-4o, claude-sonnet (1 with mock answers)",
      },
      { check: "gateway knows the price of every model", ok: true, detail: "so budgets limit what they cost" },
      { check: "provider anthropic answers", ok: true, detail: "claude-sonnet (anthropic/claude-sonnet)" },
      { check: "admin is healthy", ok: true, detail: `${url} is healthy` },
      { check: "admin is closed to strangers", ok: true, detail: "set-up is over, and without a token it answers 401" },
      { check: "admin lets in the pools' workers only", ok: true, detail: "enrollment keys of gpu, and no others" },
      {
        check: "admin pays for runs without a project",
        ok: true,
        detail: "with its own key, for gpt-4o, claude-sonnet",
      },
      ...[
        ["choose the provider that is called with the organization's key", "POST /v1/chat/completions", 400],
        ["reach a provider past the models of the settings", "GET /openai/v1/models", 403],
        ["reach what lies beside the routes that it may call", "GET /v1/messages/batches", 404],
        ["read about other keys", "GET /key/info", 404],
        ["manage the gateway", "GET /key/list", 403],
      ].map(([aim, call, status]) => ({
        check: `key team can't ${String(aim)}`,
        ok: true,
        detail: `${String(call)} is refused with ${String(status)}`,
      })),
      { check: "key team reaches a model", ok: true, detail: "gpt-4o" },
      { check: "key team is refused other models", ok: true, detail: "403 for claude-sonnet" },
      { check: "key team is charged", ok: true, detail: "$0.000025 for gpt-4o" },
      { check: "key team has a soft budget", ok: true, detail: "not reached: $8.00 of $40.00" },
      {
        check: "project team is in Sagewai",
        ok: true,
        detail: "production, gpt-4o by default, shown with a limit of $40",
      },
      { check: "project team calls its models in Sagewai", ok: true, detail: "gpt-4o" },
      { check: "key pool-gpu reaches a model", ok: true, detail: "gpt-4o" },
      { check: "key pool-gpu is refused other models", ok: true, detail: "it may use every model that there is" },
      { check: "key pool-gpu is charged", ok: true, detail: "$0.000025 for gpt-4o" },
      {
        check: "key pool-gpu has a soft budget",
        ok: true,
        detail: "reached: $8.00 of $8.00, so its agents are throttled until 2026-12-01T00:00:00Z",
      },
      { check: "pool gpu has its workers", ok: true, detail: "worker-gpu-0, worker-gpu-1 approved" },
      { check: "pool gpu runs a task", ok: true, detail: "gpt-4o in 0 s" },
      {
        check: "pool gpu pays for its task",
        ok: true,
        detail: "$0.000025 for gpt-4o, to the key pool-gpu, by its inference_overrides",
      },
    ]);
  });

  it("sends a task with the labels and the project of its pool", async () => {
    const { pools, ...rest } = servers.deployment;
    await verify(
      { ...rest, pools: pools.map((pool) => ({ ...pool, project: "research" })) },
      { seconds: 0.2, every: 0.05 },
    );
    const task = servers.calls.find(({ method, path }) => method === "POST" && path === "/api/v1/fleet/tasks");
    expect(task?.project).toBe("research");
    expect(task?.body).toMatchObject({
      pool: "gpu",
      model: "gpt-4o",
      labels: { env: "prod" },
      payload: { model: "gpt-4o" },
    });
  });

  it("adds up what a project and its pools have spent, each of its own budget", async () => {
    const { pools, projects, keys, ...rest } = servers.deployment;
    const spent = { spend: 1.5, max_budget: 50, budget_duration: "30d", budget_reset_at: null };
    servers.replies["GET /key/info"] = ({ token }) => (token === "sk-master" ? [200, { info: spent }] : [404, {}]);
    const found = async (own: object) => {
      const deployment = { ...rest, projects, pools: pools.map((pool) => ({ ...pool, project: "team" })) };
      return find(await verify({ ...deployment, keys: { ...keys, ...own } }, QUICK), CHECK);
    };
    const CHECK = "project team spends with its pools";
    const detail = "$1.50 of $50.00 in 30d by its own key, $1.50 of $50.00 in 30d by its pool gpu: $3.00 together";
    expect(await found({})).toEqual({ check: CHECK, ok: true, detail });
    expect(await found({ team: "" })).toMatchObject({ untried: true });
  });

  it("looks at each team, in one row: its budget, and its projects' keys in it", async () => {
    const teams = [{ name: "research", projects: ["team"], hardBudget: 100, budgetDuration: "30d" }];
    const check = "team research holds its projects";
    const found = async () =>
      find(await verify({ ...servers.deployment, teams }, { seconds: 0.2, every: 0.05 }), check);
    const info = { spend: 3.204, max_budget: 100, blocked: false };
    let keys: { key_alias: string | null }[] = [{ key_alias: null }, { key_alias: "team" }];
    servers.replies["GET /team/info"] = () => [200, { team_info: info }];
    const { replies } = servers;
    // Attacks ask for the list as well, with a project's key.
    replies["GET /key/list"] = ({ token }) => (token === "sk-master" ? [200, { keys }] : [403, {}]);
    expect(await found()).toEqual({ check, ok: true, detail: "team; $3.20 of $100 spent in 30d" });
    keys = [];
    expect((await found())?.detail).toMatch(
      /^Keys of its projects aren't in it in LiteLLM: team: run `pulumi refresh`/,
    );
    info.max_budget = 50;
    expect((await found())?.detail).toMatch(/^Its budget in LiteLLM is \$50, and should be \$100: run/);
    info.blocked = true;
    expect((await found())?.detail).toMatch(/^Somebody has blocked it in LiteLLM/);
    replies["GET /team/info"] = () => [404, { error: { message: "Team not found" } }];
    expect((await found())?.detail).toMatch(/^LiteLLM has no such team any more: run/);
  });

  it("looks at the allowed ranges of a load balancer, where there is one", async () => {
    const clients = { kubeconfig: "{}", namespace: "llm-gateway", service: "litellm", port: 4000 };
    const loadBalanced = { clients, administrators: { ...clients, service: "litellm-admin" } };
    const all = await verify({ ...servers.deployment, loadBalanced }, { seconds: 0.2, every: 0.05 });
    expect(all.slice(4, 6)).toEqual(
      ["clients", "administrators"].map((who) => ({
        check: `${who} are let in from the allowed ranges alone`,
        ok: false,
        detail: "The kubeconfig names no cluster as its current one; choose a context.",
      })),
    );
  });

  it("says of each fact what is wrong when nobody answers, and shows no key", async () => {
    const { deployment } = servers;
    await servers.stop();
    const all = await verify(deployment, { seconds: 0.2, every: 0.05 });
    expect(all.map(({ ok }) => ok)).toEqual(Array(26).fill(false).with(20, true));
    expect(find(all, "gateway is healthy")?.detail).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+ can't be reached for \/health\/readiness \(.*ECONNREFUSED.*\)\. Is the stack up\? See its log: litellm\.log$/,
    );
    const secrets = [deployment.masterKey, deployment.adminToken, ...Object.values(deployment.keys)];
    for (const secret of secrets) expect(JSON.stringify(all)).not.toContain(secret);
    servers = await ScriptedServers.start();
  });

  it("tells a proxy that lost its database from one that works", async () => {
    servers.replies["GET /health/readiness"] = () => [200, { status: "healthy", db: "Not connected" }];
    expect(await failures()).toEqual([
      'gateway is healthy: The proxy runs, but its database is "Not connected". See its log: litellm.log',
    ]);
  });

  it("waits for a proxy whose database is just busy, and no longer than that", async () => {
    const busy: Reply = [503, { status: "healthy", db: "disconnected" }];
    const answers = [busy, busy];
    servers.replies["GET /health/readiness"] = () => answers.pop() ?? [200, { status: "healthy", db: "connected" }];
    expect(await failures(60)).toEqual([]);
    servers.replies["GET /health/readiness"] = () => busy;
    expect(await failures()).toEqual([
      'gateway is healthy: GET /health/readiness answered 503: {"status":"healthy","db":"disconnected"}',
    ]);
  });

  it("names the models that differ from the settings", async () => {
    servers.replies["GET /model/info"] = () => [200, { data: [model("gpt-4o"), model("o1")] }];
    expect(await failures()).toEqual([
      "gateway offers the models of the settings: The proxy lacks claude-sonnet and offers o1, which the settings don't name. Run `pulumi up`.",
    ]);
  });

  it("finds a key that may use more than the settings allow", async () => {
    servers.replies["POST /v1/chat/completions"] = ({ token }) => {
      const id = servers.charge(token === "sk-key-of-team" ? "team" : "pool-gpu");
      return [200, { id, choices: [{ message: { content: "ready" } }] }];
    };
    expect(await failures()).toEqual([
      "key team is refused other models: It may use claude-sonnet, which the settings don't allow: run `pulumi up`.",
    ]);
  });

  it("finds a key that tells agents of another soft budget than the settings'", async () => {
    const info = { spend: 0, budget_reset_at: null, metadata: { soft_budget: 30, soft_action: "stop" } };
    servers.replies["GET /key/info"] = ({ token }) =>
      token === "sk-key-of-team" ? [200, { info }] : [404, { error: { message: "not offered" } }];
    expect((await failures()).filter((failure) => failure.startsWith("key team has"))).toEqual([
      'key team has a soft budget: The key tells its agents $30 and "stop", where the settings say $40 and "stop": run `pulumi refresh`, then `pulumi up`.',
    ]);
    servers.replies["GET /key/info"] = () => [200, { info: { ...info, metadata: {} } }];
    expect((await failures()).filter((failure) => failure.startsWith("key team has"))).toEqual([
      'key team has a soft budget: The key tells its agents that there is none, where the settings say $40 and "stop": run `pulumi refresh`, then `pulumi up`.',
    ]);
  });

  it("takes no task for broken that the pool's soft budget stopped", async () => {
    const error =
      "Pool gpu has spent $8.00 of its soft budget of $8.00, which starts again at 2026-12-01T00:00:00+00:00\n";
    servers.replies["GET /api/v1/fleet/tasks/run-1"] = () => [200, { status: "failed", output: null, error }];
    const all = await rows();
    expect(all.filter(({ ok }) => !ok)).toEqual([]);
    expect(find(all, "pool gpu runs a task")).toMatchObject({ untried: true, detail: error.trim() });
  });

  it("passes on why a request was refused", async () => {
    servers.replies["POST /v1/chat/completions"] = ({ token, body }) => {
      if (token === "sk-key-of-team") {
        return body["model"] === "gpt-4o" ? [429, { error: { message: "Rate limit exceeded" } }] : [403, {}];
      }
      return [200, { id: servers.charge("pool-gpu"), choices: [{ message: { content: "ready" } }] }];
    };
    expect(await failures()).toEqual([
      "key team reaches a model: POST /v1/chat/completions answered 429: Rate limit exceeded. " +
        "It is at a limit of requests or tokens: try again, or raise it in the settings.",
      "key team is charged: No request of this key was answered, so there is nothing to charge.",
    ]);
  });

  it("tells of a provider that fails once, and of the keys that meet it that they could not be tried", async () => {
    const message = 'litellm.Timeout: AnthropicException - {"error":{"message":"Too slow."}}\n\nLiteLLM: no fallback';
    servers.replies["POST /v1/chat/completions"] = ({ token }) =>
      token === "sk-key-of-team" ? [403, {}] : [408, { error: { message, type: "timeout" } }];
    const { pools, ...rest } = servers.deployment;
    const all = await verify(
      { ...rest, projects: [], pools: pools.map((pool) => ({ ...pool, models: ["claude-sonnet"] })) },
      { seconds: 0.2, every: 0.05 },
    );
    expect(all.filter(({ ok }) => !ok)).toEqual([
      {
        check: "provider anthropic answers",
        ok: false,
        detail: "claude-sonnet (anthropic/claude-sonnet) answers 408: Too slow. See its log: litellm.log",
      },
      { check: "key pool-gpu is refused other models", ok: false, detail: expect.stringContaining("408") as string },
    ]);
    expect(all.filter(({ untried }) => untried).map(({ check }) => check)).toEqual([
      "key pool-gpu reaches a model",
      "key pool-gpu is charged",
      "pool gpu runs a task",
      "pool gpu pays for its task",
    ]);
    expect(servers.calls.filter(({ path }) => path === "/api/v1/fleet/tasks")).toEqual([]);
  });

  it("takes no model for broken that answers no questions", async () => {
    const { deployment } = servers;
    const embedder = { ...model("claude-sonnet"), model_info: { id: "id-of-claude-sonnet", mode: "embedding" } };
    servers.replies["GET /model/info"] = () => [200, { data: [model("gpt-4o"), embedder] }];
    const asked = (await verify(deployment, { seconds: 0.2, every: 0.05 })).find(({ check }) =>
      /anthropic/.test(check),
    );
    expect(asked).toMatchObject({ ok: true, untried: true });
    expect(servers.calls.filter(({ body }) => body["model"] === "id-of-claude-sonnet")).toEqual([]);
  });

  it.for([
    ["POST /v1/chat/completions", 200, "choose the provider", "The request guard is not in force"],
    ["GET /openai/v1/models", 200, "reach a provider past", "The key may call more than the gateway's routes"],
    ["GET /openai/v1/models", 500, "reach a provider past", "The key may call more than the gateway's routes"],
    ["GET /v1/messages/batches", 200, "reach what lies beside", "The request guard is not in force"],
    ["GET /key/info", 200, "read about other keys", "The request guard is not in force"],
    ["GET /key/list", 200, "manage the gateway", "The key may call more than the gateway's routes"],
  ] as const)("raises the alarm when %s is answered with %i to an attacker", async ([call, status, aim, remedy]) => {
    servers.isGuarded = false;
    servers.replies[call] = ({ body }) => [
      "custom_llm_provider" in body || call.startsWith("GET") ? status : 403,
      { id: servers.charge("team"), choices: [{ message: { content: "taken" } }] },
    ];
    const alarms = (await failures()).filter((failure) => failure.startsWith(`key team can't ${aim}`));
    expect(alarms).toHaveLength(1);
    expect(alarms[0]).toContain(`${call} answered ${status}`);
    expect(alarms[0]).toContain(remedy);
  });

  it("finds a model that no budget limits, but takes one that is free for what it is", async () => {
    servers.replies["GET /model/info"] = () => [200, { data: [model("gpt-4o", null), model("claude-sonnet", 0)] }];
    expect(await failures()).toEqual([
      "gateway knows the price of every model: LiteLLM knows no price of gpt-4o, so no budget limits it. " +
        "Set its `price` in the settings; 0 if it is free.",
    ]);
  });

  it("finds spend that is not recorded", async () => {
    servers.replies["GET /spend/logs/v2"] = () => [200, { data: [] }];
    const [key, pool, task] = await failures();
    expect(key).toBe(
      "key team is charged: The request request-team-0 is not in the spend log after 0.2 s. See its log: litellm.log",
    );
    expect(pool).toMatch(
      /^key pool-gpu is charged: The request request-pool-gpu-\d is not in the spend log after 0.2 s\./,
    );
    expect(task).toMatch(
      /^pool gpu pays for its task: The task is not in the spend log of the key pool-gpu after 0.2 s/,
    );
  });

  it("raises the alarm about an admin that anyone can set up", async () => {
    servers.replies["GET /api/v1/setup/status"] = () => [200, { setup_required: true }];
    expect(await failures()).toEqual([
      "admin is closed to strangers: Anyone can set the admin up and become its administrator: run `pulumi up` at once.",
    ]);
  });
});
