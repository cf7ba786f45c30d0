import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import getPort from "get-port";
import pRetry from "p-retry";
import { stringify } from "yaml";

import { pythonEnvironment } from "../../../toolchain/python/environment.ts";
import { litellmRuntime } from "../../../toolchain/python/runtime.ts";
import { killTree } from "../../security/process-tree.ts";

export const MASTER_KEY = "sk-master-of-the-test-only";

const CONFIG = {
  model_list: [{ model_name: "gpt-4o", litellm_params: { model: "gpt-4o", mock_response: "A mocked answer." } }],
  general_settings: { master_key: "os.environ/LITELLM_MASTER_KEY" },
};

export interface Options {
  /** Server processes. */
  workers?: number;
  /** The release that runs. Default: that of the gateway. */
  software?: "litellm" | "former-litellm";
  /** Variables of the proxy, over those that it needs. */
  environment?: Record<string, string>;
}

/** A real LiteLLM proxy. */
export class TestProxy {
  readonly pid: number;
  readonly port: number;
  readonly url: string;
  readonly #folder: string;
  readonly #process: ReturnType<typeof run>;
  #hasEnded = false;

  private constructor(folder: string, port: number, child: ReturnType<typeof run>) {
    this.#folder = folder;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.#process = child;
    this.pid = child.pid ?? 0;
    void child.finally(() => {
      this.#hasEnded = true;
    });
  }

  /** @param databaseUrl An empty database, or one that a proxy has used. */
  static async start(databaseUrl: string, options: Options = {}): Promise<TestProxy> {
    const { workers = 1, software = "litellm", environment = {} } = options;
    const folder = await mkdtemp(join(tmpdir(), "llm-gateway-litellm-"));
    await writeFile(join(folder, "config.yaml"), stringify(CONFIG));
    const port = await getPort({ host: "127.0.0.1" });
    const args = [
      ...["--config", "config.yaml", "--host", "127.0.0.1", "--port", String(port), "--num_workers", String(workers)],
      // On a busy machine, workers that start don't answer their supervisor in time, who ends them after five seconds.
      ...["--timeout_worker_healthcheck", "120"],
    ];
    const variables = { ...(await litellmEnvironment(databaseUrl, software)), ...environment };
    const proxy = new TestProxy(folder, port, run(args, folder, variables));
    try {
      await proxy.untilReadiness(200);
    } catch (error) {
      await proxy.delete();
      throw error;
    }
    return proxy;
  }

  /** The status and the body that the proxy answers to a management call. */
  async call(method: string, path: string, body?: object, key = MASTER_KEY): Promise<{ status: number; body: Body }> {
    const response = await fetch(this.url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Body };
  }

  async untilReadiness(status: number): Promise<void> {
    await pRetry(
      async () => {
        const response = await fetch(`${this.url}/health/readiness`);
        if (response.status !== status) throw new Error(`readiness is ${response.status}`);
      },
      // Three workers at once, on a busy machine.
      { retries: 3000, minTimeout: 200, factor: 1 },
    );
  }

  log(): Promise<string> {
    return readFile(join(this.#folder, "log"), "utf8");
  }

  /** Only the process that was started: where there are several workers, SIGKILL leaves them behind. */
  async kill(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    this.#process.kill(signal);
    await this.#process;
  }

  /** Ends all of its processes. */
  async delete(): Promise<void> {
    // Once it has ended, its id may be another process's.
    if (!this.#hasEnded) await killTree(this.pid);
    await this.#process;
    await rm(this.#folder, { recursive: true });
  }
}

interface Body {
  [key: string]: unknown;
}

/** What the proxy's process needs beside the variables of this one. */
export async function litellmEnvironment(
  databaseUrl: string,
  software: "litellm" | "former-litellm" = "litellm",
): Promise<Record<string, string>> {
  return {
    ...litellmRuntime(await pythonEnvironment(software)),
    DATABASE_URL: databaseUrl,
    LITELLM_MASTER_KEY: MASTER_KEY,
    LITELLM_SALT_KEY: "sk-salt-of-the-test-only",
  };
}

function run(args: string[], cwd: string, env: Record<string, string>) {
  const log = createWriteStream(join(cwd, "log"));
  const child = execa("litellm", args, { cwd, env, all: true, buffer: false, reject: false });
  child.all.pipe(log);
  return child;
}
