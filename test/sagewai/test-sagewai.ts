import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";

import { execa } from "execa";
import getPort from "get-port";
import pRetry from "p-retry";

import { listOfOrigins } from "../../config/schema/cors-origins.ts";
import { pythonEnvironment } from "../../toolchain/python/environment.ts";
import { sagewaiRuntime } from "../../toolchain/python/runtime.ts";
import { TestPostgres } from "../postgres/server.ts";

const PROGRAMS = join(import.meta.dirname, "../../components/sagewai");
const SOFT_BUDGET = join(import.meta.dirname, "../../python/llm_gateway_agents/gateway_budget.py");
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** What a test declares; {@link TestSagewai.onNewDatabase} has the defaults. */
export interface Declared {
  apiToken: string;
  adminPassword: string;
  masterKey: string;
  /** The keys of pools, by pool, which the admin is told of each time that it serves. */
  enrollmentKeys: Record<string, string>;
  /** The projects of pools, by pool. Default: none. */
  projects?: Record<string, string>;
  databaseUrl: string;
}

export interface Answer<T> {
  status: number;
  body: T;
}

/** What a test's worker differs in from one that a pod runs. */
export interface WorkerOptions {
  /** Where its tasks find models. Default: the stand-in. */
  gateway?: string;
  project?: string;
  /** The models whose tasks it takes. Default: gpt-4o and claude-sonnet. */
  models?: string[];
  /** Variables of its tasks besides the gateway's address and the key. */
  variables?: Record<string, string>;
  /** How it gets its enrollment key: as in a pod, or as on this machine. Default: by variable. */
  handover?: "variable" | "stdin";
  /** The command that runs each task. Default: the worker's own. */
  task?: string[];
  maxConcurrent?: number;
  /** The folder of its programs. Default: those that a service gets. */
  programs?: string;
  /** Who runs it. Default: who runs the test. */
  user?: User;
}

/** A user of this machine, by the command that becomes it. */
export interface User {
  uid: number;
  become: string[];
}

/** A program of the test, with its log. */
export class TestProcess {
  readonly log: string;
  readonly #child: ReturnType<typeof start>;

  constructor(folder: string, name: string, command: string[], env: Record<string, string>, input?: string) {
    this.log = join(folder, `${name}.log`);
    this.#child = start(this.log, folder, command, env, input);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async logged(text: string): Promise<void> {
    const look = async () => {
      const log = await readFile(this.log, "utf8");
      if (!log.includes(text)) throw new Error(`The log lacks "${text}":\n${log}`);
    };
    await pRetry(look, { retries: 900, minTimeout: 100, factor: 1 });
  }

  /** The exit code, once it has ended. */
  async ended(): Promise<number | undefined> {
    return (await this.#child).exitCode;
  }

  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    this.#child.kill(signal);
    await this.#child;
  }
}

function start(log: string, cwd: string, command: string[], env: Record<string, string>, input = "") {
  const [program = "", ...args] = command;
  const child = execa(program, args, { cwd, env, input, extendEnv: false, all: true, buffer: false, reject: false });
  child.all.pipe(createWriteStream(log));
  return child;
}

/** A real Sagewai admin and real workers, with a stand-in for the gateway that answers every request with its model. */
export class TestSagewai {
  /** Model and key of each request that the gateway got. */
  readonly requests: { model: string; key: string }[] = [];
  readonly folder: string;
  readonly postgres: TestPostgres;
  /** The programs that a service finds under `{files}`. */
  readonly programs: string;
  readonly url: string;
  readonly declared: Declared;
  readonly #runtime: Record<string, string>;
  readonly #gateway: Server;

