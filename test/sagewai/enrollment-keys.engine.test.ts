import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { type TestProcess, TestSagewai } from "./test-sagewai.ts";

// What a real admin does with the enrollment keys that it is told of while it serves, each test going on where the one before
// it ended.

const GPU = "enrollment-key-of-gpu";
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

let sagewai: TestSagewai;
let admin: TestProcess;

beforeAll(async () => {
  sagewai = await TestSagewai.onNewDatabase();
  expect((await sagewai.setUp()).exitCode).toBe(0);
  admin = await sagewai.serve();
});

afterAll(async () => {
  await admin.stop("SIGKILL");
  await sagewai.delete();
});

interface Key {
  id: string;
  name: string;
  created_by: string;
}

/** The keys that somebody could use. */
async function usable(): Promise<Key[]> {
  const { body } = await sagewai.call<{ keys: (Key & { revoked: boolean })[] }>("fleet/enrollment-keys");
  return body.keys.filter(({ revoked }) => !revoked).map(({ id, name, created_by }) => ({ id, name, created_by }));
}

const names = async () => (await usable()).map(({ name }) => name).sort();
const workers = async () =>
  (await sagewai.call<{ workers: { name: string }[] }>("fleet/workers")).body.workers.map(({ name }) => name).sort();
const revoke = (id: string) => sagewai.call(`fleet/enrollment-keys/${id}`, undefined, undefined, {}, "DELETE");

/** Registers a worker: its status, or that of a refusal. */
async function register(name: string, key: string, pool: string, project?: string): Promise<string | number> {
  const { status, body } = await sagewai.call<{ status: string }>(
    "fleet/register",
    { name, models: ["gpt-4o"], pool, enrollment_key: key },
    "none",
    { "x-enrollment-key": key, ...(project !== undefined && { "x-project-id": project }) },
  );
  return status === 201 ? body.status : status;
}

/** Installs a key as the set-up of former releases did. */
async function installFormerKey(pool: string, key: string): Promise<void> {
  await sagewai.postgres.query(
    "INSERT INTO enrollment_keys (id, org_id, name, key_hash, allowed_pools, allowed_models, created_by)" +
      ` SELECT gen_random_uuid(), org_id, '${pool}', '${sha256(key)}', '{${pool}}', '{}', 'llm-gateway'` +
      " FROM enrollment_keys LIMIT 1",
    "sagewai",
  );
}

/** How many wait for a lock. */
async function waiting(): Promise<number> {
  const [row] = await sagewai.postgres.query<{ count: string }>(
    "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted",
    "sagewai",
  );
  return Number(row?.count);
}

/** Lets everybody read a table, and nobody write it, until what is returned is called, with what else to do before. */
async function holding(table: string): Promise<(...statements: string[]) => Promise<void>> {
  const client = await sagewai.postgres.stay(sagewai.postgres.url("sagewai"));
  await client.query("BEGIN");
  await client.query(`LOCK TABLE ${table} IN SHARE MODE`);
  return async (...statements) => {
    for (const statement of [...statements, "COMMIT"]) await client.query(statement);
    await client.end();
  };
}

it("the admin takes a key that is declared, tells nobody its value, and nothing comes of declaring it again", async () => {
  const first = await sagewai.declareKey("gpu", GPU, "research");
  expect(first).toMatchObject({ status: 201, body: { key: "", name: "pool gpu, project research" } });
  const again = await sagewai.declareKey("gpu", GPU, "research");
  expect(again.body.id).toBe(first.body.id);
  expect(await usable()).toEqual([
    { id: first.body.id, name: "pool gpu, project research", created_by: "llm-gateway" },
  ]);
});

it("the admin has a key once that is declared by two calls at once, as one whose answer is late", async () => {
  const release = await holding("enrollment_keys");
  const calls = [1, 2].map(() => sagewai.declareKey("tpu", "enrollment-key-of-tpu"));
  await expect.poll(waiting, { timeout: 60_000 }).toBe(2);
  await release();
  const [first, second] = await Promise.all(calls);
  expect(first?.body.id).toBe(second?.body.id);
  expect(await names()).toEqual(["pool gpu, project research", "pool tpu, no project"]);
  expect((await revoke(first?.body.id ?? "")).status).toBe(200);
  expect(await names()).toEqual(["pool gpu, project research"]);
});

it("the admin lets only those declare one who may make keys", async () => {
  const name = `pool gpu, no project, sha256 ${sha256("stolen")}`;
  const headers = { "x-enrollment-key": GPU };
  expect((await sagewai.call("fleet/enrollment-keys", { name, pools: ["gpu"] }, "none", headers)).status).toBe(401);
  expect(await register("stranger", "stolen", "gpu")).toBe(401);
});

it("the admin registers for the pool and its project only, and for another one once that is declared", async () => {
  expect(await register("worker-gpu-0", GPU, "gpu", "research")).toBe("approved");
  expect(await register("stranger", GPU, "gpu", "payroll")).toBe(403);
  expect(await register("stranger", GPU, "gpu")).toBe(403);
  const [before] = await usable();
  expect((await sagewai.declareKey("gpu", GPU, "payroll")).body.id).toBe(before?.id);
  expect(await register("stranger", GPU, "gpu", "research")).toBe(403);
  expect(await register("worker-gpu-1", GPU, "gpu", "payroll")).toBe("approved");
  await sagewai.declareKey("gpu", GPU, "research");
  expect(await workers()).toEqual(["worker-gpu-0", "worker-gpu-1"]);
});

