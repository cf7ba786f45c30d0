import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import pRetry from "p-retry";
import { afterAll, beforeAll, expect, it } from "vitest";

import { adminRows } from "../../operations/verify/fleet.ts";
import { SECRETS, storedSecrets, storedTexts, storeSecrets } from "./stored-secrets.ts";
import { type TestProcess, TestSagewai } from "./test-sagewai.ts";

// One admin through its life, each test going on where the one before it ended.

const MASTER_KEY = Buffer.alloc(32, 1).toString("base64url") + "=";
const OTHER_MASTER_KEY = Buffer.alloc(32, 2).toString("base64url") + "=";
const KEY = "sk-key-of-the-pool-gpu";

let sagewai: TestSagewai;
let admin: TestProcess;
let worker: TestProcess;

beforeAll(async () => {
  sagewai = await TestSagewai.onNewDatabase({
    apiToken: "sw_first-token-of-the-test",
    adminPassword: "first-password-of-the-test",
    masterKey: MASTER_KEY,
    enrollmentKeys: { gpu: "first-enrollment-key-gpu", cpu: "first-enrollment-key-cpu" },
  });
});

afterAll(async () => {
  for (const process of [worker, admin] as (TestProcess | undefined)[]) await process?.stop("SIGKILL");
  await sagewai.delete();
});

interface Worker {
  id: string;
  name: string;
  approval_status: string;
  capabilities: { pool: string; labels: Record<string, string>; models_supported: string[] };
}

/** Revokes a pool's key, as the provider does. */
async function revokeKey(pool: string): Promise<number> {
  const { body } = await sagewai.call<{ keys: { id: string; revoked: boolean; allowed_pools: string[] }[] }>(
    "fleet/enrollment-keys",
  );
  const key = body.keys.find(({ revoked, allowed_pools }) => !revoked && allowed_pools.includes(pool));
  const path = `fleet/enrollment-keys/${key?.id ?? "none"}`;
  return (await sagewai.call(path, undefined, undefined, {}, "DELETE")).status;
}

const workers = async () => (await sagewai.call<{ workers: Worker[] }>("fleet/workers")).body.workers;
const login = (password: string) => sagewai.call("auth/login", { email: "admin@acme.test", password });

async function run(model: string): Promise<{ status: string; output: string | null; error: string | null }> {
  const task = { pool: "gpu", payload: { agent: "test", message: "Who are you?", model } };
  const { run_id } = (await sagewai.call<{ run_id: string }>("fleet/tasks", task)).body;
  return pRetry(
    async () => {
      const { body } = await sagewai.call<Awaited<ReturnType<typeof run>>>(`fleet/tasks/${run_id}`);
      if (body.status !== "completed" && body.status !== "failed") throw new Error(`The task is ${body.status}.`);
      return body;
    },
    { retries: 300, minTimeout: 200, factor: 1 },
  );
}

it("the admin is set up from nothing, by two at once, and left alone after that", async () => {
  const [one, other] = await Promise.all([sagewai.setUp(), sagewai.setUp()]);
  expect([one.exitCode, other.exitCode]).toEqual([0, 0]);
  expect(await sagewai.setUp()).toEqual({ exitCode: 0, output: "sagewai set-up: done" });
});

it("the admin serves closed, to the declared password and token alone", async () => {
  admin = await sagewai.serve();
  expect((await fetch(`${sagewai.url}/api/v1/setup/status`)).status).toBe(401);
  expect((await sagewai.call("fleet/workers", undefined, "sw_another")).status).toBe(401);
  expect(await workers()).toEqual([]);
  expect((await login("first-password-of-the-test")).status).toBe(200);
});

it("the admin approves a worker that has the key of its pool", async () => {
  worker = await sagewai.worker("worker-gpu-0", "gpu", "first-enrollment-key-gpu", KEY);
  await worker.logged("worker-gpu-0 is ready: approved in pool gpu for gpt-4o, claude-sonnet");
  expect(await workers()).toMatchObject([
    {
      name: "worker-gpu-0",
      approval_status: "approved",
      capabilities: { pool: "gpu", labels: { env: "test" }, models_supported: ["gpt-4o", "claude-sonnet"] },
    },
  ]);
});

