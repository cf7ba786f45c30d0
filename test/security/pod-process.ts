import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import getPort from "get-port";

import { requestGuard } from "../../components/litellm/request-guard.ts";
import { ADMIN_PORT } from "../../config/schema/kubernetes/access.ts";
import { clientRoutes } from "../../config/schema/routes.ts";
import { deploy } from "../program/deploy.ts";
import { inputsOf, workloadOf } from "../kubernetes/rendered.ts";
import { TestPostgres } from "../postgres/server.ts";
import { litellmEnvironment, MASTER_KEY } from "../toolchain/prisma/litellm.ts";
import { untilReady } from "./until-ready.ts";

/** Variables of the image that mean nothing on this machine. */
const OF_THE_IMAGE =
  /^(HOME|XDG_CACHE_HOME|LITELLM_(UI_PATH|ASSETS_PATH|MIGRATION_DIR|NON_ROOT)|DISABLE_SCHEMA_UPDATE)$/;

/** What `route_table.py` adds, which clients get to as well. */
const ROUTE_TABLE = { method: "GET", path: "/route-table", query: [], family: null };

/** A route that LiteLLM has: an APIRoute, an APIWebSocketRoute, a Mount, or one that its OpenAPI documents. */
export interface Route {
  kind: string;
  path: string;
  methods: string[];
}

/** Administrators have a hostname, whose Gateway calls from there. */
const ADMIN_ROUTE = { hostname: "admin.example.com", class: "internal", from: { cidrs: ["10.9.0.0/24"] } };

/**
 * LiteLLM as its pods run it by the example for Kubernetes, with a hostname for administrators: a process of this machine
 * with their command, variables and files, on a real PostgreSQL. It knows all its routes from the start, and tells them.
 */
export class PodProcess {
  readonly masterKey = MASTER_KEY;
  readonly host: string;
  readonly port: number;
  /** Where the Gateway of administrators calls. Of use on 127.0.0.1 only, which connections are handed on to. */
  readonly adminUrl: string;
  readonly #postgres: TestPostgres;
  readonly #folder: string;
  readonly #process: ReturnType<typeof run>;

  private constructor(
    { host, port, adminUrl }: Pick<PodProcess, "host" | "port" | "adminUrl">,
    { postgres, folder, child }: { postgres: TestPostgres; folder: string; child: ReturnType<typeof run> },
  ) {
    this.host = host;
    this.port = port;
    this.adminUrl = adminUrl;
    this.#postgres = postgres;
    this.#folder = folder;
    this.#process = child;
  }

  /**
   * @param host Where it listens: 127.0.0.1, where administrators come by port-forwards, or 127.0.0.2, which to the process
   * is as any other address.
   */
  static async start(host: "127.0.0.1" | "127.0.0.2"): Promise<PodProcess> {
    const providers = { openai: { apiKey: "sk-test" }, anthropic: { apiKey: "sk-test" } };
    const { resources } = await deploy("kubernetes", {
      "llm-gateway:providers": providers,
      "llm-gateway:kubernetes": { postgres: { trial: true }, access: { adminRoute: ADMIN_ROUTE } },
    });
    const [container] = workloadOf(resources, "litellm").spec.template.spec.containers;
    const { data } = inputsOf(resources, "ConfigMap", "litellm") as { data: Record<string, string> };
    const mounted = container.volumeMounts.find(({ name }) => name === "files")?.mountPath ?? "";

    const postgres = await TestPostgres.create();
    await postgres.query("CREATE DATABASE litellm");
    const folder = await mkdtemp(join(tmpdir(), "litellm-pod-"));
    for (const [name, text] of Object.entries(data)) await writeFile(join(folder, name), await content(name, text));
    const port = await getPort({ host });
    const adminPort = await getPort({ host: "127.0.0.2" });
    const here = (text: string) =>
      text
        .replace(mounted, folder)
        .replace(`0.0.0.0:${ADMIN_PORT}`, `127.0.0.2:${adminPort}`)
        .replace("0.0.0.0", host)
        .replace(/(^|:)4000$/, `$1${port}`);
    const plain = container.env.filter(({ name, value }) => value !== undefined && !OF_THE_IMAGE.test(name));
    const variables = Object.fromEntries(plain.map(({ name, value = "" }) => [name, here(value)]));
    const [command = "", ...args] = container.command.map(here);
    const child = run([command, ...args], folder, {
      ...variables,
      ...(await litellmEnvironment(postgres.url("litellm"))),
      LITELLM_WORKER_STARTUP_HOOKS: `route_table:serve,${variables["LITELLM_WORKER_STARTUP_HOOKS"] ?? ""}`,
      PYTHONPATH: [variables["PYTHONPATH"], import.meta.dirname].join(":"),
      LITELLM_DISABLE_LAZY_ROUTES: "true",
      // What answers nobody asked for must not ask others on the Internet.
      HTTPS_PROXY: "http://127.0.0.1:9",
      HTTP_PROXY: "http://127.0.0.1:9",
      NO_PROXY: "127.0.0.1,localhost",
    });
    const adminUrl = `http://127.0.0.2:${adminPort}`;
    const started = new PodProcess({ host, port, adminUrl }, { postgres, folder, child });
    try {
      await untilReady(started.url, child);
      return started;
    } catch (error) {
      const log = await readFile(join(folder, "log"), "utf8");
      await started.stop();
      throw new Error(`LiteLLM doesn't start: ${log.slice(-2_000)}`, { cause: error });
    }
  }

  get url(): string {
    return `http://${this.host}:${this.port}`;
  }

  async routes(): Promise<Route[]> {
    const response = await fetch(this.url + ROUTE_TABLE.path);
    if (!response.ok) throw new Error(`the table of routes is not there: ${response.status}`);
    return (await response.json()) as Route[];
  }

  async stop(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process;
    await this.#postgres.delete();
    await rm(this.#folder, { recursive: true });
  }
}

/** The text of a file. Nothing here has a provider to call: models answer by themselves. */
async function content(name: string, text: string): Promise<string> {
  const folder = name === "admin_port.py" ? "kubernetes" : "litellm";
  if (name.endsWith(".py")) return readFile(join(import.meta.dirname, "../../components", folder, name), "utf8");
  if (name === "request_guard.json") {
    const { files } = requestGuard({ routes: clientRoutes(), projectParameters: [] });
    const rules = JSON.parse(files[name] ?? "") as { routes: object[] };
    return JSON.stringify({ ...rules, routes: [...rules.routes, ROUTE_TABLE] });
  }
  return text.replaceAll(/^( *)api_key: os\.environ\/\w+$/gm, "$1mock_response: A mocked answer.");
}

function run([command = "", ...args]: string[], cwd: string, env: Record<string, string>) {
  return execa(command, args, {
    cwd,
    env,
    reject: false,
    stdout: { file: join(cwd, "log") },
    stderr: { file: join(cwd, "log"), append: true },
  });
}
