import { execSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { access } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import getPort from "get-port";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";

import { LocalPostgresServer } from "../../../providers/local/postgres-server.ts";

// Under a folder that only its owner may enter, as a checkout in root's home is.
const folder = join(mkdtempSync(join(tmpdir(), "postgres server ")), "postgres");
let server: LocalPostgresServer;

beforeAll(async () => {
  const port = await getPort({ host: "127.0.0.1" });
  server = new LocalPostgresServer({ folder, port, password: "first-password", maxConnections: 20 });
  await server.start();
}, 60_000);

afterAll(() => server.destroy(), 60_000);

async function query(sql: string, password = "first-password", host = "127.0.0.1"): Promise<unknown[]> {
  const { port } = server.specification;
  const client = new pg.Client({ host, port, user: "postgres", password, database: "postgres" });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const postmaster = () => Number(readFileSync(join(folder, "data", "postmaster.pid"), "utf8").split("\n")[0]);

it("the local PostgreSQL listens with its settings, and takes nobody without the password", async () => {
  expect(await query("SHOW max_connections")).toEqual([{ max_connections: "20" }]);
  expect(await query("SHOW listen_addresses")).toEqual([{ listen_addresses: "127.0.0.1" }]);
  await expect(query("SELECT 1", "wrong")).rejects.toThrow("password authentication failed");
});

it("the local PostgreSQL asks every account of the machine for the password, in a way that does not tell it, and has no socket", async () => {
  expect(await query("SHOW unix_socket_directories")).toEqual([{ unix_socket_directories: "" }]);
  expect(await query("SELECT DISTINCT auth_method FROM pg_hba_file_rules")).toEqual([{ auth_method: "scram-sha-256" }]);
  expect(await query("SELECT rolpassword LIKE 'SCRAM-SHA-256$%' AS scram FROM pg_authid WHERE rolcanlogin")).toEqual([
    { scram: true },
  ]);
});

it("the local PostgreSQL keeps its data over a kill of all its processes", async () => {
  await query("CREATE TABLE kept AS SELECT 42 AS answer");
  execSync(`kill -9 ${postmaster()}`);
  await expect.poll(() => server.isRunning()).toBe(false);
  await server.start();
  expect(await query("SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
});

it("the local PostgreSQL leaves the process alone that has got its id after a reboot, and starts all the same", async () => {
  await server.stop();
  writeFileSync(join(folder, "data", "postmaster.pid"), `${process.pid}\n`);
  expect(await server.isRunning()).toBe(false);
  await server.start();
  expect(await server.isRunning()).toBe(true);
  expect(postmaster()).not.toBe(process.pid);
});

it("the local PostgreSQL is the same server to whoever comes by a link, who stops it before it starts again", async () => {
  const link = `${folder} by a link`;
  symlinkSync(folder, link);
  const same = new LocalPostgresServer({ ...server.specification, folder: link });
  const stops = () => readFileSync(join(folder, "log"), "utf8").split("database system is shut down").length;
  const before = stops();
  expect(await same.isRunning()).toBe(true);
  await same.start();
  expect(stops()).toBe(before + 1);
  expect(await server.isRunning()).toBe(true);
  await query("SELECT 1");
});

// As root of a container that lacks a capability; nobody else needs it.
it.runIf(process.getuid?.() === 0)("says what a root lacks who may not start it as another user", async () => {
  const program = `import { LocalPostgresServer } from ${JSON.stringify(import.meta.resolve("../../../providers/local/postgres-server.ts"))};
    const settings = { folder: ${JSON.stringify(join(folder, "..", "other"))}, port: 1, password: "p", maxConnections: 5 };
    await new LocalPostgresServer(settings).start().catch((error) => console.log(error.message));`;
  const lacking = ["--bounding-set=-setpcap", "--inh-caps=-setpcap", process.execPath];
  const { stdout } = await execa("setpriv", [...lacking, "--input-type=module", "--eval", program]);
  expect(stdout).toMatch(/this root may not start it as another user \(setpriv: .*--cap-add SETPCAP/);
});

it("the local PostgreSQL takes over another superuser password", async () => {
  const other = new LocalPostgresServer({ ...server.specification, password: "second-password" });
  await other.restart("first-password");
  await expect(query("SELECT 1")).rejects.toThrow("password authentication failed");
  expect(await query("SELECT 1 AS one", "second-password")).toEqual([{ one: 1 }]);
  server = other;
});

it("the local PostgreSQL writes no password to its log, even if the statement that sets it fails", async () => {
  await expect(query("ALTER ROLE nobody PASSWORD 'let-me-in'", "second-password")).rejects.toThrow("does not exist");
  expect(readFileSync(join(folder, "log"), "utf8")).not.toContain("let-me-in");
});

it("the local PostgreSQL is gone after destroy, twice", async () => {
  const pid = postmaster();
  await server.destroy();
  await server.destroy();
  await expect(access(folder)).rejects.toThrow("ENOENT");
  await expect.poll(() => existsSync(`/proc/${pid}/exe`)).toBe(false);
});
