import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";
import getPort, { portNumbers } from "get-port";
import * as yaml from "yaml";

import { pulumiEnvironment } from "../toolchain/pulumi/environment.ts";
import { deletedTypes } from "./delete-calls.ts";
import { KEYS } from "./contender.ts";
import { timeToFirstResource } from "./first-resource.ts";
import type { Proxy } from "./proxy.ts";
import type { Timing } from "./results.ts";
import { type Timed, timed } from "./timed-command.ts";

const root = join(import.meta.dirname, "..");

/** What a Pulumi project of this package consists of. */
const PARTS = ["Pulumi.yaml", "package.json", "index.ts", "config", "components", "providers", "toolchain"];

const STACK = "bench";

const KEYS_TYPE = "pulumi-nodejs:dynamic/litellm:VirtualKeys";

/** What a stack of the benchmark asks for. */
export interface StackOptions {
  keys: number;
  /** Models of each project. Default: those of all contenders. */
  models?: readonly string[];
  /** Of each project in US dollars. */
  budget: number;
  /** Server processes of the proxy. Default: 1. */
  workers?: number;
  /** Of each project's key. Default: 1. */
  generation?: number;
}

/** A service of a stack. */
interface Service {
  files: Record<string, string>;
  environment: Record<string, string>;
  secrets: Record<string, string>;
}

/** The name of a project by its number, from 0, and the alias of its key. */
export function projectName(index: number): string {
  return `ours-${index}`;
}

/** This package's program, on this checkout's code, in a folder of its own: settings, state, data and ports. */
export class BenchGateway {
  readonly folder: string;
  readonly #environment: Record<string, string>;
  readonly #settings: Record<string, unknown>;

  private constructor(folder: string, environment: Record<string, string>, settings: Record<string, unknown>) {
    this.folder = folder;
    this.#environment = environment;
    this.#settings = settings;
  }

  /**
   * Makes the folder and an empty stack; nothing runs yet.
   *
   * @param settings Sections by full key, in place of the usual ones: `{ "llm-gateway:models": [...] }`.
   * @param apiKeys API keys of providers by name. Default: none, so that models give mock answers.
   */
  static async make(
    settings: Record<string, unknown> = {},
    apiKeys: Record<string, string> = {},
  ): Promise<BenchGateway> {
    const parent = join(root, ".gateway", "bench");
    await mkdir(parent, { recursive: true, mode: 0o700 });
    const folder = await mkdtemp(join(parent, "run-"));
    for (const part of [...PARTS, "node_modules"]) await symlink(join(root, part), join(folder, part));
    // Out of the range from which the system takes ports for connections: the services come and go, their ports stay.
    const free = () => getPort({ host: "127.0.0.1", port: portNumbers(21_000, 22_000) });
    const ports = [await free(), await free()];
    const local = yaml.parse(await readFile(join(root, "Pulumi.local.yaml"), "utf8")) as {
      config: Record<string, unknown>;
    };
    const environment = { ...(await pulumiEnvironment({ home: folder })), LLM_GATEWAY_HOME: folder };
    const gateway = new BenchGateway(folder, environment, {
      "llm-gateway:platform": "local",
      "llm-gateway:models": local.config["llm-gateway:models"],
      "llm-gateway:litellm": { port: ports[0] },
      "llm-gateway:sagewai": { port: ports[1] },
      ...settings,
    });
    await gateway.#pulumi("stack", "init", STACK);
    for (const [provider, key] of Object.entries(apiKeys)) {
      const path = `llm-gateway:providers.${provider}.apiKey`;
      await gateway.#pulumi("config", "set", "--stack", STACK, "--path", "--secret", path, key);
    }
    return gateway;
  }

  /** Brings the stack to what is wanted. */
  async up(wanted: StackOptions, environment: Record<string, string> = {}): Promise<Timed> {
    await this.#write(wanted);
    return this.#timed(["up", "--yes", "--skip-preview", "--suppress-outputs"], environment);
  }

  /** @throws {Error} if it shows a change. */
  preview(...options: "--refresh"[]): Promise<Timed> {
    return this.#timed(["preview", "--expect-no-changes", ...options]);
  }

