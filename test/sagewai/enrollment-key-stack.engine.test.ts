import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { TestStack } from "../toolchain/plugins/stack.ts";
import { FaultyProxy } from "../virtual-keys/faulty-proxy.ts";
import { type TestProcess, TestSagewai } from "./test-sagewai.ts";

// The enrollment keys of pools in a real engine and a real admin, with a proxy between them that lets calls go wrong. Each test
// goes on where the one before it ended.

const project = join(import.meta.dirname, "../..");
const TOKEN = "sw_token-of-the-test";
process.env["PULUMI_CONFIG_PASSPHRASE"] = "of-the-test-only";

let sagewai: TestSagewai;
let admin: TestProcess;
let proxy: FaultyProxy;
let stack: TestStack;

/** The program of pools, by their projects, and of somebody who uses each key: whatever changes for a pool's workers shows there. */
async function program(pools: Record<string, string>): Promise<void> {
  await stack.program(`
    const { SagewaiEnrollmentKey } = await import(${JSON.stringify(join(project, "components/sagewai-enrollment-key.ts"))});
    const database = new random.RandomId("database", { byteLength: 4 });
    const keys = Object.entries(${JSON.stringify(pools)}).map(([pool, project]) => {
      const seed = new random.RandomPassword("seed-" + pool, { length: 40, special: false }).result;
      const admin = { adminAccess: { url: ${JSON.stringify(proxy.url)} }, apiToken: pulumi.secret(${JSON.stringify(TOKEN)}) };
      const options = { dependsOn: database, deletedWith: database };
      const key = new SagewaiEnrollmentKey("key-" + pool, { ...admin, pool, project, seed }, options).value;
      new random.RandomPassword("worker-" + pool, { length: 8, keepers: { key } });
      return [pool, key];
    });
    export const values = pulumi.secret(Object.fromEntries(keys));`);
}

beforeAll(async () => {
  sagewai = await TestSagewai.onNewDatabase({ apiToken: TOKEN });
  expect((await sagewai.setUp()).exitCode).toBe(0);
  admin = await sagewai.serve();
  proxy = await FaultyProxy.start(sagewai.url);
  stack = await TestStack.create();
  const manifest = { name: "test", type: "module", main: "index.ts", imports: { "#providers/*": "./providers/*" } };
  await writeFile(join(stack.folder, "package.json"), JSON.stringify(manifest));
  await symlink(join(project, "providers"), join(stack.folder, "providers"));
});

afterAll(async () => {
  await admin.stop("SIGKILL");
  await proxy.end();
  await sagewai.delete();
});

/** Ids of the keys of a pool that somebody could use. */
async function usable(pool: string): Promise<string[]> {
  const { body } = await sagewai.call<{ keys: { id: string; revoked: boolean; allowed_pools: string[] }[] }>(
    "fleet/enrollment-keys",
  );
  return body.keys.filter((key) => !key.revoked && key.allowed_pools.includes(pool)).map(({ id }) => id);
}

/** The value of a pool's key. */
async function value(pool: string): Promise<string> {
  const values = JSON.parse(await stack.output("values")) as Record<string, string>;
  return values[pool] ?? "";
}

/** Registers a worker: its status, or that of a refusal. */
async function register(key: string, pool: string, projectName: string): Promise<string | number> {
  const { status, body } = await sagewai.call<{ status: string }>(
    "fleet/register",
    { name: "worker", models: ["gpt-4o"], pool, enrollment_key: key },
    "none",
    { "x-enrollment-key": key, "x-project-id": projectName },
  );
  return status === 201 ? body.status : status;
}

const revoke = (id = "none") => sagewai.call(`fleet/enrollment-keys/${id}`, undefined, undefined, {}, "DELETE");
const refresh = () => stack.succeeds("refresh", "--yes", "--skip-preview");

/** An `up` that is killed once its call has reached the admin, and before it hears of the answer. */
async function killedUp(...options: string[]): Promise<void> {
  proxy.next("reply hangs");
  const update = stack.start("up", "--yes", "--skip-preview", ...options);
  expect(await proxy.calls(1)).toEqual(["POST /api/v1/fleet/enrollment-keys"]);
  update.kill("SIGKILL");
  await update;
  await stack.succeeds("cancel", "--yes");
  proxy.next();
}

it("a stack with pools makes a key that registers for the pool's project", async () => {
  await program({ gpu: "research" });
  await stack.up();
  const key = await value("gpu");
  expect(key).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(await register(key, "gpu", "research")).toBe("approved");
  expect(await register(key, "gpu", "payroll")).toBe(403);
  expect(await stack.plan()).toEqual({});
});

it("a stack with pools shows one more pool as what is made for it, and nothing else", async () => {
  await program({ gpu: "research", cpu: "research" });
  expect(await stack.plan()).toEqual({ "seed-cpu": "create", "key-cpu": "create", "worker-cpu": "create" });
  const before = await usable("gpu");
  await stack.up();
  expect(await usable("gpu")).toEqual(before);
  expect(await register(await value("cpu"), "cpu", "research")).toBe("approved");
});

