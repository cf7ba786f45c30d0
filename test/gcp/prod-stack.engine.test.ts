import { afterAll, beforeAll, expect, it, vi } from "vitest";

import { clientRoutes } from "../../config/schema/routes.ts";
import { previewEdits } from "../changes/matrix.ts";
import { changed, named } from "../engine/checkout.ts";
import { HOSTILE } from "../security/hostile-paths.ts";
import { GcpStack } from "./gcp-stack.ts";

// The stack file prod, whose first `up` stops half-way again and again, each test going on where the one before it ended.

// Some of them bring the stack up several times, which neighbours on a slow machine make long.
vi.setConfig({ testTimeout: 600_000 });

/** Long enough for a first build of the control plane on two cores. */
const BUILD = 1_200_000;
const NAME = "llm-gateway-prod";
const SQL = "sql/DatabaseInstance";
const CLUSTER = "container/Cluster";

let stack: GcpStack;

beforeAll(async () => {
  stack = await GcpStack.create("prod");
}, BUILD);

afterAll(() => stack.stop());

const ids = (type: string) => stack.cloud.list(type).map(({ id }) => id);

it("the stack prod forgets a server that comes after all when it gave up waiting, as Pulumi's plugin does, and makes another", async () => {
  const error = "Error waiting for the instance: timeout";
  stack.cloud.inject({ type: SQL, method: "create", when: "after", times: 1, error });
  expect(await stack.failedUp()).toContain(`Error creating sql/DatabaseInstance: ${error}`);
  expect(ids(SQL)).toHaveLength(1);
  expect((await stack.preview()).map(named)).toContain(`create DatabaseInstance ${NAME}-postgres`);
  const [unknown = ""] = ids(SQL);
  // What docs/gcp.md says to do by hand.
  stack.cloud.delete(SQL, unknown);
});

it("the stack prod stops at a cluster that is refused, and says so", async () => {
  stack.cloud.inject({ type: CLUSTER, method: "create", times: 1, error: "Quota 'SSD_TOTAL_GB' exceeded." });
  expect(await stack.failedUp()).toContain("Error creating container/Cluster: Quota 'SSD_TOTAL_GB' exceeded.");
  expect([ids(SQL).length, ids(CLUSTER).length]).toEqual([1, 0]);
});

it("the stack prod knows nothing of a cluster that came when Pulumi was killed, and goes on once that is deleted by hand", async () => {
  // Killed in a quiet moment: it takes minutes until a cluster is there.
  stack.cloud.inject({ type: CLUSTER, method: "create", when: "after", delayMs: 6_000, times: 1, kill: true });
  await stack.failedUp();
  expect(await stack.failedUp()).toContain("the stack is currently locked");
  await stack.checkout.npm("pulumi", "cancel", "--stack", "prod", "--yes");
  expect(await stack.pending()).toEqual([expect.stringContaining(`::${NAME}-cluster`)]);
  // The program can't run in it: what it reads of resources that were never made is missing.
  await stack.refresh("--run-program=false", "--clear-pending-creates");
  expect(await stack.pending()).toEqual([]);
  const [unknown = ""] = ids(CLUSTER);
  stack.cloud.delete(CLUSTER, unknown);
});

it("the stack prod stops at a secret's value that is refused once, and is finished by the next run", async () => {
  stack.cloud.inject({ type: "secretmanager/SecretVersion", method: "create", times: 1, error: "503 unavailable" });
  expect(await stack.failedUp()).toContain("Error creating secretmanager/SecretVersion: 503 unavailable");
  await stack.up();
  expect([ids(SQL).length, ids(CLUSTER).length]).toEqual([1, 1]);
  expect((await stack.preview()).map(changed)).toEqual([]);
});

it("the stack prod lets clients get by its load balancer to what is theirs, and to nothing else", async () => {
  const ask = async (method: string, path: string, host = "llm.prod.internal") =>
    (await stack.gateways.send({ host, method, path }))?.backend;
  for (const { method, path } of clientRoutes()) {
    expect(await ask(method, path)).toEqual({ name: "litellm", port: 4000 });
  }
  for (const path of [...HOSTILE, "/ui/", "/v2/login"]) {
    const passed = await stack.gateways.send({ host: "llm.prod.internal", method: "POST", path });
    expect([undefined, ...clientRoutes().map((route) => route.path)]).toContain(passed?.path);
  }
  expect(await ask("GET", "/v1/models", "other.prod.internal")).toBeUndefined();
});