  refresh(): Promise<Timed> {
    return this.#timed(["refresh", "--yes", "--skip-preview"]);
  }

  /** Destroys everything. */
  destroy(environment: Record<string, string> = {}): Promise<Timed> {
    return this.#timed(["destroy", "--yes", "--skip-preview"], environment);
  }

  /** Destroys everything, and counts the engine's calls to delete keys. */
  async destroyCountingCalls(): Promise<Timed & { keyDeletes: number }> {
    if (!(await this.state()).includes(KEYS_TYPE)) throw new Error(`error: there is no ${KEYS_TYPE} in the state`);
    const log = join(this.folder, "calls.json");
    const result = await this.destroy({ PULUMI_DEBUG_GRPC: log });
    const deletes = deletedTypes(await readFile(log, "utf8"));
    await rm(log);
    return { ...result, keyDeletes: deletes.filter((type) => type === KEYS_TYPE).length };
  }

  /** Starts the program as a preview does, up to its first resource. */
  start(): Promise<Timing> {
    return timeToFirstResource(this.folder, STACK, this.#environment);
  }

  async proxy(): Promise<Proxy> {
    const outputs = JSON.parse(await this.#pulumi("stack", "output", "--json", "--show-secrets", "--stack", STACK)) as {
      gateway: { url: string };
      masterKey: string;
    };
    return { url: outputs.gateway.url, masterKey: outputs.masterKey };
  }

  /** The stack's state, as the backend keeps it. */
  state(): Promise<string> {
    return readFile(join(this.folder, "state", ".pulumi", "stacks", "llm-gateway", `${STACK}.json`), "utf8");
  }

  /** What a service was started with, secrets included. */
  async service(name: string): Promise<Service> {
    const state = JSON.parse(await this.#pulumi("stack", "export", "--show-secrets", "--stack", STACK)) as {
      deployment: { resources: { urn: string; inputs?: object }[] };
    };
    const resource = state.deployment.resources.find(({ urn }) => urn.endsWith(`local:Service::${name}`));
    if (!resource) throw new Error(`The stack has no service ${name}.`);
    return revealed(resource.inputs) as Service;
  }

  /** Destroys what is left, and deletes the folder. */
  async remove(): Promise<void> {
    await this.#pulumi("destroy", "--yes", "--skip-preview", "--stack", STACK);
    await rm(this.folder, { recursive: true, force: true });
  }

  /** The key of a project. */
  async key(index: number): Promise<string> {
    const keys = JSON.parse(
      await this.#pulumi("stack", "output", "keys", "--json", "--show-secrets", "--stack", STACK),
    ) as Record<string, string>;
    return keys[projectName(index)] ?? "";
  }

  async #write({ keys, budget, models = KEYS.models, workers = 1, generation = 1 }: StackOptions): Promise<void> {
    const file = join(this.folder, `Pulumi.${STACK}.yaml`);
    const project = { models, budget, budgetDuration: KEYS.budgetDuration, generation };
    const projects = Object.fromEntries(Array.from({ length: keys }, (_, index) => [projectName(index), project]));
    const before = yaml.parse(await readFile(file, "utf8")) as { config?: object };
    const litellm = { ...(this.#settings["llm-gateway:litellm"] as object), workers };
    const config = {
      ...before.config,
      ...this.#settings,
      "llm-gateway:litellm": litellm,
      "llm-gateway:projects": projects,
    };
    await writeFile(file, yaml.stringify({ ...before, config }, { aliasDuplicateObjects: false }));
  }

  #timed(args: string[], environment: Record<string, string> = {}): Promise<Timed> {
    const env = { ...this.#environment, ...environment };
    return timed("pulumi", [...args, "--stack", STACK, "--color", "never"], { cwd: this.folder, env });
  }

  async #pulumi(...args: string[]): Promise<string> {
    return (await execa("pulumi", args, { cwd: this.folder, env: this.#environment, stdin: "ignore" })).stdout;
  }
}

/** A value of an exported state with its secrets in plain text in their places. */
function revealed(value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  if ("plaintext" in value) return revealed(JSON.parse(String(value.plaintext)));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, revealed(item)]));
}
