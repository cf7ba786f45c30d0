import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "vitest";

import { changed, type Step } from "../engine/checkout.ts";
import { TestStack } from "../toolchain/plugins/stack.ts";
import { FaultyProxy } from "../virtual-keys/faulty-proxy.ts";
import { TestGateway } from "../virtual-keys/gateway.ts";
import { type TestProcess, TestSagewai } from "./test-sagewai.ts";

const checkout = join(import.meta.dirname, "../..");
const TOKEN = "sw_token-of-the-test";
const MODELS = ["gpt-4o", "gpt-4o-mini"];

/** A project as a stack's settings say it, without what they have a default for. */
export interface TestProject {
  models?: string[];
  budget?: number;
  environment?: string;
  defaultModel?: string;
  generation?: number;
  overlap?: string;
  adopt?: string;
}

type Fields = Record<string, unknown>;

/** What Sagewai has under one project. */
export interface Stored {
  record: Fields | undefined;
  provider: (Fields & { config: Fields }) | undefined;
  limit: Fields | undefined;
}

/** Projects in a real engine, a real LiteLLM and a real Sagewai admin, with a proxy before the latter that lets calls go wrong. */
export class ProjectsStack {
  readonly gateway: TestGateway;
  readonly sagewai: TestSagewai;
  readonly proxy: FaultyProxy;
  readonly stack: TestStack;
  admin: TestProcess;

  private constructor(
    gateway: TestGateway,
    sagewai: TestSagewai,
    proxy: FaultyProxy,
    stack: TestStack,
    admin: TestProcess,
  ) {
    [this.gateway, this.sagewai, this.proxy, this.stack, this.admin] = [gateway, sagewai, proxy, stack, admin];
  }

  static async start(): Promise<ProjectsStack> {
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "of-the-test-only";
    const sagewai = await TestSagewai.onNewDatabase({ apiToken: TOKEN });
    const [gateway, admin] = await Promise.all([
      TestGateway.start(),
      sagewai.setUp().then(async ({ exitCode, output }) => {
        expect(exitCode, output).toBe(0);
        return sagewai.serve();
      }),
    ]);
    const proxy = await FaultyProxy.start(sagewai.url);
    const stack = await TestStack.create();
    const manifest = { name: "test", type: "module", main: "index.ts", imports: { "#providers/*": "./providers/*" } };
    await writeFile(join(stack.folder, "package.json"), JSON.stringify(manifest));
    await symlink(join(checkout, "providers"), join(stack.folder, "providers"));
    return new ProjectsStack(gateway, sagewai, proxy, stack, admin);
  }

  /** The program of these projects. @param admin What differs from the defaults of the admin's own key and of its place. */
  async program(
    projects: Record<string, TestProject>,
    admin: { generation?: number; encryptionKeyHash?: string } = {},
  ): Promise<void> {
    const { generation, encryptionKeyHash = "hash" } = admin;
    const all = Object.entries(projects).map(([name, project]) => ({
      ...{ name, models: ["gpt-4o"], budget: 40, budgetDuration: "30d", environment: "production" },
      ...project,
      defaultModel: project.defaultModel ?? project.models?.[0] ?? "gpt-4o",
    }));
    const keys = all.map(({ name, models, generation: own, overlap, adopt }) => [
      name,
      { alias: name, models, maxBudget: 50, generation: own, overlap, adopt },
    ]);
    await this.stack.program(`
      const { VirtualKeys } = await import(${JSON.stringify(join(checkout, "components/virtual-keys.ts"))});
      const { SagewaiProjects } = await import(${JSON.stringify(join(checkout, "components/sagewai-projects.ts"))});
      const database = new random.RandomId("database", { byteLength: 4 });
      const volume = new random.RandomId("volume", { byteLength: 4 });
      const gateway = {
        access: pulumi.output(${JSON.stringify({ url: this.gateway.url })}),
        masterKey: pulumi.secret(${JSON.stringify(this.gateway.masterKey)}),
        keySeed: new random.RandomPassword("seed", { length: 40 }).result,
        database,
        ready: [database],
      };
      const keys = new VirtualKeys("projects", { gateway, keys: ${JSON.stringify(Object.fromEntries(keys))} });
      const own = { alias: "sagewai-admin", models: ${JSON.stringify(MODELS)}, generation: ${generation ?? "undefined"} };
      const adminKeys = new VirtualKeys("sagewai-admin", { gateway, keys: { "sagewai-admin": own } });
      new SagewaiProjects("sagewai-projects", {
        sagewai: {
          access: pulumi.output(${JSON.stringify({ url: this.proxy.url })}),
          apiToken: pulumi.secret(${JSON.stringify(TOKEN)}),
          encryptionKeyHash: pulumi.output(${JSON.stringify(encryptionKeyHash)}),
          data: { resource: volume },
          ready: [volume],
        },
        gatewayUrl: ${JSON.stringify(this.gateway.url)},
        projects: ${JSON.stringify(all)},
        keys,
        adminKey: { keys: adminKeys, models: ${JSON.stringify(MODELS)}, generation: ${generation ?? "undefined"} },
      });
      export const facts = keys.facts;
      export const admin = adminKeys.facts;
      export const values = pulumi.secret(pulumi.all([keys.values, adminKeys.values]).apply(([a, b]) => ({ ...a, ...b })));`);
  }