it("a stack with pools moves a pool to another project with the same key", async () => {
  const key = await value("gpu");
  await program({ gpu: "payroll", cpu: "research" });
  expect(await stack.plan()).toEqual({ "key-gpu": "update" });
  await stack.up();
  expect(await value("gpu")).toBe(key);
  expect([await register(key, "gpu", "research"), await register(key, "gpu", "payroll")]).toEqual([403, "approved"]);
});

it("a stack with pools makes another key for one that was revoked behind its back, as a refresh shows", async () => {
  const key = await value("gpu");
  await revoke((await usable("gpu"))[0]);
  await refresh();
  expect(await stack.plan()).toEqual({ "key-gpu": "update", "worker-gpu": "replace" });
  expect(await stack.succeeds("preview", "--diff")).toMatch(/generation\s*: 1 => 2/);
  await stack.up();
  expect(await value("gpu")).not.toBe(key);
  expect([await register(key, "gpu", "payroll"), await register(await value("gpu"), "gpu", "payroll")]).toEqual([
    401,
    "approved",
  ]);
  expect(await stack.plan()).toEqual({});
});

it("a stack with pools makes another key for a revoked one also when an update is the first to hear of it", async () => {
  const key = await value("gpu");
  await revoke((await usable("gpu"))[0]);
  await program({ gpu: "research", cpu: "research" });
  await stack.up();
  expect(await value("gpu")).not.toBe(key);
  expect(await register(await value("gpu"), "gpu", "research")).toBe("approved");
  await refresh();
  expect(await stack.plan()).toEqual({});
});

it("a stack with pools brings a key back, with the same value, that the database has lost", async () => {
  const key = await value("cpu");
  await sagewai.postgres.query("DELETE FROM enrollment_keys WHERE 'cpu' = ANY (allowed_pools)", "sagewai");
  await refresh();
  expect(await stack.plan()).toEqual({ "key-cpu": "update" });
  await stack.up();
  expect(await register(key, "cpu", "research")).toBe("approved");
  expect(await stack.plan()).toEqual({});
});

it("a stack with pools goes on with a key that was made when it was killed", async () => {
  await program({ gpu: "research", cpu: "research", late: "research" });
  await killedUp();
  const made = await usable("late");
  expect(made).toHaveLength(1);
  await stack.up();
  expect(await usable("late")).toEqual(made);
  expect(await register(await value("late"), "late", "research")).toBe("approved");
  expect(await stack.plan()).toEqual({});
});

it("a stack with pools goes on with a key that was replaced when it was killed", async () => {
  const former = await value("late");
  await killedUp("--replace", "**::seed-late");
  const made = await usable("late");
  expect(made).toHaveLength(1);
  await stack.up();
  expect(await usable("late")).toEqual(made);
  const answers = [await register(former, "late", "research"), await register(await value("late"), "late", "research")];
  expect(answers).toEqual([401, "approved"]);
  expect(await stack.plan()).toEqual({});
});

it("a stack with pools makes another key when the resource itself is replaced", async () => {
  await stack.succeeds("up", "--yes", "--skip-preview", "--replace", "**::key-late");
  expect(await usable("late")).toHaveLength(1);
  expect(await register(await value("late"), "late", "research")).toBe("approved");
  await refresh();
  expect(await stack.plan()).toEqual({});
});

it("a stack with pools revokes the key of a pool that goes, and forgets its workers; one that returns has another key", async () => {
  const former = await value("late");
  await program({ gpu: "research", cpu: "research" });
  await stack.up();
  expect(await usable("late")).toEqual([]);
  const { workers } = (await sagewai.call<{ workers: { capabilities: { pool: string } }[] }>("fleet/workers")).body;
  expect([...new Set(workers.map(({ capabilities }) => capabilities.pool))].sort()).toEqual(["cpu", "gpu"]);
  await program({ gpu: "research", cpu: "research", late: "research" });
  await stack.up();
  expect(await value("late")).not.toBe(former);
  expect(await register(former, "late", "research")).toBe(401);
});

it("a stack with pools has no secret in plain text in its state, also after a refresh", async () => {
  const values = JSON.parse(await stack.output("values")) as Record<string, string>;
  await refresh();
  const state = await stack.exported();
  expect(state).toContain("keyId");
  const secrets = [TOKEN, ...Object.values(values)];
  expect(secrets).toHaveLength(4);
  expect(secrets.filter((secret) => state.includes(secret))).toEqual([]);
});

it("a stack with pools is destroyed with the database, though the admin is gone already", async () => {
  await admin.stop();
  expect(await stack.succeeds("destroy", "--yes", "--skip-preview")).toMatch(/\d+ deleted/);
  expect(JSON.parse(await stack.exported())).not.toHaveProperty("deployment.resources");
  await stack.delete();
});
