import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import getPort from "get-port";
import * as yaml from "yaml";

import { TestCluster } from "../cluster/test-cluster.ts";
import { yours } from "../config/stack.ts";
import { changeSetting } from "../engine/change-settings.ts";
import { Checkout, type Step } from "../engine/checkout.ts";
import { GatewayController } from "../gcp-plugin/gke/gateway-controller.ts";
import { gkeCluster } from "../gcp-plugin/gke/gke-cluster.ts";
import { SecretSyncController } from "../gcp-plugin/gke/secret-sync-controller.ts";
import { gcpPlugin } from "../gcp-plugin/plugin-environment.ts";
import { TestCloud } from "../gcp-plugin/test-cloud.ts";
import { AdminPod } from "../kubernetes/admin-pod.ts";
import { LiteLlmPod } from "../kubernetes/litellm-pod.ts";
import { RelayPod } from "../kubernetes/relay-pod.ts";
import { CloudSqlServer } from "./cloud-sql-server.ts";

/** The namespace of both stack files. */
export const NAMESPACE = "llm-gateway";

/** API keys of the models' providers, which the stack is given. */
export const PROVIDER_KEYS = { openai: "sk-openai-of-the-test", anthropic: "sk-anthropic-of-the-test" };

/**
 * One of the stack files for gcp in a checkout of its own, driven by this project's commands: the real engine and program,
 * the tests' stand-ins for Google Cloud and GKE, a real API server as the GKE cluster, a real PostgreSQL behind Cloud SQL
 * which is reached through the real relay, a real LiteLLM behind the LiteLLM pods, and a stand-in behind the admin's.
 */
export class GcpStack {
  readonly name: "dev" | "prod";
  readonly cluster: TestCluster;
  readonly cloud: TestCloud;
  readonly server: CloudSqlServer;
  readonly checkout: Checkout;
  readonly litellm: LiteLlmPod;
  readonly admin: AdminPod;
  readonly gateways: GatewayController;
  readonly #relay: RelayPod;
  readonly #controllers: (SecretSyncController | GatewayController)[];
  /** Both processes behind pods, once their pods are there. */
  readonly #pods: Promise<unknown>;

  /** A stack that was never brought up, with the keys of its providers, in an empty project. */
  static async create(name: "dev" | "prod"): Promise<GcpStack> {
    const cluster = await TestCluster.start();
    try {
      const folder = await mkdtemp(join(tmpdir(), "gcp-stack-"));
      const gke = await gkeCluster(cluster);
      const plugins = await gcpPlugin({ folder, clusterEndpoint: gke.endpoint, project: `acme-llm-${name}` });
      const cloud = new TestCloud(folder);
      const server = await CloudSqlServer.start(cloud);
      const checkout = await Checkout.make({ ...plugins, ...gke.environment });
      const admin = await AdminPod.start(cluster, NAMESPACE);
      const stack = new GcpStack(name, { cluster, cloud, server, checkout, admin });
      await stack.#configure();
      return stack;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  private constructor(
    name: GcpStack["name"],
    parts: Pick<GcpStack, "cluster" | "cloud" | "server" | "checkout" | "admin">,
  ) {
    const { cluster, cloud, server, checkout, admin } = parts;
    this.name = name;
    this.admin = admin;
    this.cluster = cluster;
    this.cloud = cloud;
    this.server = server;
    this.checkout = checkout;
    this.gateways = GatewayController.start(cluster, cloud);
    this.#controllers = [SecretSyncController.start(cluster, cloud), this.gateways];
    const { port } = server.postgres;
    this.#relay = new RelayPod(cluster, NAMESPACE, "postgres-relay", port);
    this.litellm = new LiteLlmPod(cluster, NAMESPACE, (variable, value) => onThisMachine(variable, value, port));
    this.#pods = Promise.all([this.#relay.start(), this.litellm.start()]);
    // `up` tells; nobody waits for pods that never came.
    this.#pods.catch(() => undefined);
  }

  async #configure(): Promise<void> {
    const file = this.#file;
    await writeFile(file, yours(await readFile(file, "utf8")));
    await this.set("gcp.postgres.localPort", await getPort({ host: "127.0.0.1" }));
    // A Deployment is ready at once here, while the process behind its pods is still about to start.
    await this.set("litellm.management.patience", 300);
    await this.checkout.npm("pulumi", "stack", "init", this.name);
    for (const [provider, key] of Object.entries(PROVIDER_KEYS)) {
      const path = `llm-gateway:providers.${provider}.apiKey`;
      await this.checkout.npm("pulumi", "config", "set", "--stack", this.name, "--path", "--secret", path, key);
    }
  }

  get #file(): string {
    return join(this.checkout.folder, `Pulumi.${this.name}.yaml`);
  }

