import type { ExecaError } from "execa";
import { afterAll, beforeAll, expect, it, vi } from "vitest";

import type { Review } from "../../operations/review/document.ts";
import type { SecretStackOutputs } from "../../operations/stack-outputs.ts";
import type { Row } from "../../operations/verify/result-row.ts";
import { previewEdits } from "../changes/matrix.ts";
import type { Manifest } from "../cluster/api-server.ts";
import { changed, named } from "../engine/checkout.ts";
import { GcpStack, NAMESPACE, PROVIDER_KEYS } from "./gcp-stack.ts";
import { onNewServer, PATIENCE } from "./new-server.ts";

// The stack file dev through its life, each test going on where the one before it ended.

// Some of them bring the stack up several times, which neighbours on a slow machine make long.
vi.setConfig({ testTimeout: 600_000 });

/** Long enough for a first build of the control plane on two cores. */
const BUILD = 1_200_000;
const NAME = "llm-gateway-dev";
const SQL = "sql/DatabaseInstance";
const VERSION = "secretmanager/SecretVersion";
const GRANT = "secretmanager/SecretIamMember";

let stack: GcpStack;

beforeAll(async () => {
  stack = await GcpStack.create("dev");
}, BUILD);

afterAll(() => stack.stop());

const outputs = () => stack.checkout.outputs<SecretStackOutputs>("dev");
const objects = async (apiVersion: string, kind: string) =>
  (await stack.cluster.api.list(apiVersion, kind, NAMESPACE)) as unknown as Manifest[];

/** What Secret Manager holds, by the id of the secret. */
function kept(): Record<string, unknown> {
  const versions = stack.cloud.list(VERSION).map(({ id, properties }) => [id.split("/")[3], properties["secretData"]]);
  return Object.fromEntries(versions) as Record<string, unknown>;
}

/** Who may read each secret that somebody may read. */
function readers(): Record<string, string[]> {
  const grants = stack.cloud.list(GRANT).map(({ properties }) => {
    expect(properties["role"]).toBe("roles/secretmanager.secretAccessor");
    return [String(properties["secretId"]).split("/").at(-1) ?? "", String(properties["member"])] as const;
  });
  const ids = [...new Set(grants.map(([secret]) => secret))].sort();
  return Object.fromEntries(
    ids.map((id) => [id, grants.flatMap(([secret, member]) => (secret === id ? [member] : []))]),
  );
}

