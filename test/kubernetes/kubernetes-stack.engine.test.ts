import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import getPort from "get-port";
import pg from "pg";
import { afterAll, beforeAll, expect, it, vi } from "vitest";

import type { SecretStackOutputs } from "../../operations/stack-outputs.ts";
import type { Row } from "../../operations/verify/result-row.ts";
import { LocalPostgresServer } from "../../providers/local/postgres-server.ts";
import { previewEdits } from "../changes/matrix.ts";
import type { Metadata } from "../cluster/api-server.ts";
import { TestCluster } from "../cluster/test-cluster.ts";
import { Checkout, named } from "../engine/checkout.ts";
import { clusterPlugin } from "../kubernetes-plugin/plugin-environment.ts";
import { AdminPod } from "./admin-pod.ts";
import { LiteLlmPod } from "./litellm-pod.ts";

// A stack of the kubernetes platform through its life, each test going on where the one before it ended: a real API
// server, a real PostgreSQL outside of it, and a real LiteLLM behind the LiteLLM pods.

// Tests have several commands each, of ten seconds or more on two cores that other tests use as well.
vi.setConfig({ testTimeout: 600_000 });

/** Long enough for a first build of the control plane on two cores. */
const BUILD = 1_200_000;
const STACK = "kubernetes";
const NAMESPACE = "llm-gateway";
const PASSWORD = "password-of-the-administrator";

let cluster: TestCluster;
let postgres: LocalPostgresServer;
let folder: string;
let checkout: Checkout;
let pod: LiteLlmPod;
let admin: AdminPod;

beforeAll(async () => {
  cluster = await TestCluster.start();
  folder = await mkdtemp(join(tmpdir(), "kubernetes-stack-"));
  const port = await getPort({ host: "127.0.0.1" });
  postgres = new LocalPostgresServer({
    folder: join(folder, "postgres"),
    port,
    password: PASSWORD,
    maxConnections: 200,
  });
  await postgres.start();
  checkout = await Checkout.make({ ...(await clusterPlugin()), KUBECONFIG: cluster.kubeconfigFile });
  await checkout.edit((config) => {
    const own = config["llm-gateway:kubernetes"] as Record<string, unknown>;
    const addresses = { cidrs: ["127.0.0.1/32"] };
    own["postgres"] = { host: "127.0.0.1", port, tls: "disable", addresses };
    // A Deployment is ready at once here, while the process behind its pods is still about to start.
    config["llm-gateway:litellm"] = { management: { patience: 300 } };
  }, STACK);
  await checkout.npm("pulumi", "stack", "init", STACK);
  for (const [path, value] of Object.entries({
    "providers.openai.apiKey": "sk-openai-of-the-test",
    "providers.anthropic.apiKey": "sk-anthropic-of-the-test",
    "kubernetes.postgres.adminPassword": PASSWORD,
  })) {
    await checkout.npm("pulumi", "config", "set", "--stack", STACK, "--path", "--secret", `llm-gateway:${path}`, value);
  }
  pod = new LiteLlmPod(cluster, NAMESPACE);
  admin = await AdminPod.start(cluster, NAMESPACE);
}, BUILD);

afterAll(async () => {
  try {
    await pod.stop();
    await admin.stop();
    await checkout.remove();
    await postgres.destroy();
    await rm(folder, { recursive: true, force: true });
  } finally {
    await cluster.stop();
  }
});

const up = () => checkout.npm("pulumi", "up", "--stack", STACK, "--yes", "--skip-preview");
const outputs = () => checkout.outputs<SecretStackOutputs>(STACK);
const get = (apiVersion: string, kind: string, name: string) =>
  cluster.api.get({ apiVersion, kind, metadata: { name, namespace: NAMESPACE } });

async function aliases(): Promise<string[]> {
  const { masterKey } = await outputs();
  const response = await fetch(`${pod.url}/key/list?size=100&return_full_object=true`, {
    headers: { authorization: `Bearer ${masterKey}` },
  });
  return ((await response.json()) as { keys: { key_alias: string }[] }).keys.map((key) => key.key_alias).sort();
}

/** How many pods of LiteLLM there are to be. */
async function replicas(): Promise<unknown> {
  const deployment = await get("apps/v1", "Deployment", "litellm");
  return (deployment?.["spec"] as { replicas?: number } | undefined)?.replicas;
}

/** Writes how many pods of LiteLLM run at least and at most. */
async function scale(replicas: number, maxReplicas: number): Promise<void> {
  await checkout.edit((config) => {
    (config["llm-gateway:kubernetes"] as Record<string, unknown>)["litellm"] = { replicas, maxReplicas };
  }, STACK);
}

async function databases(): Promise<string[]> {
  const { port, password } = postgres.specification;
  const client = new pg.Client({ host: "127.0.0.1", port, user: "postgres", password, database: "postgres" });
  await client.connect();
  const { rows } = await client.query<{ datname: string }>("SELECT datname FROM pg_database WHERE NOT datistemplate");
  await client.end();
  return rows.map(({ datname }) => datname).sort();
}

