import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";

import { pythonEnvironment } from "../../../toolchain/python/environment.ts";
import { sagewaiRuntime } from "../../../toolchain/python/runtime.ts";

const AGENT = join(import.meta.dirname, "sagewai_agent.py");
const TASK = join(import.meta.dirname, "../../../components/sagewai/task.py");
/** Where the part of the agents' package is that a worker has beside its task. */
const AGENTS = join(import.meta.dirname, "../../../python/llm_gateway_agents");

/** What the guide's `LiteLLMProxyClient` sees with a key. */
export interface Seen {
  models: string[];
  health: { healthy: boolean };
  spend: { error?: string } | object[];
}

/** What agents answer, for each of three models. */
export interface Agents {
  chat: string[];
  stream: string[];
  tools: string[];
  project: Seen;
  administrator: Seen;
}

interface Gateway {
  url: string;
  key: string;
  masterKey: string;
}

/** Sagewai's agents, and a task as its workers run it. Both load for seconds, and wait then for what to do. */
export class Sagewai {
  readonly #gateway: Gateway;
  readonly #folder: string;
  readonly #agents: ReturnType<typeof start>;
  readonly #task: ReturnType<typeof start>;

  private constructor(gateway: Gateway, folder: string, runtime: Record<string, string>) {
    this.#gateway = gateway;
    this.#folder = folder;
    const environment = { ...runtime, HOME: folder, SAGEWAI_HOME: folder };
    this.#agents = start(AGENT, environment);
    const proxy = { LITELLM_PROXY_API_BASE: gateway.url, LITELLM_PROXY_API_KEY: gateway.key };
    this.#task = start(TASK, { ...environment, ...proxy, PYTHONPATH: AGENTS, WORKER_MODELS: "gpt-4o,claude-sonnet" });
  }

  static async start(gateway: Gateway): Promise<Sagewai> {
    const folder = await mkdtemp(join(tmpdir(), "llm-gateway-clients-"));
    return new Sagewai(gateway, folder, sagewaiRuntime(await pythonEnvironment("sagewai")));
  }

  async agents(): Promise<Agents> {
    this.#agents.stdin.end(`${JSON.stringify(this.#gateway)}\n`);
    const { stdout } = await this.#agents;
    return JSON.parse(stdout.split("\n").at(-1) ?? "") as Agents;
  }

  /** What a task prints, which a worker reports. */
  async task(model: string): Promise<string> {
    this.#task.stdin.end(
      JSON.stringify({ run_id: "run-1", model, payload: { agent: "helper", message: "Hello", model } }),
    );
    return (await this.#task).stdout;
  }

  async stop(): Promise<void> {
    for (const process of [this.#agents, this.#task]) {
      process.kill("SIGKILL");
      await process.catch(() => undefined);
    }
    await rm(this.#folder, { recursive: true });
  }
}

function start(program: string, env: Record<string, string>) {
  return execa("python", [program], { env, extendEnv: false });
}
