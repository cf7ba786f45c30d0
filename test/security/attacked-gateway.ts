import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";
import { execa, type ResultPromise } from "execa";
import getPort from "get-port";

import { LiteLLM } from "../../components/litellm.ts";
import { guardedRequests } from "../../config/guarded-requests.ts";
import { keyArgs } from "../../config/schema/keys.ts";
import { litellmConfig } from "../../config/litellm-config.ts";
import { hasAzureIdentity, hasMocks } from "../../config/schema/models.ts";
import { parseSettings, type Settings } from "../../config/settings.ts";
import { LiteLlmClient } from "../../providers/litellm/client.ts";
import { KeyStore } from "../../providers/litellm/key-store.ts";
import { inPlace } from "../../providers/local/service-specification.ts";
import { pythonEnvironment } from "../../toolchain/python/environment.ts";
import { litellmRuntime } from "../../toolchain/python/runtime.ts";
import { mocked, RecordingPlatform } from "../components/recording-platform.ts";
import { rawConfig } from "../config/stack.ts";
import { TestPostgres } from "../postgres/server.ts";
import { killTree } from "./process-tree.ts";
import { RecordingProvider } from "./recording-provider.ts";
import { untilReady } from "./until-ready.ts";

const DATABASE = "litellm";

/** The keys with which the organization pays its providers: nobody but the provider may ever see them. */
export const PROVIDER_KEYS = {
  openai: "sk-openai-key-of-the-organization",
  anthropic: "sk-anthropic-key-of-the-organization",
  google: "google-key-of-the-organization",
};

/** Three models at three providers, each of which is the recording one; two projects, each with some of the models. */
function attackedSettings(providerUrl: string): Record<string, unknown> {
  const price = { input: 3, output: 15 };
  const openai = { provider: "openai", apiBase: `${providerUrl}/v1`, price };
  return {
    models: [
      { ...openai, name: "gpt-4o", model: "openai/gpt-4o" },
      { ...openai, name: "embedder", model: "openai/text-embedding-3-small" },
      {
        name: "claude-sonnet",
        model: "anthropic/claude-sonnet-4-5",
        provider: "anthropic",
        apiBase: providerUrl,
        price,
      },
      { name: "gemini-flash", model: "gemini/gemini-2.5-flash", provider: "google", apiBase: providerUrl, price },
    ],
    providers: Object.fromEntries(Object.entries(PROVIDER_KEYS).map(([name, apiKey]) => [name, { apiKey }])),
    projects: {
      research: { models: ["gpt-4o", "embedder"], budget: 40 },
      support: { models: ["gemini-flash"], budget: 8 },
      writers: { models: ["claude-sonnet"], budget: 8 },
    },
  };
}

/** What the proxy answered. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

/**
 * The gateway's LiteLLM as a stack runs it, with its files, variables and keys, on a real PostgreSQL; and before it whoever
 * holds one of the keys. What it reaches is the recording provider, and nothing else.
 */
export class AttackedGateway {
  readonly url: string;
  readonly provider: RecordingProvider;
  readonly postgres: TestPostgres;
  readonly settings: Settings;
  /** The projects' and the pools' virtual keys by name. */
  readonly keys: Record<string, string> = {};
  masterKey = "";
  readonly #folder: string;
  readonly #port: number;
  #process: ResultPromise | undefined;
  #hasEnded = true;

  private constructor(
    provider: RecordingProvider,
    postgres: TestPostgres,
    folder: string,
    port: number,
    settings: object,
  ) {
    this.provider = provider;
    this.postgres = postgres;
    this.#folder = folder;
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.settings = parseSettings(rawConfig(settings as Record<string, unknown>), [
      "llm-gateway:providers",
      "llm-gateway:secrets",
    ]);
  }

  /**
   * @param change Adds to the settings, or replaces some.
   * @param environment Variables over those of the component.
   * @param enter The beginning of a command that runs another one, which LiteLLM's becomes the rest of.
   * @throws {Error} with LiteLLM's log if it does not start.
   */
  static async start(
    change: (settings: Record<string, unknown>) => object = (settings) => settings,
    environment: Record<string, string> = {},
    enter: readonly string[] = [],
  ): Promise<AttackedGateway> {
    const [provider, postgres] = await Promise.all([RecordingProvider.start(), TestPostgres.create()]);
    await postgres.query(`CREATE DATABASE ${DATABASE}`);
    const folder = await mkdtemp(join(tmpdir(), "llm-gateway-attacked-"));
    const port = await getPort({ host: "127.0.0.1" });
    const settings = change(attackedSettings(provider.url));
    const gateway = new AttackedGateway(provider, postgres, folder, port, settings);
    try {
      await gateway.#run(await gateway.#service(), environment, enter);
      const { projects, pools } = gateway.settings;
      for (const holder of [...projects, ...pools]) gateway.keys[holder.name] = await gateway.#createKey(holder);
      return gateway;
    } catch (error) {
      await gateway.delete();
      throw error;
    }
  }

