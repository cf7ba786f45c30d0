import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import getPort from "get-port";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";

import { SOFTWARE } from "../../components/kubernetes/images.ts";
import { initialization } from "../../components/kubernetes/trial-databases.ts";
import { LocalPostgresServer } from "../../providers/local/postgres-server.ts";
import { pythonEnvironment } from "../../toolchain/python/environment.ts";
import { litellmRuntime } from "../../toolchain/python/runtime.ts";

const folder = mkdtempSync(join(tmpdir(), "kubernetes-migration-"));
let server: LocalPostgresServer;

beforeAll(async () => {
  const port = await getPort({ host: "127.0.0.1" });
  server = new LocalPostgresServer({
    folder: join(folder, "postgres"),
    port,
    password: "administrator",
    maxConnections: 20,
  });
  await server.start();
  const passwords = { litellm: "of-litellm", sagewai: "of-sagewai" };
  // psql sends each statement by itself; together they would be one transaction, which can't hold CREATE DATABASE.
  for (const statement of initialization(passwords).trim().split("\n")) {
    await query("postgres", "administrator", "postgres", statement);
  }
}, 60_000);

afterAll(async () => {
  await server.destroy();
  rmSync(folder, { recursive: true });
}, 60_000);

async function query(user: string, password: string, database: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ host: "127.0.0.1", port: server.specification.port, user, password, database });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function tables(): Promise<number> {
  const sql = "SELECT count(*)::int AS tables FROM information_schema.tables WHERE table_schema = 'public'";
  const [row] = await query("litellm", "of-litellm", "litellm", sql);
  return (row as { tables: number }).tables;
}

/** Runs the Job's command with what the Job gives it, and nothing of this machine's environment. */
async function migrate(environment: Record<string, string>) {
  const venv = await pythonEnvironment("litellm");
  const [command = "", ...args] = SOFTWARE.litellm.migration ?? [];
  const data = join(folder, "data");
  mkdirSync(data, { recursive: true });
  const image = Object.entries(SOFTWARE.litellm.environment(0)).map(
    ([name, value]) => [name, value.replace("{data}", data)] as const,
  );
  return execa(command, args, {
    extendEnv: false,
    preferLocal: false,
    reject: false,
    all: true,
    cwd: data,
    env: { ...litellmRuntime(venv, "/usr/bin:/bin"), ...Object.fromEntries(image), ...environment, HOME: data },
  });
}

const url = () => `postgresql://litellm:of-litellm@127.0.0.1:${server.specification.port}/litellm`;

it("the script gives each role of the trial server its own database, which no other may enter", async () => {
  expect(await query("sagewai", "of-sagewai", "sagewai", "SELECT current_user AS me")).toEqual([{ me: "sagewai" }]);
  await expect(query("sagewai", "of-sagewai", "litellm", "SELECT 1")).rejects.toThrow("permission denied for database");
});

it("the migration brings LiteLLM's database up to date with its URL as the only secret, again and again", async () => {
  expect(await tables()).toBe(0);
  const first = await migrate({ DATABASE_URL: url(), DISABLE_SCHEMA_UPDATE: "false" });
  expect(first.exitCode, first.all).toBe(0);
  expect(await tables()).toBeGreaterThan(20);
  const second = await migrate({ DATABASE_URL: url(), DISABLE_SCHEMA_UPDATE: "false" });
  expect(second.exitCode, second.all).toBe(0);
}, 240_000);

it("LiteLLM of this release reads the variable of a read replica, and keeps as many connections to it as to the server", async () => {
  const { all } = await migrate({
    DATABASE_URL: url(),
    DATABASE_URL_READ_REPLICA: url(),
    DISABLE_SCHEMA_UPDATE: "true",
  });
  expect(all).toContain("(writer connection_limit 10 + reader connection_limit 10)");
}, 240_000);

it("the migration fails, and with it the rollout, when it can't reach the database", async () => {
  const closed = await getPort({ host: "127.0.0.1" });
  const failed = await migrate({
    DATABASE_URL: `postgresql://litellm:of-litellm@127.0.0.1:${closed}/litellm`,
    DISABLE_SCHEMA_UPDATE: "false",
  });
  expect(failed.exitCode).not.toBe(0);
  expect(failed.all).not.toContain("of-litellm");
  // What the kubelet keeps of a log, and Pulumi shows at the end of `up`.
  const end = Buffer.from(failed.all.split("\n").slice(-80).join("\n")).subarray(-2048).toString();
  expect(end).toContain("Can't reach database server");
}, 240_000);