it("the admin keeps keys that people make as they are, also with the name of one of ours", async () => {
  const name = "pool gpu, project research";
  const made = await sagewai.call<{ key: string }>("fleet/enrollment-keys", { name, pools: ["gpu"] });
  expect(made.body.key).not.toBe("");
  await sagewai.declareKey("gpu", "another-enrollment-key-of-gpu", "research");
  await sagewai.declareKey("gpu", "third-enrollment-key-of-gpu", "research");
  expect((await usable()).map(({ created_by }) => created_by).sort()).toEqual(["admin", "llm-gateway"]);
  // It is for whatever project its holder says, as Sagewai has it.
  expect(await register("by-hand", made.body.key, "gpu", "payroll")).toBe("approved");
});

it("the admin withdraws the key before it, with those who registered with it", async () => {
  expect(await register("stranger", GPU, "gpu", "research")).toBe(401);
  expect(await workers()).toEqual(["by-hand"]);
});

it("the admin brings no key back that was revoked", async () => {
  expect(await sagewai.declareKey("gpu", GPU, "research")).toMatchObject({
    status: 409,
    body: { detail: "The enrollment key of pool gpu was revoked." },
  });
  expect(await register("stranger", GPU, "gpu", "research")).toBe(401);
});

it("the admin forgets the workers of a pool whose key is revoked, and those of no other one", async () => {
  const { body } = await sagewai.declareKey("cpu", "enrollment-key-of-cpu");
  expect(await register("worker-cpu-0", "enrollment-key-of-cpu", "cpu")).toBe("approved");
  expect(await register("worker-gpu-0", "third-enrollment-key-of-gpu", "gpu", "research")).toBe("approved");
  expect((await revoke(body.id)).status).toBe(200);
  expect(await workers()).toEqual(["by-hand", "worker-gpu-0"]);
  expect((await revoke(body.id)).status).toBe(200);
});

it("the admin lets nobody in who registers just while the key is revoked", async () => {
  const { body } = await sagewai.declareKey("cpu", "hurried-enrollment-key-of-cpu");
  // The key was taken for valid, and used, before the worker is written down.
  const release = await holding("workers");
  const registering = register("stranger", "hurried-enrollment-key-of-cpu", "cpu");
  await expect.poll(waiting, { timeout: 60_000 }).toBe(1);
  // What a revocation does, in one go.
  await release(
    `UPDATE enrollment_keys SET revoked = true WHERE id = '${body.id}'`,
    "DELETE FROM workers WHERE pool = 'cpu'",
  );
  expect(await registering).toBe(401);
  expect(await workers()).toEqual(["by-hand", "worker-gpu-0"]);
});

it("the admin keeps keys made while it served over a restart, and revokes those of a former release with their workers", async () => {
  const before = await usable();
  await installFormerKey("tpu", "former-enrollment-key-of-tpu");
  expect(await register("worker-tpu-0", "former-enrollment-key-of-tpu", "tpu")).toBe(401);
  await sagewai.postgres.query("UPDATE workers SET pool = 'tpu' WHERE name = 'worker-gpu-0'", "sagewai");
  await admin.stop();
  expect((await sagewai.setUp()).output.split("\n")).toEqual([
    "sagewai set-up: revoked 1 enrollment key(s) of a former release",
    "sagewai set-up: forgot 1 worker(s) of their pools",
    "sagewai set-up: done",
  ]);
  admin = await sagewai.serve();
  expect(await usable()).toEqual(before);
  expect(await workers()).toEqual(["by-hand"]);
  expect(await register("worker-gpu-0", "third-enrollment-key-of-gpu", "gpu", "research")).toBe("approved");
});

it("the admin keeps keys also when its own folder is lost, and with it the organization that it had made up", async () => {
  const research = { "x-project-id": "research" };
  const task = { workflow_name: "any", model: "gpt-4o", pool: "gpu", input: {} };
  const { run_id } = (await sagewai.call<{ run_id: string }>("fleet/tasks", task, undefined, research)).body;
  await admin.stop();
  await rm(join(sagewai.folder, "home"), { recursive: true });
  expect((await sagewai.setUp()).exitCode).toBe(0);
  admin = await sagewai.serve();
  // Those of people are lost with the organization, as Sagewai has it.
  expect(await names()).toEqual(["pool gpu, project research"]);
  expect(await register("worker-gpu-1", "third-enrollment-key-of-gpu", "gpu", "research")).toBe("approved");
  // Workers that go on with what they were told before, by heartbeats, are of the new organization too, and so is their task.
  expect(await workers()).toEqual(["by-hand", "worker-gpu-0", "worker-gpu-1"]);
  expect((await sagewai.call(`fleet/tasks/${run_id}`, undefined, undefined, research)).body).toMatchObject({
    status: "pending",
  });
});
