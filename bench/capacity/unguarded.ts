import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa, type ResultPromise } from "execa";
import getPort from "get-port";
import pRetry, { AbortError } from "p-retry";
import * as yaml from "yaml";

import { inPlace } from "../../providers/local/service-specification.ts";
import { pythonEnvironment } from "../../toolchain/python/environment.ts";
import { litellmRuntime } from "../../toolchain/python/runtime.ts";
import type { BenchGateway } from "../bench-stack.ts";

const CONFIG = "litellm-config.yaml";

/**
 * A gateway's LiteLLM once more, on the same database and with the same keys, but without the request guard before it: to
 * measure what the guard takes. No deployment can come to run it.
 */
export class UnguardedProxy {
  /** Base URL of its OpenAI API. */
  readonly url: string;
  readonly #folder: string;
  readonly #process: ResultPromise;

  private constructor(url: string, folder: string, process: ResultPromise) {
    this.url = url;
    this.#folder = folder;
    this.#process = process;
  }

  static async start(gateway: BenchGateway): Promise<UnguardedProxy> {
    const { files, environment, secrets } = await gateway.service("litellm");
    const folder = await mkdtemp(join(tmpdir(), "llm-gateway-unguarded-"));
    const all = { ...files, [CONFIG]: unguarded(files[CONFIG] ?? "") };
    for (const [name, text] of Object.entries(all)) await writeFile(join(folder, name), text);
    const places = { data: folder, files: folder, host: "127.0.0.1" };
    const variables = Object.entries(environment).map(([name, text]) => [name, inPlace(text, places)] as const);
    const port = await getPort({ host: "127.0.0.1" });
    const process = execa("litellm", ["--config", CONFIG, "--host", "127.0.0.1", "--port", String(port)], {
      cwd: folder,
      env: {
        ...litellmRuntime(await pythonEnvironment("litellm")),
        ...Object.fromEntries(variables),
        ...secrets,
        ...{ LITELLM_WORKER_STARTUP_HOOKS: "", PYTHONPATH: "" },
      },
      ...{ reject: false, buffer: false, stdout: "ignore", stderr: "ignore" },
    });
    const proxy = new UnguardedProxy(`http://127.0.0.1:${port}/v1`, folder, process);
    await proxy.#untilReady();
    return proxy;
  }

  async stop(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process;
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #untilReady(): Promise<void> {
    let hasEnded = false;
    void this.#process.finally(() => {
      hasEnded = true;
    });
    await pRetry(
      async () => {
        if (hasEnded) throw new AbortError("LiteLLM without the request guard ended before it was ready.");
        const response = await fetch(new URL("/health/readiness", this.url));
        if (!response.ok) throw new Error(`readiness is ${response.status}`);
      },
      { retries: 600, minTimeout: 200, factor: 1 },
    );
  }
}

function unguarded(config: string): string {
  const parsed = yaml.parse(config) as { litellm_settings: { callbacks?: string[] } };
  delete parsed.litellm_settings.callbacks;
  return yaml.stringify(parsed);
}