  /** One request, as whoever holds `key` sends it: a POST if it has a body. */
  async send(
    path: string,
    { key, body, method = body === undefined ? "GET" : "POST", headers = {} }: SentRequest = {},
  ): Promise<Answer> {
    const isText = typeof body === "string" || body instanceof FormData;
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && !(body instanceof FormData) && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** Calls of LiteLLM's management API, as Pulumi makes them. */
  get management(): LiteLlmClient {
    return new LiteLlmClient({ url: this.url }, this.masterKey);
  }

  /** The spend log's entries of a key: LiteLLM writes them some seconds after its answer. */
  async charges(
    key: string,
  ): Promise<{ request_id: string; litellm_call_id: string; spend: number; model_group: string }[]> {
    const token = createHash("sha256").update(key).digest("hex");
    const columns = "request_id, litellm_call_id, spend, model_group";
    return this.postgres.query(`SELECT ${columns} FROM "LiteLLM_SpendLogs" WHERE api_key = '${token}'`, DATABASE);
  }

  log(): Promise<string> {
    return readFile(join(this.#folder, "log"), "utf8");
  }

  async delete(): Promise<void> {
    // Once it has ended, its id may be another process's.
    if (!this.#hasEnded) await killTree(this.#process?.pid ?? 0);
    await this.#process;
    await Promise.all([this.postgres.delete(), this.provider.stop()]);
    await rm(this.#folder, { recursive: true });
  }

  /** What the component asks the platform to run. */
  async #service(): Promise<Started> {
    const { settings } = this;
    const platform = new RecordingPlatform();
    const database = {
      url: pulumi.secret(this.postgres.url(DATABASE)),
      resource: undefined as unknown as pulumi.Resource,
      ready: [],
    };
    await mocked(
      () =>
        new LiteLLM("litellm", {
          ...settings.litellm,
          ...{ platform, database, protect: false, port: this.#port },
          config: litellmConfig(settings),
          hasMocks: hasMocks(settings.models),
          hasAzureIdentity: hasAzureIdentity(settings.models),
          guard: guardedRequests(settings),
          providerSecrets: settings.providerSecrets,
          ...{ secrets: settings.secrets, secretFiles: settings.secretFiles },
          secrets: settings.secrets,
          secretFiles: settings.secretFiles,
        }),
    );
    return (await platform.service("litellm")) as Started;
  }

  async #run(
    { command, environment, secrets, files }: Started,
    overrides: Record<string, string>,
    enter: readonly string[],
  ): Promise<void> {
    const places = { files: this.#folder, data: this.#folder, host: "127.0.0.1" };
    const placed = (text: string) => inPlace(text, places);
    const texts = (values: Record<string, string>) =>
      Object.fromEntries(Object.entries(values).map(([name, text]) => [name, placed(text)]));
    for (const [name, text] of Object.entries(files)) await writeFile(join(this.#folder, name), text);
    this.masterKey = secrets["LITELLM_MASTER_KEY"] ?? "";
    const [program = "", ...args] = [...enter, ...command.map(placed)];
    const child = execa(program, args, {
      cwd: this.#folder,
      env: {
        ...litellmRuntime(await pythonEnvironment("litellm")),
        ...texts(environment),
        ...texts(secrets),
        // Whoever finds a way past the model list, or to another host, is seen as well.
        ...{ OPENAI_API_BASE: `${this.provider.url}/v1`, ANTHROPIC_API_BASE: this.provider.url },
        ...{ HTTP_PROXY: this.provider.url, HTTPS_PROXY: this.provider.url, NO_PROXY: "127.0.0.1,localhost" },
        ...overrides,
      },
      ...{ reject: false, all: true, buffer: false },
    });
    child.all.pipe(createWriteStream(join(this.#folder, "log")));
    this.#hasEnded = false;
    void child.finally(() => {
      this.#hasEnded = true;
    });
    this.#process = child;
    await untilReady(this.url, child).catch(async (error: unknown) => {
      throw new Error(`LiteLLM did not start: ${await this.log()}`, { cause: error });
    });
  }

  async #createKey(holder: Settings["projects" | "pools"][number]): Promise<string> {
    const key = `sk-${holder.name}-${randomUUID()}`;
    const { alias, ...settings } = keyArgs(holder);
    await new KeyStore(this.management).create(key, { alias, ...settings });
    return key;
  }
}

/** A service with all its texts known. */
interface Started {
  command: string[];
  environment: Record<string, string>;
  secrets: Record<string, string>;
  files: Record<string, string>;
}

export interface SentRequest {
  key?: string | undefined;
  /** Sent as JSON, a text as it is. */
  body?: object | string | undefined;
  method?: string;
  headers?: Record<string, string>;
}
