import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

import type { Deployment, ModelDeployment } from "../../../operations/verify/deployment.ts";

export interface Call {
  method: string;
  path: string;
  token: string | undefined;
  project: string | undefined;
  body: Record<string, unknown>;
}

export type Reply = [status: number, body: unknown];

const sha256 = (key: string) => createHash("sha256").update(key).digest("hex");
const aliasOf = (alias: string) => `sk-key-of-${alias}`;

/**
 * LiteLLM and a Sagewai admin in one server, both in order: two models, the project "team" that may use one of them, and
 * the pool "gpu" with two workers. A test replaces the answers that it wants to be otherwise.
 */
export class ScriptedServers {
  readonly calls: Call[] = [];
  /** Answers by `METHOD /path` that take precedence. */
  readonly replies: Record<string, (call: Call) => Reply> = {};
  /** Whether the request guard stands before LiteLLM. */
  isGuarded = true;
  readonly #server: Server;
  readonly #charges: Record<string, string[]> = {};

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<ScriptedServers> {
    const server = createServer();
    const servers = new ScriptedServers(server);
    server.on("request", (request, response) => {
      void servers.#answer(request).then(([status, body]) => {
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return servers;
  }

  get deployment(): Deployment {
    const url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return {
      stack: "prod",
      gateway: { url, logs: "litellm.log" },
      masterKey: "sk-master",
      admin: { url, logs: "admin.log" },
      adminToken: "sw-token",
      models: [
        { name: "gpt-4o", mocked: true, deployments: [deployment("gpt-4o", "openai", true)] },
        { name: "claude-sonnet", mocked: false, deployments: [deployment("claude-sonnet", "anthropic", false)] },
      ],
      projects: [
        {
          name: "team",
          alias: "team",
          models: ["gpt-4o"],
          environment: "production",
          defaultModel: "gpt-4o",
          budget: 40,
          softAction: "stop",
        },
      ],
      pools: [
        {
          name: "gpu",
          alias: "pool-gpu",
          models: ["gpt-4o", "claude-sonnet"],
          ...{ budget: 8, softAction: "throttle" },
          replicas: 2,
          labels: { env: "prod" },
          logs: "kubectl logs worker-gpu",
        },
      ],
      keys: { team: aliasOf("team"), "pool-gpu": aliasOf("pool-gpu") },
    };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** A request that LiteLLM charges the key with this alias for. */
  charge(alias: string): string {
    const charged = (this.#charges[sha256(aliasOf(alias))] ??= []);
    charged.push(`request-${alias}-${charged.length}`);
    return charged.at(-1) ?? "";
  }

  async #answer(request: IncomingMessage): Promise<Reply> {
    const url = new URL(request.url ?? "/", "http://host");
    const call: Call = {
      method: request.method ?? "",
      path: url.pathname,
      token: request.headers.authorization?.replace("Bearer ", ""),
      project: request.headers["x-project-id"]?.toString(),
      body: JSON.parse((await text(request)) || "{}") as Record<string, unknown>,
    };
    this.calls.push(call);
    if (this.isGuarded && "custom_llm_provider" in call.body) return [400, { error: { message: "not a parameter" } }];
    const scripted = this.replies[`${call.method} ${call.path}`];
    return scripted ? scripted(call) : this.#inOrder(call, url.searchParams);
  }

  #inOrder(call: Call, query: URLSearchParams): Reply {
    const { path, token, body } = call;
    if (path === "/health/readiness") return [200, { status: "healthy", db: "connected" }];
    if (path === "/model/info") return [200, { data: [model("gpt-4o"), model("claude-sonnet")] }];
    if (path === "/v1/chat/completions") {
      if (token === "sk-master") return [200, { id: "request-of-the-master-key", choices: [] }];
      if (token === aliasOf("team") && body["model"] !== "gpt-4o") return [403, { error: { message: "no access" } }];
      const id = this.charge(token === aliasOf("team") ? "team" : "pool-gpu");
      return [200, { id, choices: [{ message: { content: "ready" } }] }];
    }
    if (path === "/spend/logs/v2") {
      const charged = this.#charges[query.get("api_key") ?? ""] ?? [];
      return [200, { data: charged.map((id) => ({ request_id: id, model_group: "gpt-4o", spend: 0.000025 })) }];
    }
    if (["/openai/v1/models", "/key/list"].includes(path)) return [403, { error: { message: "not your route" } }];
    if (path === "/key/info" && !query.has("key")) {
      const [soft_budget, soft_action] = token === aliasOf("team") ? [40, "stop"] : [8, "throttle"];
      const metadata = { soft_budget, soft_action };
      return [200, { info: { spend: 8.004, budget_reset_at: "2026-12-01T00:00:00+00:00", metadata } }];
    }
    if (path === "/key/info" || path === "/v1/messages/batches") return [404, { error: { message: "not offered" } }];
    if (path === "/api/v1/health/summary") return [200, { status: "healthy" }];
    if (token !== "sw-token") return [401, { detail: "Authentication required" }];
    if (path === "/api/v1/projects") return [200, [project("team")]];
    if (path === "/api/v1/providers") return [200, [provider("no.project", "sagewai-admin"), provider("team")]];
    if (path === "/api/v1/budget/limits") return [200, [limit("team")]];
    if (path === "/api/v1/providers/llm-gateway-team/test") return [200, { connected: true, models: ["gpt-4o"] }];
    if (path === "/api/v1/providers/llm-gateway-no.project/test") {
      return [200, { connected: true, models: ["gpt-4o", "claude-sonnet"] }];
    }
    if (path === "/api/v1/fleet/workers") return [200, { workers: [worker("worker-gpu-0"), worker("worker-gpu-1")] }];
    if (path === "/api/v1/fleet/enrollment-keys") return [200, { keys: [enrollmentKey("gpu")] }];
    if (path === "/api/v1/fleet/tasks") {
      this.charge("pool-gpu");
      return [201, { run_id: "run-1" }];
    }
    if (path === "/api/v1/fleet/tasks/run-1") return [200, { status: "completed", output: "ready", error: null }];
    return [404, { detail: "Not found" }];
  }
}

function deployment(name: string, provider: string, mocked: boolean): ModelDeployment {
  return { id: `id-of-${name}`, model: `${provider}/${name}`, provider, mocked };
}

/** A worker of the pool "gpu" as the admin lists it. */
export function worker(name: string, overrides: object = {}): object {
  return {
    name,
    approval_status: "approved",
    last_heartbeat: new Date().toISOString(),
    capabilities: { pool: "gpu", labels: { env: "prod" } },
    ...overrides,
  };
}

/** An enrollment key as the admin lists it: that of a pool without a project, unless told otherwise. */
export function enrollmentKey(pool: string, overrides: object = {}): object {
  const use = { max_uses: null, current_uses: 3, expires_at: null, revoked: false };
  const made = { created_by: "llm-gateway", created_at: "2026-01-02T03:04:05Z" };
  return { name: `pool ${pool}, no project`, allowed_pools: [pool], ...made, ...use, ...overrides };
}

/** A project as the admin lists it. */
export function project(slug: string, overrides: object = {}): object {
  return { slug, name: slug, environment: "production", default_model: "gpt-4o", status: "active", ...overrides };
}

/** Our provider in a project as the admin lists it. @param alias Of its key. */
export function provider(scope: string, alias = scope, overrides: object = {}): object {
  return {
    ...{ id: `llm-gateway-${scope}`, provider_name: "vllm", project_id: scope, default: true },
    created_at: scope === "no.project" ? "" : "2000-01-01T00:00:00+00:00",
    config: { api_key_set: true, key_sha256: sha256(aliasOf(alias)) },
    ...overrides,
  };
}

/** A project's limit as the admin lists it. */
export function limit(scope: string, overrides: object = {}): object {
  return { agent_name: "*", project_id: scope, monthly_limit_usd: 40, ...overrides };
}

/** A model as LiteLLM lists it. */
export function model(name: string, price: number | null = 0.000001): object {
  const prices = { input_cost_per_token: price, output_cost_per_token: price };
  return { model_name: name, model_info: { id: `id-of-${name}`, mode: "chat", ...prices } };
}