it("the admin runs a task through the gateway with the key of the pool, whatever the model's name", async () => {
  expect(await run("claude-sonnet")).toMatchObject({
    status: "completed",
    output: "I am claude-sonnet\n",
    error: null,
  });
  expect(await run("litellm_proxy/gpt-4o")).toMatchObject({ status: "completed", output: "I am gpt-4o\n" });
  expect(sagewai.requests).toEqual([
    { model: "claude-sonnet", key: `Bearer ${KEY}` },
    { model: "gpt-4o", key: `Bearer ${KEY}` },
  ]);
});

it("the admin keeps its worker over a restart of the worker", async () => {
  const [before] = await workers();
  await worker.stop();
  // Former releases kept what every task could read.
  const former = join(sagewai.home("worker-gpu-0"), "fleet", "0123456789abcdef.used.json");
  await writeFile(former, JSON.stringify({ worker_id: before?.id, worker_secret: "secret" }));
  worker = await sagewai.worker("worker-gpu-0", "gpu", "first-enrollment-key-gpu", KEY);
  await worker.logged("is ready");
  expect((await workers()).map(({ id }) => id)).toEqual([before?.id]);
  expect(existsSync(former)).toBe(false);
});

it("the admin does not take the registration over of a worker that crashed, whose task would never run again", async () => {
  const [before] = await workers();
  await worker.stop("SIGKILL");
  worker = await sagewai.worker("worker-gpu-0", "gpu", "first-enrollment-key-gpu", KEY);
  await worker.logged("is ready");
  const ids = (await workers()).map(({ id }) => id);
  expect(ids).toHaveLength(2);
  expect(ids).toContain(before?.id);
});

it("the admin tells the enrollment keys of its pools from those that people make", async () => {
  const verified = async () => {
    const holder = { models: [], budget: 1, softAction: "stop" };
    const workers = { replicas: 1, labels: {}, logs: "" };
    const pools = ["gpu", "cpu"].map((name) => ({ name, alias: name, ...holder, ...workers }));
    const server = { url: sagewai.url, logs: "" };
    const { apiToken: adminToken } = sagewai.declared;
    const holders = { projects: [], pools, keys: {}, models: [] };
    const deployment = { stack: "local", gateway: server, masterKey: "", admin: server, adminToken, ...holders };
    return (await Promise.all(adminRows(deployment))).find(({ check }) => check.includes("pools' workers"));
  };
  expect(await verified()).toMatchObject({ ok: true, detail: "enrollment keys of gpu, cpu, and no others" });
  const { body } = await sagewai.call<{ id: string }>("fleet/enrollment-keys", { name: "laptop", pools: ["gpu"] });
  const made = /"laptop" \(for gpu, made by admin on \d{4}-\d\d-\d\d\)/;
  expect(await verified()).toMatchObject({ ok: false, detail: expect.stringMatching(made) as string });
  await sagewai.postgres.query(`UPDATE enrollment_keys SET revoked = true WHERE id = '${body.id}'`, "sagewai");
  expect(await verified()).toMatchObject({ ok: true });
});

it("the admin refuses to be set up with another master key than the one that its secrets are encrypted with", async () => {
  await storeSecrets(sagewai);
  const before = await storedTexts(sagewai);
  const { exitCode, output } = await sagewai.setUp({ masterKey: OTHER_MASTER_KEY });
  expect(exitCode).toBe(1);
  expect(output).toBe(
    "sagewai set-up: SAGEWAI_MASTER_KEY is not the key that encrypted the secrets of this admin (admin-state.json). Give it the former key.",
  );
  expect(await storedTexts(sagewai)).toEqual(before);
});

it("the admin says what is wrong with what it was given", async () => {
  expect((await sagewai.setUp({ masterKey: "short" })).output).toBe(
    "sagewai set-up: SAGEWAI_MASTER_KEY must be 32 bytes in URL-safe base64, which is 44 characters ending in '=', got 5 characters.",
  );
  expect((await sagewai.setUp({ databaseUrl: sagewai.postgres.url("missing") })).output).toMatch(
    /^sagewai set-up: The database server has no such database \(127\.0\.0\.1:\d+\/missing\): .*\. Create it first\.$/,
  );
});