  private constructor(
    folder: string,
    port: number,
    postgres: TestPostgres,
    runtime: Record<string, string>,
    declared: Partial<Declared>,
  ) {
    this.folder = folder;
    this.postgres = postgres;
    this.programs = join(folder, "files");
    this.url = `http://127.0.0.1:${port}`;
    this.declared = {
      apiToken: "sw_token-of-the-test",
      adminPassword: "password-of-the-test",
      masterKey: Buffer.alloc(32, 1).toString("base64url") + "=",
      enrollmentKeys: {},
      databaseUrl: postgres.url("sagewai"),
      ...declared,
    };
    this.#runtime = { HOME: folder, PYTHONDONTWRITEBYTECODE: "1", ...runtime };
    this.#gateway = createServer((request, response) => {
      if (request.url === "/key/info") {
        response.writeHead(200, { "content-type": "application/json" });
        response.end(JSON.stringify({ info: { spend: 0, metadata: {} } }));
        return;
      }
      void json(request).then((body) => {
        const { model } = body as { model: string };
        this.requests.push({ model, key: request.headers.authorization ?? "" });
        const message = { role: "assistant", content: `I am ${model}` };
        const choices = [{ index: 0, finish_reason: "stop", message }];
        const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
        response.writeHead(200, { "content-type": "application/json" });
        response.end(JSON.stringify({ id: "1", object: "chat.completion", created: 1, model, choices, usage }));
      });
    });
  }

  /** One on a PostgreSQL server of its own, which it takes along. */
  static async onNewDatabase(declared: Partial<Declared> = {}): Promise<TestSagewai> {
    const runtime = sagewaiRuntime(await pythonEnvironment("sagewai"));
    const folder = await mkdtemp(join(tmpdir(), "llm-gateway-sagewai-"));
    const port = await getPort({ host: "127.0.0.1" });
    const postgres = await TestPostgres.create();
    await postgres.query("CREATE DATABASE sagewai");
    const sagewai = new TestSagewai(folder, port, postgres, runtime, declared);
    await chmod(folder, 0o755);
    const filter = (path: string) => path === PROGRAMS || path.endsWith(".py");
    await cp(PROGRAMS, sagewai.programs, { recursive: true, filter });
    await cp(SOFT_BUDGET, join(sagewai.programs, "gateway_budget.py"));
    await new Promise<void>((resolve) => sagewai.#gateway.listen(0, "127.0.0.1", resolve));
    return sagewai;
  }

  /** Runs the set-up to its end. */
  async setUp(overrides: Partial<Declared> = {}): Promise<{ exitCode: number | undefined; output: string }> {
    const env = this.#adminEnvironment({ ...this.declared, ...overrides });
    const { exitCode, all } = await execa("python", ["-I", join(this.programs, "bootstrap.py")], {
      env,
      extendEnv: false,
      all: true,
      reject: false,
    });
    return { exitCode, output: all };
  }

  /** A program of the environment that Sagewai runs in, with the variables that it needs and these. */
  program(name: string, command: string[], variables: Record<string, string> = {}, input?: string): TestProcess {
    return new TestProcess(this.folder, name, command, { ...this.#runtime, ...variables }, input);
  }

  /** Serves until told to stop, once it is ready. */
  async serve(): Promise<TestProcess> {
    const port = new URL(this.url).port;
    const command = ["python", "-I", join(this.programs, "serve.py"), "--host", "127.0.0.1", "--port", port];
    const admin = new TestProcess(this.folder, "admin", command, this.#adminEnvironment(this.declared));
    await pRetry(
      async () => {
        const { status } = await fetch(`${this.url}/api/v1/health/summary`);
        if (status !== 200) throw new Error(`health is ${status}`);
      },
      // On a busy machine, ten times its usual ten seconds.
      { retries: 2400, minTimeout: 100, factor: 1 },
    );
    const { enrollmentKeys, projects } = this.declared;
    for (const [pool, key] of Object.entries(enrollmentKeys)) {
      const { status, body } = await this.declareKey(pool, key, projects?.[pool]);
      if (status !== 201) throw new Error(`The key of ${pool} was answered ${status}: ${JSON.stringify(body)}`);
    }
    return admin;
  }

  /** Tells the admin a pool's enrollment key, as the provider does. */
  async declareKey(pool: string, key: string, project?: string): Promise<Answer<{ id: string; detail?: string }>> {
    const scope = project === undefined ? "no project" : `project ${project}`;
    return this.call("fleet/enrollment-keys", { name: `pool ${pool}, ${scope}, sha256 ${sha256(key)}`, pools: [pool] });
  }

  /** The folder that a worker of the name keeps. */
  home(name: string): string {
    return join(this.folder, name);
  }

  async worker(
    name: string,
    pool: string,
    enrollmentKey: string,
    key: string,
    options: WorkerOptions = {},
  ): Promise<TestProcess> {
    const { handover = "variable", user, project, programs = this.programs, maxConcurrent = 1 } = options;
    const { gateway = `http://127.0.0.1:${(this.#gateway.address() as AddressInfo).port}` } = options;
    const { models = ["gpt-4o", "claude-sonnet"] } = options;
    const task = options.task ?? ["python", "-I", join(programs, "task.py")];
    const file = join(this.folder, `${name}.env`);
    const forTasks = { LITELLM_PROXY_API_BASE: gateway, LITELLM_PROXY_API_KEY: key, ...options.variables };
    const lines = Object.entries(forTasks).map((variable) => `${variable.join("=")}\n`);
    await writeFile(file, lines.join(""), { mode: 0o600 });
    await mkdir(this.home(name), { recursive: true, mode: 0o700 });
    if (user) for (const path of [file, this.home(name)]) await chown(path, user.uid, user.uid);
    const variables = { ENROLLMENT_KEY: enrollmentKey };
    return new TestProcess(
      this.folder,
      name,
      [...(user?.become ?? []), "python", "-I", join(programs, "worker.py"), file, ...task],
      {
        ...this.#runtime,
        HOME: this.home(name),
        SAGEWAI_HOME: this.home(name),
        FLEET_GATEWAY_URL: this.url,
        REPLICA_NAME: name,
        WORKER_POOL: pool,
        WORKER_MODELS: models.join(","),
        WORKER_LABELS: "env=test",
        WORKER_MAX_CONCURRENT: String(maxConcurrent),
        ...(project !== undefined && { WORKER_PROJECT: project }),
        ...(handover === "variable" && variables),
      },
      handover === "stdin" ? JSON.stringify(variables) : undefined,
    );
  }

  /** @param method Default: POST with a body, and GET without. */
  async call<T>(
    path: string,
    body?: object,
    token = this.declared.apiToken,
    headers: Record<string, string> = {},
    method = body ? "POST" : "GET",
  ): Promise<Answer<T>> {
    const response = await fetch(`${this.url}/api/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === "" ? undefined : JSON.parse(text)) as T };
  }

  async delete(): Promise<void> {
    this.#gateway.closeAllConnections();
    await new Promise((resolve) => this.#gateway.close(resolve));
    await this.postgres.delete();
    await rm(this.folder, { recursive: true });
  }

  #adminEnvironment(declared: Declared): Record<string, string> {
    return {
      ...this.#runtime,
      SAGEWAI_HOME: join(this.folder, "home"),
      SAGEWAI_RUNTIME: "container",
      SAGEWAI_TENANCY_MODE: "single",
      SAGEWAI_ADMIN_ALLOWED_ORIGINS: listOfOrigins([]),
      SAGEWAI_DATABASE_URL: declared.databaseUrl,
      DATABASE_URL: declared.databaseUrl,
      SAGEWAI_MASTER_KEY: declared.masterKey,
      ORGANIZATION: "Acme",
      ADMIN_EMAIL: "admin@acme.test",
      ADMIN_PASSWORD: declared.adminPassword,
      API_TOKEN_HASH: sha256(declared.apiToken),
    };
  }
}