it("the stack kubernetes comes up from nothing, with keys made through a port-forward to the proxy in the cluster", async () => {
  await Promise.all([up(), pod.start()]);
  expect(await aliases()).toEqual(["pool-general", "research-team", "sagewai-admin"]);
  expect(admin.keys).toEqual([
    expect.stringMatching(/^pool general, (project [a-z-]+|no project), sha256 [0-9a-f]{64}$/),
  ]);
  expect(await databases()).toEqual(["litellm", "postgres", "sagewai"]);
  expect(await get("apps/v1", "Deployment", "litellm")).toMatchObject({ status: { availableReplicas: 2 } });
});

it("the stack kubernetes migrates the database before it rolls LiteLLM out", async () => {
  const [job] = await cluster.api.list("batch/v1", "Job", NAMESPACE);
  const deployment = await get("apps/v1", "Deployment", "litellm");
  const { completionTime } = job?.["status"] as { completionTime: string };
  const created = String(deployment?.metadata["creationTimestamp"]);
  expect(Date.parse(completionTime)).toBeLessThanOrEqual(Date.parse(created));
});

it("the stack kubernetes is verified from outside of the cluster, and says what does not answer", async () => {
  const output = await checkout.fail("verify", "--stack", STACK, "--json");
  const rows = JSON.parse(output.slice(0, output.lastIndexOf("]") + 1)) as Row[];
  const detail = (check: string) => rows.find((row) => row.check === check);
  expect(detail("gateway is healthy")).toMatchObject({ ok: true });
  expect(detail("gateway offers the models of the settings")).toMatchObject({ ok: true });
  expect(detail("key research-team is refused other models")).toMatchObject({ ok: true });
  // What stands behind the admin's pods here takes enrollment keys and projects only.
  expect(detail("admin is healthy")).toMatchObject({ ok: false });
});

previewEdits("kubernetes", () => ({ name: STACK, checkout }));

it("the stack kubernetes raises a budget", async () => {
  await checkout.edit((config) => {
    config["llm-gateway:projects"] = { "research-team": { models: ["gpt-4o", "claude-sonnet"], budget: 80 } };
  }, STACK);
  await up();
  expect(await checkout.preview(STACK)).toEqual([]);
});

it("the stack kubernetes adds and removes a pool without touching the admin, whose API is reached through a port-forward", async () => {
  const before = await get("apps/v1", "Deployment", "sagewai-admin");
  await checkout.edit((config) => {
    const pools = config["llm-gateway:pools"] as Record<string, object>;
    pools["newcomer"] = { models: ["gpt-4o"], budget: 8 };
  }, STACK);
  await up();
  expect(admin.keys).toContainEqual(expect.stringMatching(/^pool newcomer, no project, sha256 /));
  await checkout.edit((config) => {
    delete (config["llm-gateway:pools"] as Record<string, object>)["newcomer"];
  }, STACK);
  await up();
  expect(admin.keys.filter((name) => name.startsWith("pool newcomer"))).toEqual([]);
  const after = await get("apps/v1", "Deployment", "sagewai-admin");
  expect(before?.metadata["generation"]).toEqual(expect.any(Number));
  expect(after?.metadata["generation"]).toBe(before?.metadata["generation"]);
});

it("the stack kubernetes rolls LiteLLM once when its configuration changes", async () => {
  const before = await get("apps/v1", "Deployment", "litellm");
  await checkout.edit((config) => {
    config["llm-gateway:routing"] = { numRetries: 5 };
  }, STACK);
  await up();
  const after = await get("apps/v1", "Deployment", "litellm");
  expect(after?.metadata["generation"]).toBe(Number(before?.metadata["generation"]) + 1);
});

it("the stack kubernetes leaves the number of pods to the autoscaler", async () => {
  await scale(3, 4);
  await up();
  await expect.poll(replicas, { timeout: 60_000 }).toBe(3);
  expect(await checkout.preview(STACK)).toEqual([]);
});

it("the stack kubernetes upgrades LiteLLM with a migration of its own first", async () => {
  await checkout.edit((config) => {
    config["llm-gateway:litellm"] = { version: "1.108.7" };
  }, STACK);
  await up();
  const jobs = await cluster.api.list("batch/v1", "Job", NAMESPACE);
  expect(jobs.map(({ metadata }) => (metadata as Metadata).name)).toEqual([
    expect.stringMatching(/^litellm-migration-1-108-7-/),
  ]);
  expect(await replicas()).toBe(3);
});