/** The models that LiteLLM lets a key use. */
async function modelsOf(key: string): Promise<string[]> {
  const response = await fetch(`${stack.litellm.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
  return ((await response.json()) as { data: { id: string }[] }).data.map(({ id }) => id).sort();
}

it("the stack dev previews an empty project without asking it anything", async () => {
  const steps = await stack.preview();
  expect(steps.filter(({ op }) => op !== "create")).toEqual([]);
  expect(steps.map(named)).toContain(`create DatabaseInstance ${NAME}-postgres`);
  expect(stack.cloud.calls()).toEqual([]);
});

it("the stack dev warns of nothing at a preview, but that a test's stand-ins are at work, and keeps to all policies", async () => {
  const said = await stack.checkout.npm("pulumi", "preview", "--stack", "dev");
  const warnings = said.split("\n").filter((line) => line.includes("warning:"));
  expect(warnings.filter((line) => !line.includes("nothing but a test should ever see this line"))).toEqual([]);
  expect(warnings).not.toEqual([]);
  expect(said).toMatch(/Policies:\n\s+✅ llm-gateway@/);
});

it("the stack dev comes up from nothing with one command, and nothing is refused meanwhile", async () => {
  await stack.up();
  expect(stack.cloud.calls().filter(({ error }) => error !== undefined)).toEqual([]);
  expect(await stack.server.databases()).toEqual(["litellm", "postgres", "sagewai"]);
  const [deployment] = await objects("apps/v1", "Deployment");
  expect(deployment).toMatchObject({ metadata: { name: "litellm" }, status: { availableReplicas: 1 } });
});

previewEdits("dev", () => stack);

it("the stack dev shows no change after a refresh either, which reads what is behind the tunnel too", async () => {
  stack.cloud.forgetCalls();
  await stack.refresh();
  expect(stack.cloud.calls().filter(({ method }) => method !== "read")).toEqual([]);
  expect((await stack.preview()).map(changed)).toEqual([]);
});

it("the stack dev is verified through the cluster's DNS endpoint, and says what does not answer", async () => {
  const output = await stack.checkout.fail("verify", "--stack", "dev", "--json");
  const rows = JSON.parse(output.slice(0, output.lastIndexOf("]") + 1)) as Row[];
  const detail = (check: string) => rows.find((row) => row.check === check);
  expect(detail("gateway is healthy")).toMatchObject({ ok: true });
  expect(detail("key research-team is refused other models")).toMatchObject({ ok: true });
  // What stands behind the admin's pods here takes enrollment keys only.
  expect(detail("admin is healthy")).toMatchObject({ ok: false });
});

it("the stack dev keeps the virtual key that LiteLLM knows in Secret Manager, and the providers' keys", async () => {
  const { keys, masterKey } = await outputs();
  const key = keys["research-team"] ?? "";
  expect(await modelsOf(key)).toEqual(["claude-sonnet", "gpt-4o"]);
  expect(kept()).toMatchObject({
    [`${NAME}-key-research-team`]: key,
    [`${NAME}-litellm-litellm-master-key`]: masterKey,
    [`${NAME}-litellm-model-key-openai`]: PROVIDER_KEYS.openai,
    [`${NAME}-litellm-model-key-anthropic`]: PROVIDER_KEYS.anthropic,
  });
});

it("the stack dev deletes what the spend log has kept for longer than the settings say", async () => {
  const { postgres } = stack.server;
  for (const [id, days] of Object.entries({ old: 91, recent: 89 })) {
    const values = `'${id}', 'acompletion', now() - interval '${days} days', now()`;
    const columns = 'request_id, call_type, "startTime", "endTime"';
    await postgres.query(`INSERT INTO "LiteLLM_SpendLogs" (${columns}) VALUES (${values})`, "litellm");
  }
  const left = async () =>
    postgres.query(`SELECT request_id AS id FROM "LiteLLM_SpendLogs" WHERE request_id IN ('old', 'recent')`, "litellm");
  await vi.waitFor(async () => {
    expect(await left()).toEqual([{ id: "recent" }]);
  }, PATIENCE);
});

it("the stack dev lets each workload read its own secrets, and nobody else any", () => {
  const pool = "principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools";
  const expected = Object.keys(kept())
    .filter((id) => !id.startsWith(`${NAME}-key-`))
    .map((id) => {
      const [, workload] = /^llm-gateway-dev-(litellm|sagewai-admin|worker-general)-/.exec(id) ?? [];
      return [id, [`${pool}/acme-llm-dev.svc.id.goog/subject/ns/${NAMESPACE}/sa/${workload}`]];
    });
  expect(expected.length).toBeGreaterThan(10);
  expect(readers()).toEqual(Object.fromEntries(expected));
});

it("the stack dev leaves no secret value in a manifest of ours, nor in plain text in the state", async () => {
  const manifests = await Promise.all([
    objects("apps/v1", "Deployment"),
    objects("batch/v1", "Job"),
    objects("v1", "ConfigMap"),
    objects("secrets-store.csi.x-k8s.io/v1", "SecretProviderClass"),
    objects("secret-sync.gke.io/v1", "SecretSync"),
  ]);
  for (const kind of manifests) expect(kind).not.toEqual([]);
  const text = JSON.stringify([manifests, await stack.state()]);
  const { masterKey, adminToken, adminPassword, keys } = await outputs();
  const passwords = stack.cloud.list("sql/User").map(({ properties }) => properties["password"]);
  const secrets = [
    ...Object.values(kept()),
    ...passwords,
    ...Object.values(keys),
    masterKey,
    adminToken,
    adminPassword,
  ];
  // In a string within a string, ends of lines are escaped.
  const lines = secrets.flatMap((value) => String(value).split("\n")).filter((line) => line.trim() !== "");
  expect(lines.length).toBeGreaterThan(15);
  expect(lines.filter((line) => text.includes(line))).toEqual([]);
});

it("the stack dev has every Secret of the cluster from GKE's synchronization", async () => {
  const secrets = await objects("v1", "Secret");
  const owners = secrets.map(({ metadata }) => (metadata["ownerReferences"] as { kind: string }[] | undefined)?.[0]);
  expect(owners.map((owner) => owner?.kind)).toEqual(["SecretSync", "SecretSync", "SecretSync", "SecretSync"]);
});

it("the stack dev lets pods talk to those alone that they need, the relay to Cloud SQL", async () => {
  const policies = await objects("networking.k8s.io/v1", "NetworkPolicy");
  expect(policies.map(({ metadata }) => metadata.name).sort()).toEqual([
    "litellm",
    "litellm-migration",
    "llm-gateway-default-deny",
    "postgres-relay",
    "sagewai-admin",
    "worker-general",
  ]);
  const [endpoint] = stack.cloud.list("compute/Address").filter(({ id }) => id.includes(`${NAME}-postgres`));
  const relay = policies.find(({ metadata }) => metadata.name === "postgres-relay");
  const server = { ipBlock: { cidr: `${String(endpoint?.properties["address"])}/32` } };
  const { egress } = relay?.["spec"] as { egress: { to?: unknown }[] };
  expect(egress.map(({ to }) => to)).toContainEqual([server]);
});

it("the stack dev encrypts every connection to PostgreSQL", async () => {
  const lines = stack.server.postgres.log().split("\n");
  const authorized = lines.filter((line) => line.includes("authorized:"));
  const ours = authorized.filter((line) => /user=(administrator|litellm) /.test(line));
  expect(ours.some((line) => line.includes("user=administrator"))).toBe(true);
  expect(ours.some((line) => line.includes("user=litellm"))).toBe(true);
  expect(ours.filter((line) => !line.includes("SSL enabled"))).toEqual([]);
});

it("the stack dev makes the key of one more project, and its secret with those who may read it", async () => {
  const accessors = ["group:support@acme.com", "serviceAccount:bot@acme-support.iam.gserviceaccount.com"];
  await stack.set("projects.support", { models: ["gpt-4o"], budget: 10, accessors });
  const secret = `${NAME}-key-support`;
  const before = await outputs();
  await stack.up();
  const { keys } = await outputs();
  expect(keys).toMatchObject(before.keys);
  expect(await modelsOf(keys["support"] ?? "")).toEqual(["gpt-4o"]);
  expect(kept()[secret]).toBe(keys["support"]);
  expect(readers()[secret]?.sort()).toEqual(accessors);
  expect((await stack.preview()).map(changed)).toEqual([]);
});

it("the stack dev gets roles, databases and keys of the same values on a new server, once the former one was deleted", async () => {
  const { keys } = await outputs();
  const [server = ""] = stack.cloud.list(SQL).map(({ id }) => id);
  for (const { id } of stack.cloud.list("sql/User")) stack.cloud.delete("sql/User", id);
  stack.cloud.delete(SQL, server);
  await vi.waitFor(async () => {
    expect(await stack.server.databases()).toEqual(["postgres"]);
  }, PATIENCE);
  // What docs/gcp.md says to do.
  await stack.refresh("--target", await stack.urnOf("DatabaseInstance"), "--run-program=false");
  await onNewServer(stack, () => stack.up());
  expect(await modelsOf(keys["research-team"] ?? "")).toEqual(["claude-sonnet", "gpt-4o"]);
  expect((await stack.preview()).map(changed)).toEqual([]);
});

it("the stack dev gets roles, databases and keys in the same run on a server that takes the place of another one", async () => {
  const { keys } = await outputs();
  const urn = await stack.urnOf("DatabaseInstance");
  await onNewServer(stack, () =>
    stack.checkout.npm("pulumi", "up", "--stack", "dev", "--yes", "--skip-preview", "--replace", urn),
  );
  expect(await modelsOf(keys["research-team"] ?? "")).toEqual(["claude-sonnet", "gpt-4o"]);
  expect((await stack.preview()).map(changed)).toEqual([]);
});

it.each([["preview"], ["up --yes --skip-preview"]])(
  "the stack dev refuses, with %s, to delete a key and to move to another region, and has touched nothing",
  async (command) => {
    stack.cloud.forgetCalls();
    const { keys } = await outputs();
    const changes = { "projects.support": undefined, "gcp.region": "europe-west4" };
    const said = await stack.with(changes, () =>
      stack.checkout.fail("pulumi", ...command.split(" "), "--stack", "dev"),
    );
    expect(said).toContain("This update would destroy what nobody gets back, and nothing has been touched:");
    expect(said).toContain("  delete-key/support: the virtual key support is deleted");
    expect(said).toContain(
      "  replace/gcp.region: llm-gateway:gcp.region changes from `europe-west1` to `europe-west4`",
    );
    expect(stack.cloud.calls().filter(({ method }) => method !== "read")).toEqual([]);
    expect(await modelsOf(keys["support"] ?? "")).toEqual(["gpt-4o"]);
  },
);

it("the review of the stack dev shows what such a change destroys and what a policy refuses, and ends with 2", async () => {
  const policies = { levels: { "budget-ceiling": "refuse" }, budgetCeiling: 1 };
  const changes = { "projects.support": undefined, "gcp.region": "europe-west4", policies };
  const run = await stack.with(changes, () =>
    stack.checkout.npm("review", "--stack", "dev", "--format", "json").catch((error: unknown) => error as ExecaError),
  );
  expect(run).toMatchObject({ exitCode: 2 });
  const { risks, violations } = JSON.parse(String((run as ExecaError).stdout)) as Review;
  expect(violations).toContainEqual(expect.objectContaining({ policy: "budget-ceiling", isRefused: true }));
  const acts = risks.map(({ act }) => act);
  expect(acts[0]).toBe("replace/gcp.region");
  for (const name of ["postgres", "cluster", "nodes"]) expect(acts).toContain(`replace/${NAME}-${name}`);
  expect(acts).toContain("delete-key/support");
});

it("the stack dev is destroyed in one go, everything before what it uses", async () => {
  stack.cloud.forgetCalls();
  await stack.destroy();
  const calls = stack.cloud.calls();
  expect(calls.filter(({ method, error }) => method !== "delete" || error !== undefined)).toEqual([]);
  const order = calls.map(({ type, name }) => `${type} ${name}`);
  const at = (what: string) => {
    expect(order).toContain(what);
    return order.indexOf(what);
  };
  // Secrets take them along.
  expect(order.filter((what) => what.startsWith(VERSION) || what.startsWith(GRANT))).toEqual([]);
  const cluster = at(`container/Cluster ${NAME}-cluster`);
  const usedByCluster = [
    "kms/CryptoKeyIAMMember cluster-key-container",
    `kms/CryptoKey ${NAME}-cluster`,
    `compute/RouterNat ${NAME}-nat`,
    `compute/Firewall ${NAME}-allow-inside`,
    `compute/Subnetwork ${NAME}-nodes`,
    `serviceaccount/Account ${NAME}-nodes`,
  ];
  for (const used of usedByCluster) expect([used, at(used) > cluster]).toEqual([used, true]);
  const sequences = [
    [`compute/ForwardingRule ${NAME}-postgres`, `compute/Address ${NAME}-postgres`, `compute/Subnetwork ${NAME}-nodes`],
    [`compute/ForwardingRule ${NAME}-postgres`, `sql/DatabaseInstance ${NAME}-postgres`],
    [`compute/RouterNat ${NAME}-nat`, `compute/Address ${NAME}-egress-1`],
    [`compute/Subnetwork ${NAME}-nodes`, `compute/Network ${NAME}-network`],
    [`compute/Network ${NAME}-network`, "projects/Service compute.googleapis.com"],
  ];
  for (const sequence of sequences) expect([...sequence].sort((a, b) => at(a) - at(b))).toEqual(sequence);
});

it("the stack dev leaves the APIs, Google's own accounts and the ring of keys behind, which can't be deleted, and nothing else", async () => {
  const left = stack.cloud.list().map(({ type }) => type);
  expect([...new Set(left)].sort()).toEqual(["kms/KeyRing", "projects/Service", "projects/ServiceIdentity"]);
  const space = { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } };
  expect(await stack.cluster.api.get(space)).toBe(undefined);
  expect(JSON.parse(await stack.state())).not.toHaveProperty("deployment.resources");
});
