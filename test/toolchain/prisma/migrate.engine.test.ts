import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";

import { TestPostgres } from "../../postgres/server.ts";

const PRISMA = join(import.meta.dirname, "../../../toolchain/prisma/bin/prisma");

let postgres: TestPostgres;
let folder: string;
let database: string;
let count = 0;

beforeAll(async () => {
  postgres = await TestPostgres.create();
});

afterAll(async () => {
  await postgres.delete();
});

beforeEach(async () => {
  database = `migrate${++count}`;
  await postgres.query(`CREATE DATABASE ${database}`);
  folder = await mkdtemp(join(tmpdir(), "llm gateway migrations "));
  return () => rm(folder, { recursive: true });
});

async function migration(name: string, sql: string): Promise<void> {
  await mkdir(join(folder, "migrations", name), { recursive: true });
  await writeFile(join(folder, "migrations", name, "migration.sql"), sql);
}

async function prisma(env: Record<string, string>, ...args: string[]) {
  const { exitCode, stdout, stderr } = await execa(PRISMA, args, {
    ...{ cwd: folder, reject: false },
    env: { DATABASE_URL: postgres.url(database), ...env },
  });
  return { exitCode, stdout, stderr };
}

const ledger = () =>
  postgres.query(
    `SELECT migration_name AS name, finished_at IS NOT NULL AS finished, rolled_back_at IS NOT NULL AS undone, logs
     FROM _prisma_migrations ORDER BY started_at`,
    database,
  );

const APPLIED = { finished: true, undone: false, logs: null };

it("the migration runner runs migrations in order, once", async () => {
  await migration("2_second", "ALTER TABLE thing ADD COLUMN name TEXT; -- no line break at the end");
  await migration("1_first", "CREATE TABLE thing (id INT);");

  expect(await prisma({}, "migrate", "deploy")).toEqual({
    exitCode: 0,
    stdout: "Applying migration `1_first`\nApplying migration `2_second`\n2 migrations have been applied.",
    stderr: "",
  });
  expect(await prisma({}, "migrate", "deploy")).toEqual({
    exitCode: 0,
    stdout: "No pending migrations to apply.",
    stderr: "",
  });
  expect(await ledger()).toEqual([
    { name: "1_first", ...APPLIED },
    { name: "2_second", ...APPLIED },
  ]);
});

it("the migration runner names a migration that failed and Postgres's reason, undoes it, and runs it again next time", async () => {
  await migration("1_broken", "CREATE TABLE thing (id INT); ALTER TABLE missing ADD COLUMN name TEXT;");
  await migration("2_next", "CREATE TABLE next (id INT);");
  const reason = 'Database error code: 42P01\n\nDatabase error:\nERROR: relation "missing" does not exist';

  expect(await prisma({}, "migrate", "deploy")).toEqual({
    exitCode: 1,
    stdout: "Applying migration `1_broken`",
    stderr:
      "Error: P3018\n\nA migration failed to apply. Its changes were undone; it runs again next time.\n\n" +
      `Migration name: 1_broken\n\n${reason}`,
  });
  const failed = { name: "1_broken", finished: false, undone: true, logs: reason };
  expect(await ledger()).toEqual([failed]);

  await postgres.query("CREATE TABLE missing (id INT)", database);
  expect(await prisma({}, "migrate", "deploy")).toMatchObject({ exitCode: 0 });
  expect(await ledger()).toEqual([failed, { name: "1_broken", ...APPLIED }, { name: "2_next", ...APPLIED }]);
});

it("the migration runner undoes a migration that was interrupted, and runs it again", async () => {
  await migration("1_slow", "CREATE TABLE thing (id INT); SELECT pg_sleep(600);");
  const run = execa(PRISMA, ["migrate", "deploy"], {
    cwd: folder,
    env: { DATABASE_URL: postgres.url(database) },
    reject: false,
  });
  const sleeping = "SELECT pid FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND wait_event = 'PgSleep'";
  await expect.poll(() => postgres.query(sleeping), { timeout: 60_000 }).toHaveLength(1);
  run.kill("SIGKILL");
  await run;
  await postgres.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}' AND wait_event = 'PgSleep'`,
  );

  await migration("1_slow", "CREATE TABLE thing (id INT);");
  expect(await prisma({}, "migrate", "deploy")).toMatchObject({ exitCode: 0 });
  expect(await ledger()).toEqual([
    { name: "1_slow", finished: false, undone: true, logs: null },
    { name: "1_slow", ...APPLIED },
  ]);
});