previewEdits("prod", () => stack);

it("the stack prod finds by a refresh what somebody changed or deleted, and the next run mends it", async () => {
  const [policy = ""] = ids("monitoring/AlertPolicy");
  stack.cloud.delete("monitoring/AlertPolicy", policy);
  const rule = ids("compute/Firewall").find((id) => id.includes("allow-providers")) ?? "";
  stack.cloud.patch("compute/Firewall", rule, { priority: 900 });
  await stack.refresh();
  const steps = (await stack.preview()).map(named).sort();
  expect(steps).toEqual([
    expect.stringMatching(/^create AlertPolicy llm-gateway-prod-/),
    `update Firewall ${NAME}-allow-providers`,
  ]);
  await stack.up();
  expect(ids("monitoring/AlertPolicy")).toHaveLength(9);
  expect(stack.cloud.read("compute/Firewall", rule)?.properties).toMatchObject({ priority: 1000 });
  expect((await stack.preview()).map(changed)).toEqual([]);
});

it.each([[["--yes"]], [["--yes", "--skip-preview"]]])(
  "the stack prod refuses to be destroyed with %j while it is protected, and deletes nothing",
  async (options) => {
    stack.cloud.forgetCalls();
    const said = await stack.checkout.fail("pulumi", "destroy", "--stack", "prod", ...options);
    expect(said).toContain("The stack `prod` is protected, so nothing of it is destroyed");
    expect(said).toContain("npm run pulumi -- config set --stack prod llm-gateway:protect false");
    expect(stack.cloud.calls()).toEqual([]);
  },
);

it("the stack prod lifts the protection of what has one, and changes nothing else", async () => {
  await stack.set("protect", false);
  await stack.set("policies.levels.protection", "off");
  expect((await stack.preview()).map(named).sort()).toEqual([
    `update Authority ${NAME}-authority`,
    `update Cluster ${NAME}-cluster`,
    `update DatabaseInstance ${NAME}-postgres`,
    `update Instance ${NAME}-valkey`,
    `update Secret ${NAME}-litellm-litellm-salt-key`,
    `update Secret ${NAME}-sagewai-admin-sagewai-master-key`,
  ]);
  await stack.up();
});

it("the stack prod lets its authority go from then on, with the way in for clients", async () => {
  const steps = (await stack.with({ "gcp.access": undefined }, () => stack.preview())).map(named);
  expect(steps).toEqual(
    expect.arrayContaining([`delete Authority ${NAME}-authority`, `delete CaPool ${NAME}-authority`]),
  );
  expect(steps.filter((step) => step.startsWith("replace"))).toEqual([]);
});

it("the stack prod stops to be destroyed at the policy of who is let in, while Google keeps what is behind the load balancer", async () => {
  stack.gateways.collectsBackends = false;
  stack.cloud.forgetCalls();
  expect(await stack.failedDestroy()).toContain(
    "is already being used by 'gkegw1-llm-gateway-litellm-clients-backend'",
  );
  stack.gateways.collectsBackends = true;
  const refused = stack.cloud.calls().filter(({ method, error }) => method !== "delete" || error !== undefined);
  expect(refused.map(({ type }) => type)).toEqual(["compute/RegionSecurityPolicy"]);
});

it("the stack prod is destroyed by the next run, but for what other stacks of the project may need", async () => {
  stack.cloud.forgetCalls();
  await stack.destroy();
  const calls = stack.cloud.calls();
  expect(calls.filter(({ method, error }) => method !== "delete" || error !== undefined)).toEqual([]);
  const left = [...new Set(stack.cloud.list().map(({ type }) => type))];
  expect(left.sort()).toEqual(["kms/KeyRing", "projects/IAMMember", "projects/Service", "projects/ServiceIdentity"]);
  const grants = stack.cloud.list("projects/IAMMember");
  expect(grants.map(({ properties }) => properties["role"])).toEqual([
    "roles/servicedirectory.pscAuthorizedService",
    "roles/servicedirectory.viewer",
  ]);
});
