import { readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";

import { pythonEnvironment } from "../../../toolchain/python/environment.ts";
import { TestPostgres } from "../../postgres/server.ts";
import { litellmEnvironment, MASTER_KEY, TestProxy } from "./litellm.ts";

const PASSWORD = "a-password-of-the-test";

let postgres: TestPostgres;
let proxy: TestProxy;

const urlOf = (database: string) => postgres.url(database, `litellm:${PASSWORD}`);

beforeAll(async () => {
  postgres = await TestPostgres.create();
  await postgres.query(`CREATE ROLE litellm LOGIN PASSWORD '${PASSWORD}'`);
  await postgres.query("CREATE DATABASE litellm OWNER litellm");
  await postgres.query("CREATE DATABASE broken OWNER litellm");
  proxy = await TestProxy.start(urlOf("litellm"));
});

afterAll(async () => {
  await proxy.delete();
  await postgres.delete();
});

it("LiteLLM keeps virtual keys in the database", async () => {
  const created = await proxy.call("POST", "/key/generate", {
    key_alias: "first",
    models: ["gpt-4o"],
    max_budget: 5,
    metadata: { team: "a", nested: { list: [1, 2.5, null] } },
  });
  expect(created.status).toBe(200);
  const key = created.body["key"] as string;
  const token = created.body["token"] as string;

  expect(await proxy.call("GET", `/key/info?key=${token}`)).toMatchObject({
    status: 200,
    body: {
      info: {
        key_alias: "first",
        models: ["gpt-4o"],
        max_budget: 5,
        metadata: { team: "a", nested: { list: [1, 2.5, null] } },
      },
    },
  });
  expect((await proxy.call("GET", "/key/list")).body["keys"]).toContain(token);

  expect(await proxy.call("POST", "/key/update", { key: token, max_budget: 7, metadata: {} })).toMatchObject({
    status: 200,
  });
  expect(await proxy.call("GET", `/key/info?key=${token}`)).toMatchObject({
    body: { info: { max_budget: 7, metadata: {} } },
  });

  const message = { model: "gpt-4o", messages: [{ role: "user", content: "Hello" }] };
  expect(await proxy.call("POST", "/v1/chat/completions", message, key)).toMatchObject({
    status: 200,
    body: { choices: [{ message: { content: "A mocked answer." } }] },
  });

  expect(await proxy.call("POST", "/key/delete", { keys: [token] })).toMatchObject({ status: 200 });
  expect(await proxy.call("POST", "/key/delete", { keys: [token] })).toMatchObject({ status: 404 });
  expect((await proxy.call("GET", "/key/list")).body["keys"]).not.toContain(token);
});

it("LiteLLM keeps passwords and keys out of its log", async () => {
  const log = await proxy.log();

  expect(log).toContain("Application startup complete");
  expect(log).not.toContain(PASSWORD);
  expect(log).not.toContain(MASTER_KEY);
});

it("LiteLLM goes on at once when the database was down and is back", async () => {
  await postgres.stop();
  await proxy.untilReadiness(503);
  expect(await proxy.call("POST", "/key/generate", { key_alias: "while-down" })).toMatchObject({ status: 500 });

  await postgres.start();
  expect(await proxy.call("POST", "/key/generate", { key_alias: "after" })).toMatchObject({ status: 200 });
  await proxy.untilReadiness(200);
});

it("LiteLLM leaves no query engine behind when it is killed", async () => {
  const processes = await execa("ps", ["-eo", "pid=,ppid=,comm="]);
  const engines = [...processes.stdout.matchAll(/^\s*(\d+)\s+(\d+) query-engine$/gm)]
    .filter(([, , parent]) => Number(parent) === proxy.pid)
    .map(([, pid]) => Number(pid));
  // After an outage there are two for a while: LiteLLM replaces its engine, and retires the old one later.
  expect(engines).not.toEqual([]);

  await proxy.kill("SIGKILL");

  const alive = async () => {
    const { stdout } = await execa("ps", ["-o", "pid=", "-p", engines.join(",")], { reject: false });
    return stdout.trim();
  };
  await expect.poll(alive, { timeout: 5_000 }).toBe("");
});

it("LiteLLM does not migrate over tables that collide, and says which migration failed and why", async () => {
  const env = await litellmEnvironment(urlOf("broken"));
  await postgres.query('CREATE TABLE "LiteLLM_BudgetTable" (id INT)', "broken");
  await postgres.query(
    `CREATE TABLE _prisma_migrations (
      id TEXT, checksum TEXT, finished_at TIMESTAMPTZ, migration_name TEXT, logs TEXT, rolled_back_at TIMESTAMPTZ,
      started_at TIMESTAMPTZ DEFAULT now(), applied_steps_count INT DEFAULT 0
    )`,
    "broken",
  );
  await postgres.query("ALTER TABLE _prisma_migrations OWNER TO litellm", "broken");

  const { exitCode, all } = await execa("litellm", ["--skip_server_startup"], {
    cwd: tmpdir(),
    env,
    all: true,
    reject: false,
  });

  expect(exitCode).toBe(2);
  expect(all).toContain("Migration name: 20250326162113_baseline");
  expect(all).toContain('ERROR: column "budget_id" referenced in foreign key constraint does not exist');
  expect(all).not.toContain(PASSWORD);
});

it("LiteLLM has only migrations that may be run again after they failed", async () => {
  const venv = await pythonEnvironment("litellm");
  const lib = join(venv, "lib", (await readdir(join(venv, "lib")))[0] ?? "");
  const folder = join(lib, "site-packages", "litellm_proxy_extras", "migrations");
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const scripts = await Promise.all(
    names.map(async ({ name }) => {
      const script = await readFile(join(folder, name, "migration.sql"), "utf8");
      return { name, statements: script.replaceAll(/--.*/g, "").trim() };
    }),
  );

  expect(scripts.length).toBeGreaterThan(200);
  const ownTransaction = /^\s*(begin|commit|rollback|start transaction)\s*;/im;
  expect(scripts.filter(({ statements }) => ownTransaction.test(statements))).toEqual([]);
  const concurrent = scripts.filter(({ statements }) => /\bconcurrently\b/i.test(statements));
  expect(concurrent.length).toBeGreaterThan(0);
  const repeatable = /^create index concurrently if not exists [^;]*;$/i;
  expect(concurrent.filter(({ statements }) => !repeatable.test(statements))).toEqual([]);
});