  /** Changes a setting: `gcp.region`; undefined takes it out. */
  async set(path: string, value: unknown): Promise<void> {
    await this.checkout.edit((config) => {
      changeSetting(config, path, value);
    }, this.name);
  }

  /** Does some work with settings changed, which are as before once it has ended, or failed. */
  async with<T>(settings: Record<string, unknown>, work: () => Promise<T>): Promise<T> {
    const before = await readFile(this.#file, "utf8");
    try {
      for (const [path, value] of Object.entries(settings)) await this.set(path, value);
      return await work();
    } finally {
      await writeFile(this.#file, before);
    }
  }

  async up(): Promise<string> {
    const run = this.checkout.npm("pulumi", "up", "--stack", this.name, "--yes", "--skip-preview");
    return Promise.race([run, this.#pods.then(() => run)]);
  }

  /** An `up` that fails: all that it printed. */
  async failedUp(): Promise<string> {
    return this.checkout.fail("pulumi", "up", "--stack", this.name, "--yes", "--skip-preview");
  }

  async refresh(...options: string[]): Promise<string> {
    return this.checkout.npm("pulumi", "refresh", "--stack", this.name, "--yes", "--skip-preview", ...options);
  }

  async destroy(): Promise<string> {
    return this.checkout.npm("pulumi", "destroy", "--stack", this.name, "--yes", "--skip-preview");
  }

  /** A `destroy` that fails: all that it printed. */
  async failedDestroy(): Promise<string> {
    return this.checkout.fail("pulumi", "destroy", "--stack", this.name, "--yes", "--skip-preview");
  }

  /** What the next `up` would change. */
  async preview(): Promise<Step[]> {
    return this.checkout.preview(this.name);
  }

  /** What was being made when Pulumi was killed, by its urn. */
  async pending(): Promise<string[]> {
    const { deployment } = JSON.parse(await this.state()) as {
      deployment: { pending_operations?: { resource: { urn: string } }[] };
    };
    return (deployment.pending_operations ?? []).map(({ resource }) => resource.urn);
  }

  /** The urn of the one resource of a type: `DatabaseInstance`. */
  async urnOf(type: string): Promise<string> {
    const { deployment } = JSON.parse(await this.state()) as { deployment: { resources: { urn: string }[] } };
    const [found, ...others] = deployment.resources.filter(({ urn }) => urn.includes(`:${type}::`));
    if (!found || others.length > 0) throw new Error(`the stack has not one ${type}`);
    return found.urn;
  }

  /** The state, as a file of it holds it. */
  async state(): Promise<string> {
    return this.checkout.npm("pulumi", "stack", "export", "--stack", this.name);
  }

  /** Ends everything, whatever is left of the stack. */
  async stop(): Promise<void> {
    try {
      await this.litellm.stop();
      await this.admin.stop();
      await this.#relay.stop();
      await Promise.all(this.#controllers.map((controller) => controller.stop()));
      await this.server.stop();
      await this.checkout.remove();
    } finally {
      await this.cluster.stop();
      await rm(this.cloud.folder, { recursive: true, force: true });
    }
  }
}

/**
 * LiteLLM's variables and files on a machine where Cloud SQL is on 127.0.0.1, no Valkey is there, and LiteLLM is installed
 * without the client of Prometheus, which its image has. It looks each minute what of the spend log has to go.
 */
function onThisMachine(name: string, value: string, postgresPort: number): string | undefined {
  if (/^(REDIS|PROMETHEUS)_/.test(name)) return undefined;
  if (name === "DATABASE_URL") return value.replace(/@[^/]*\//, `@127.0.0.1:${postgresPort}/`);
  if (name !== "litellm-config.yaml") return value;
  const config = yaml.parseDocument(value);
  config.deleteIn(["general_settings", "coordination_redis"]);
  // No test waits for an hour.
  config.setIn(["general_settings", "maximum_spend_logs_retention_interval"], "1s");
  config.deleteIn(["litellm_settings", "callbacks"]);
  config.deleteIn(["litellm_settings", "prometheus_initialize_budget_metrics"]);
  return config.toString();
}