it("the migration runner builds indexes concurrently, which no transaction may", async () => {
  await migration("1_table", "CREATE TABLE thing (id INT);");
  await migration("2_index", "-- an index\nCREATE INDEX CONCURRENTLY IF NOT EXISTS by_id ON thing (id);");

  expect(await prisma({}, "migrate", "deploy")).toMatchObject({ exitCode: 0 });
  expect(await ledger()).toEqual([
    { name: "1_table", ...APPLIED },
    { name: "2_index", ...APPLIED },
  ]);
});

it("the migration runner runs each migration once when two run at the same time", async () => {
  await migration("1_table", "CREATE TABLE thing (id INT); SELECT pg_sleep(0.3);");

  const runs = await Promise.all([prisma({}, "migrate", "deploy"), prisma({}, "migrate", "deploy")]);

  expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  expect(await ledger()).toEqual([{ name: "1_table", ...APPLIED }]);
});

it("the migration runner takes no lock that its caller holds already", async () => {
  await migration("1_table", "CREATE TABLE thing (id INT);");
  const caller = new pg.Client({ connectionString: postgres.url(database) });
  await caller.connect();
  try {
    await caller.query("BEGIN; SELECT pg_advisory_xact_lock(72707369)");
    const waits = prisma({ PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK: "0" }, "migrate", "deploy");
    expect(await prisma({ PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK: "1" }, "migrate", "deploy")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("1 migrations have been applied.") as string,
    });
    await caller.query("COMMIT");
    expect(await waits).toMatchObject({ exitCode: 0, stdout: "No pending migrations to apply." });
  } finally {
    await caller.end();
  }
});

it("the migration runner records what became of a migration that failed, as LiteLLM asks it to", async () => {
  await migration("1_table", "CREATE TABLE thing (id INT);");
  await migration("2_data", "INSERT INTO thing VALUES (1);");
  await prisma({}, "migrate", "deploy");
  await postgres.query("UPDATE _prisma_migrations SET finished_at = NULL", database);

  expect(await prisma({}, "migrate", "resolve", "--rolled-back", "2_data")).toEqual({
    exitCode: 0,
    stdout: "Migration 2_data marked as rolled back.",
    stderr: "",
  });
  expect(await prisma({}, "migrate", "resolve", "--applied", "1_table")).toMatchObject({ exitCode: 0, stderr: "" });
  expect(await ledger()).toEqual([
    { name: "1_table", finished: false, undone: true, logs: null },
    { name: "2_data", finished: false, undone: true, logs: null },
    { name: "1_table", ...APPLIED },
  ]);
});

it.each([
  [
    ["--rolled-back", "1_table"],
    "P3012\n\nMigration `1_table` cannot be rolled back because it is not in a failed state.",
  ],
  [["--applied", "1_table"], "P3008\n\nThe migration `1_table` is already recorded as applied in the database."],
  [["--applied", "3_other"], "P3017\n\nThe migration `3_other` could not be found."],
])("the migration runner refuses to record %j of a migration that ran", async (options, reason) => {
  await migration("1_table", "CREATE TABLE thing (id INT);");
  await prisma({}, "migrate", "deploy");
  expect(await prisma({}, "migrate", "resolve", ...options)).toEqual({
    exitCode: 1,
    stdout: "",
    stderr: `Error: ${reason}`,
  });
});

it("the migration runner leaves a database alone that holds other tables", async () => {
  await postgres.query("CREATE TABLE theirs (id INT)", database);
  await migration("1_table", "CREATE TABLE thing (id INT);");

  expect(await prisma({}, "migrate", "deploy")).toEqual({
    exitCode: 1,
    stdout: "",
    stderr: "Error: P3005\n\nThe database schema is not empty. Use an empty database for LiteLLM.",
  });
});

it("the migration runner says where it could not connect, without the password", async () => {
  const { exitCode, stderr } = await execa(PRISMA, ["migrate", "deploy"], {
    cwd: folder,
    env: { DATABASE_URL: "postgresql://u:secret@127.0.0.1:1/d" },
    reject: false,
  });

  expect(exitCode).toBe(1);
  expect(stderr).toBe("Error: P1001: Can't reach database server at `127.0.0.1:1`\n\nconnect ECONNREFUSED 127.0.0.1:1");
});

it("the migration runner does nothing and succeeds for what the Python environment already did", async () => {
  expect(await prisma({}, "generate")).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  expect(await prisma({}, "--version")).toEqual({ exitCode: 0, stdout: "", stderr: "" });
});

it("the migration runner refuses what needs Prisma's own engine", async () => {
  expect(await prisma({}, "db", "push")).toEqual({
    exitCode: 1,
    stdout: "",
    stderr:
      "Error: `prisma db push` is not available here, where only `prisma migrate deploy` and `prisma migrate resolve` are.",
  });
});