it("the stack kubernetes tries a migration again that failed, until it succeeds, while the former pods go on", async () => {
  const jobs = async () =>
    (await cluster.api.list("batch/v1", "Job", NAMESPACE)).map(({ metadata }) => (metadata as Metadata).name);
  const [before = ""] = await jobs();
  const pods = await get("apps/v1", "Deployment", "litellm");
  const use = (version: string, image?: string) =>
    checkout.edit((config) => {
      const own = config["llm-gateway:kubernetes"] as Record<string, unknown>;
      config["llm-gateway:litellm"] = { version };
      if (image === undefined) delete own["images"];
      else own["images"] = { litellm: image };
    }, STACK);
  /** An `up` whose new Job fails with its first pod: the name of the Job, and all that was printed. */
  const failedUp = async () => {
    const known = await jobs();
    const said = checkout.fail("pulumi", "up", "--stack", STACK, "--yes", "--skip-preview");
    const made = async () => (await jobs()).find((name) => !known.includes(name));
    await expect.poll(made, { timeout: 120_000 }).toMatch(/^litellm-migration-1-108-8-/);
    const name = (await made()) ?? "";
    // Kubernetes would try for minutes.
    await cluster.api.call("PATCH", `/apis/batch/v1/namespaces/${NAMESPACE}/jobs/${name}`, {
      body: { spec: { backoffLimit: 0 } },
      contentType: "application/merge-patch+json",
    });
    return { name, said: await said };
  };

  await use("1.108.8", "registry.test/litellm:1.108.8-failing");
  const first = await failedUp();
  expect(first.said).toContain("BackoffLimitExceeded");
  // Without asking the cluster for anything.
  expect(first.said).toContain("[Error] last lines of the log of migration");
  expect((await checkout.preview(STACK)).map(named)).toContain("replace Job litellm-migration-1-108-8");
  const second = await failedUp();
  expect(await jobs()).toEqual(expect.arrayContaining([before, second.name]));
  const now = await get("apps/v1", "Deployment", "litellm");
  expect(now).toMatchObject({
    metadata: { generation: pods?.metadata["generation"] },
    status: { availableReplicas: 3 },
  });

  await use("1.108.7");
  await up();
  expect(await jobs()).toEqual([before]);
  expect(await checkout.preview(STACK)).toEqual([]);
});

it("the stack kubernetes takes the number of pods back from the autoscaler, and gives it away again without a pod less", async () => {
  await scale(2, 2);
  // Pulumi deletes last, and until then the autoscaler would bring the third pod back, and leave it there.
  expect((await checkout.preview(STACK)).map(named)).toEqual(["update HorizontalPodAutoscaler litellm"]);
  await up();
  await expect.poll(replicas, { timeout: 60_000 }).toBe(2);
  expect((await checkout.preview(STACK)).map(named).sort()).toEqual([
    "delete HorizontalPodAutoscaler litellm",
    "update Deployment litellm",
  ]);
  await up();
  expect(await checkout.preview(STACK)).toEqual([]);
  const fixed = await get("apps/v1", "Deployment", "litellm");
  expect(fixed).toMatchObject({ spec: { replicas: 2 } });

  await scale(2, 4);
  await up();
  const given = await get("apps/v1", "Deployment", "litellm");
  // The annotation is one generation. One pod less, and the autoscaler's one more, would be two.
  const generation = Number(fixed?.metadata["generation"]) + 1;
  expect(given).toMatchObject({ metadata: { generation }, spec: { replicas: 2 } });
  expect(await checkout.preview(STACK)).toEqual([]);
});

it("the stack kubernetes holds no secret in plain text in its manifests and its state", async () => {
  const { masterKey, keys } = await outputs();
  const { deployment } = JSON.parse(await checkout.npm("pulumi", "stack", "export", "--stack", STACK)) as {
    deployment: unknown;
  };
  const kinds = ["Deployment", "StatefulSet"].map((kind) => cluster.api.list("apps/v1", kind, NAMESPACE));
  const maps = cluster.api.list("v1", "ConfigMap", NAMESPACE);
  const text = JSON.stringify([deployment, await Promise.all([...kinds, maps])]);
  expect(text).toContain("litellm-config.yaml");
  const secrets = [masterKey, ...Object.values(keys), PASSWORD, "sk-openai-of-the-test", "sk-anthropic-of-the-test"];
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
});

it("the stack kubernetes refuses to be destroyed while it is protected, and loses nothing by the attempt", async () => {
  const refusal = await checkout.fail("pulumi", "destroy", "--stack", STACK, "--yes");
  expect(refusal).toContain(`The stack \`${STACK}\` is protected, so nothing of it is destroyed`);
  expect(await checkout.fail("pulumi", "destroy", "--stack", STACK, "--yes", "--exclude-protected=false")).toBe(
    refusal,
  );
  // Where a part is chosen, Pulumi refuses.
  const salt = ["--target", "**litellm-salt-key", "--target-dependents"];
  const chosen = await checkout.fail("pulumi", "destroy", "--stack", STACK, "--yes", ...salt);
  expect(chosen).toMatch(/litellm-salt-key.* cannot be deleted/s);
  expect(await checkout.preview(STACK)).toEqual([]);
});

it("the stack kubernetes leaves nothing when it is destroyed, though the proxy that holds the keys is gone already", async () => {
  await checkout.edit((config) => {
    config["llm-gateway:protect"] = false;
  }, STACK);
  await up();
  await pod.stop();
  await admin.stop();
  await checkout.npm("pulumi", "destroy", "--stack", STACK, "--yes");
  expect(await cluster.api.get({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } })).toBe(undefined);
  expect(await databases()).toEqual(["postgres"]);
});
