import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import getPort from "get-port";
import pRetry from "p-retry";
import { stringify } from "yaml";

import { LiteLlmClient } from "../../providers/litellm/client.ts";
import { KeyStore } from "../../providers/litellm/key-store.ts";
import type { StoredKey } from "../../providers/litellm/key-wire.ts";
import { TestPostgres } from "../postgres/server.ts";
import { litellmEnvironment } from "../toolchain/prisma/litellm.ts";

const DATABASE = "litellm";

/** A real LiteLLM on a real PostgreSQL, which can be stopped, started again on its port, and given another master key. */
export class TestGateway {
  masterKey = "sk-master-of-the-test-only";
  readonly url: string;
  readonly postgres: TestPostgres;
  readonly #folder: string;
  readonly #port: number;
  #process: ReturnType<typeof run> | undefined;

  private constructor(postgres: TestPostgres, folder: string, port: number) {
    this.postgres = postgres;
    this.#folder = folder;
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(): Promise<TestGateway> {
    const postgres = await TestPostgres.create();
    await postgres.query(`CREATE DATABASE ${DATABASE}`);
    const folder = await mkdtemp(join(tmpdir(), "llm-gateway-keys-"));
    const names = ["gpt-4o", "gpt-4o-mini"];
    const config = {
      model_list: names.map((model_name) => ({
        model_name,
        litellm_params: { model: "gpt-4o", mock_response: "A mocked answer." },
      })),
      general_settings: { master_key: "os.environ/LITELLM_MASTER_KEY" },
    };
    await writeFile(join(folder, "config.yaml"), stringify(config));
    const gateway = new TestGateway(postgres, folder, await portThatStays());
    await gateway.startProxy();
    return gateway;
  }

  /** What the resources are given. */
  get access() {
    return { gatewayAccess: { url: this.url }, masterKey: this.masterKey };
  }

  get store(): KeyStore {
    return new KeyStore(new LiteLlmClient({ url: this.url }, this.masterKey));
  }

  async startProxy(): Promise<void> {
    const environment = await litellmEnvironment(this.postgres.url(DATABASE));
    this.#process = run(this.#folder, this.#port, { ...environment, LITELLM_MASTER_KEY: this.masterKey });
    await this.untilReady();
  }

  async untilReady(): Promise<void> {
    await pRetry(
      async () => {
        const response = await fetch(`${this.url}/health/readiness`);
        if (!response.ok) throw new Error(`readiness is ${response.status}`);
      },
      { retries: 1400, minTimeout: 200, factor: 1 },
    );
  }

  async stopProxy(): Promise<void> {
    this.#process?.kill("SIGKILL");
    await this.#process;
  }

  /** What a management call answers. */
  async call<T = unknown>(method: "GET" | "POST", path: string, body?: object): Promise<T> {
    const client = new LiteLlmClient({ url: this.url }, this.masterKey);
    return method === "GET" ? client.get<T>(path) : client.post<T>(path, body ?? {});
  }

  /** The status of a chat request with a key. */
  async chat(key: string): Promise<number> {
    const response = await fetch(`${this.url}/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: "Hello" }] }),
    });
    await response.text();
    return response.status;
  }

  /** Every key whose alias begins with `prefix`, straight from the database: alias and hash. */
  async keys(prefix: string): Promise<{ key_alias: string; token: string; expires: Date | null }[]> {
    const columns = "key_alias, token, expires";
    const from = `"LiteLLM_VerificationToken" WHERE key_alias LIKE '${prefix}%'`;
    return this.postgres.query(`SELECT ${columns} FROM ${from} ORDER BY key_alias`, DATABASE);
  }

  async info(token: string): Promise<StoredKey> {
    const stored = await this.store.find(token);
    if (!stored) throw new Error(`LiteLLM has no key ${token}`);
    return stored;
  }

  async delete(): Promise<void> {
    await this.stopProxy();
    await this.postgres.delete();
    await rm(this.#folder, { recursive: true });
  }
}

/**
 * A free port below those that the system gives to connections: one of these would be taken by some connection of another
 * test while LiteLLM is stopped. A random one, as other tests look for theirs at the same time.
 */
async function portThatStays(): Promise<number> {
  const candidates = Array.from({ length: 20 }, () => 22_001 + Math.floor(Math.random() * 7_000));
  return getPort({ host: "127.0.0.1", port: candidates });
}

function run(cwd: string, port: number, env: Record<string, string>) {
  const args = ["--config", "config.yaml", "--host", "127.0.0.1", "--port", String(port)];
  return execa("litellm", args, { cwd, env, reject: false, stdout: { file: join(cwd, "log") }, stderr: "ignore" });
}
