import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import getPort from "get-port";
import pRetry from "p-retry";

import { requestGuard } from "../../components/litellm/request-guard.ts";
import { litellmConfig } from "../../config/litellm-config.ts";
import { clientRoutes, ROUTE_GROUPS } from "../../config/schema/routes.ts";
import type { Settings } from "../../config/settings.ts";
import { TestPostgres } from "../postgres/server.ts";
import { litellmEnvironment, MASTER_KEY } from "../toolchain/prisma/litellm.ts";
import { untilReady } from "./until-ready.ts";

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

/** A real LiteLLM with the configuration that the program writes for settings, on a database of its own. */
export class SettingsProxy {
  readonly url: string;
  readonly #folder: string;
  readonly #process: ReturnType<typeof run>;
  readonly #postgres: TestPostgres;

  private constructor(folder: string, port: number, child: ReturnType<typeof run>, postgres: TestPostgres) {
    this.#folder = folder;
    this.url = `http://127.0.0.1:${port}`;
    this.#process = child;
    this.#postgres = postgres;
  }

  /** @param variables More variables of the proxy's environment. */
  static async start(settings: Settings, variables: Record<string, string> = {}): Promise<SettingsProxy> {
    const guard = requestGuard({ routes: clientRoutes(ROUTE_GROUPS), projectParameters: [] });
    const keys = Object.fromEntries(Object.keys(settings.providerSecrets).map((name) => [name, `sk-of-${name}`]));
    return SettingsProxy.startWith(
      litellmConfig(settings),
      { ...keys, ...guard.environment, ...variables },
      guard.files,
    );
  }

  /**
   * @param config Text of litellm-config.yaml, for what the settings refuse to say.
   * @param files Files beside it, whose folder is `{files}` in the variables.
   */
  static async startWith(
    config: string,
    variables: Record<string, string> = {},
    files: Record<string, string> = {},
  ): Promise<SettingsProxy> {
    const postgres = await TestPostgres.create();
    const folder = await mkdtemp(join(tmpdir(), "llm-gateway-settings-"));
    const texts = Object.entries({ ...files, "litellm-config.yaml": config });
    for (const [name, text] of texts) await writeFile(join(folder, name), text);
    const placed = Object.entries(variables).map(([name, text]) => [name, text.replace("{files}", folder)]);
    const port = await getPort({ host: "127.0.0.1" });
    const args = ["--config", "litellm-config.yaml", "--host", "127.0.0.1", "--port", String(port)];
    const environment = { ...(await litellmEnvironment(postgres.url())), PROXY_BATCH_WRITE_AT: "1" };
    Object.assign(environment, Object.fromEntries(placed));
    const proxy = new SettingsProxy(folder, port, run(args, folder, environment), postgres);
    try {
      await untilReady(proxy.url, proxy.#process);
    } catch (error) {
      const log = await proxy.log();
      await proxy.delete();
      throw new Error(`LiteLLM did not start:\n${log.slice(-3000)}`, { cause: error });
    }
    return proxy;
  }

  /** @param key Default: the master key. */
  async post(path: string, body: object, key = MASTER_KEY): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method: "POST",
      // Else LiteLLM may close a connection, since nobody used it for a while, in the moment in which this one does.
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json", connection: "close" },
      body: JSON.stringify(body),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  async get(path: string, key = MASTER_KEY): Promise<Answer> {
    const response = await fetch(this.url + path, { headers: { authorization: `Bearer ${key}` } });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** The value of a new virtual key, for all models unless its settings say otherwise. */
  async key(settings: object = {}): Promise<string> {
    const { status, text } = await this.post("/key/generate", settings);
    if (status !== 200) throw new Error(`/key/generate answered ${status}: ${text}`);
    return (JSON.parse(text) as { key: string }).key;
  }

  /** What the spend log says that a key has spent, once it has an entry of it: LiteLLM writes it every few seconds. */
  async spendOf(key: string): Promise<number> {
    const hash = createHash("sha256").update(key).digest("hex");
    return pRetry(
      async () => {
        const entries = await this.#postgres.query<{ spend: number }>(
          `SELECT spend FROM "LiteLLM_SpendLogs" WHERE api_key = '${hash}'`,
        );
        if (entries.length === 0) throw new Error("The spend log has no entry of the key.");
        return entries.reduce((sum, { spend }) => sum + spend, 0);
      },
      { retries: 480, minTimeout: 250, factor: 1 },
    );
  }

  async log(): Promise<string> {
    return readFile(join(this.#folder, "log"), "utf8").catch(() => "");
  }

  async delete(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process;
    await this.#postgres.delete();
    await rm(this.#folder, { recursive: true });
  }
}

function run(args: string[], cwd: string, env: Record<string, string>) {
  const log = createWriteStream(join(cwd, "log"));
  const child = execa("litellm", args, { cwd, env, all: true, buffer: false, reject: false });
  child.all.pipe(log);
  return child;
}