  up(): Promise<string> {
    return this.stack.up();
  }

  /** An `up` that is killed once so many of its calls have reached the admin, and before it hears of the last answer. */
  async killedUp(calls: number): Promise<void> {
    this.proxy.next(...Array.from({ length: calls - 1 }, () => "none" as const), "reply hangs");
    const update = this.stack.start("up", "--yes", "--skip-preview");
    await this.proxy.calls(calls);
    update.kill("SIGKILL");
    await update;
    await this.stack.succeeds("cancel", "--yes");
    this.proxy.next();
  }

  async refresh(): Promise<void> {
    await this.stack.succeeds("refresh", "--yes", "--skip-preview");
  }

  /** What an update would change, by resource and property, as `update VirtualKeys projects: research`. */
  async changes(): Promise<string[]> {
    const { stdout } = await this.stack.start("preview", "--json");
    const { steps } = JSON.parse(stdout) as { steps: Step[] };
    return steps.filter(({ op }) => op !== "same").map(changed);
  }

  /** The keys by their names. */
  async keys(): Promise<Record<string, string>> {
    return JSON.parse(await this.stack.output("values")) as Record<string, string>;
  }

  /** What Sagewai has under a project. */
  async stored(scope: string): Promise<Stored> {
    const [records, providers, limits] = await Promise.all([
      this.call<Fields[]>("GET", "projects"),
      this.call<(Fields & { config: Fields })[]>("GET", "providers"),
      this.call<Fields[]>("GET", "budget/limits"),
    ]);
    return {
      record: records.find(({ slug }) => slug === scope),
      provider: providers.find(({ project_id }) => project_id === scope),
      limit: limits.find(({ project_id }) => project_id === scope),
    };
  }

  /** A call past the proxy. */
  async call<T = unknown>(method: string, path: string, body?: object, project?: string): Promise<T> {
    const headers = project === undefined ? {} : { "x-project-id": project };
    const answer = await this.sagewai.call<T>(path, body, TOKEN, headers as Record<string, string>, method);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Runs an agent in the admin, as its pages do: what it says. */
  async run(project?: string): Promise<string> {
    const response = await fetch(`${this.sagewai.url}/playground/run`, {
      method: "POST",
      headers: {
        ...{ authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
        ...(project !== undefined && { "x-project-id": project }),
      },
      body: JSON.stringify({ name: "", message: "Hello" }),
    });
    const events = await response.text();
    const [, data = "{}"] = /event: run_finished\ndata: (.*)/.exec(events) ?? [];
    const { output = events, status } = JSON.parse(data) as { output?: string; status?: string };
    return status === "completed" ? output : `refused: ${output}`;
  }

  /** How many requests each key has been charged for, by the key's name. */
  async charges(keys: Record<string, string>): Promise<Record<string, number>> {
    const { tokenOf } = await import("../../providers/litellm/key-value.ts");
    const rows = await this.gateway.postgres.query<{ api_key: string; count: string }>(
      `SELECT api_key, count(*) AS count FROM "LiteLLM_SpendLogs" WHERE call_type LIKE '%completion%' GROUP BY api_key`,
      "litellm",
    );
    const names = new Map(Object.entries(keys).map(([name, key]) => [tokenOf(key), name]));
    return Object.fromEntries(rows.map(({ api_key, count }) => [names.get(api_key) ?? api_key, Number(count)]));
  }

  async delete(): Promise<void> {
    await this.admin.stop("SIGKILL");
    await this.proxy.end();
    await Promise.all([this.sagewai.delete(), this.gateway.delete()]);
  }
}