it("the admin changes to what is declared again when it starts again, while its worker waits", async () => {
  await admin.stop();
  Object.assign(sagewai.declared, {
    apiToken: "sw_second-token-of-the-test",
    adminPassword: "second-password-of-the-test",
    enrollmentKeys: { gpu: "second-enrollment-key-gpu" },
    masterKey: `${OTHER_MASTER_KEY} ${MASTER_KEY}`,
  });
  await worker.logged("lost the admin");
  expect((await sagewai.setUp()).output.split("\n")).toEqual([
    "sagewai set-up: encrypted admin-state.json, connections.json, profiles.json with the new master key",
    "sagewai set-up: set the administrator's password to the declared one and ended all sessions",
    "sagewai set-up: done",
  ]);
  admin = await sagewai.serve();
  expect(await revokeKey("cpu")).toBe(200);
  expect((await sagewai.call("fleet/workers", undefined, "sw_first-token-of-the-test")).status).toBe(401);
  expect((await login("first-password-of-the-test")).status).toBe(401);
  expect((await login("second-password-of-the-test")).status).toBe(200);
});

it("the admin has its secrets encrypted with the new master key, and goes on with them once nobody knows the former one", async () => {
  expect(await storedSecrets(sagewai, OTHER_MASTER_KEY)).toEqual(SECRETS);
  await expect(storedSecrets(sagewai, MASTER_KEY)).rejects.toThrow("another key");
  const full = await sagewai.call<{ secrets: object }>("admin/sealed/profiles/team/full");
  expect(full.body.secrets).toEqual({ TOKEN: "secret-of-a-profile" });
  const before = await storedTexts(sagewai);
  expect(await sagewai.setUp({ masterKey: OTHER_MASTER_KEY })).toMatchObject({ exitCode: 0 });
  expect(await storedTexts(sagewai)).toEqual(before);
});

it("the admin keeps what it encrypts in files of its own, and none of it in PostgreSQL", async () => {
  const encrypted = "gAAAA";
  for (const { text } of Object.values(await storedTexts(sagewai))) expect(text).toContain(`fernet:${encrypted}`);
  const tables = await sagewai.postgres.query<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'",
    "sagewai",
  );
  expect(tables.length).toBeGreaterThan(5);
  for (const { name } of tables) {
    const statement = `SELECT 1 FROM "${name}" AS found WHERE found::text LIKE '%${encrypted}%'`;
    expect(await sagewai.postgres.query(statement, "sagewai"), name).toEqual([]);
  }
});

it("the admin expels who registered with a key that is no longer declared, and lets in the pool's workers with its new one", async () => {
  expect(await worker.ended()).toBe(1);
  expect(await readFile(worker.log, "utf8")).toContain(
    "the admin does not know worker-gpu-0 any more: registering it again\n" +
      "sagewai worker: the admin refused to register worker-gpu-0: the enrollment key of its pool is unknown or revoked (401).",
  );
  worker = await sagewai.worker("worker-gpu-0", "gpu", "second-enrollment-key-gpu", KEY);
  await worker.logged("is ready");
  expect(await workers()).toMatchObject([{ name: "worker-gpu-0", approval_status: "approved" }]);
  expect(await run("gpt-4o")).toMatchObject({ status: "completed", output: "I am gpt-4o\n" });
});

it("the admin turns away a worker with a revoked key, which says so", async () => {
  const stranger = await sagewai.worker("worker-cpu-0", "cpu", "first-enrollment-key-cpu", KEY);
  expect(await stranger.ended()).toBe(1);
  expect(await readFile(stranger.log, "utf8")).toBe(
    "sagewai worker: the admin refused to register worker-cpu-0: the enrollment key of its pool is unknown or revoked (401). " +
      "Run `pulumi refresh`, then `pulumi up`.\n",
  );
});

it("the admin shows no secret in its logs nor to other users of the machine", async () => {
  const commands = [admin, worker].map(({ pid }) => readFile(`/proc/${pid}/cmdline`, "utf8"));
  const logs = [admin, worker].map(({ log }) => readFile(log, "utf8"));
  const shown = (await Promise.all([...commands, ...logs])).join("\n");
  expect(shown).toContain("worker.py");
  expect(shown).toContain("POST /api/v1/fleet/claim");
  for (const secret of [KEY, MASTER_KEY, OTHER_MASTER_KEY, "first-", "second-", ...SECRETS]) {
    expect(shown).not.toContain(secret);
  }
});
