import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";

import { provider as postgres } from "../../../providers/local/postgres.ts";
import { provider as service } from "../../../providers/local/service.ts";

// What the engine asks of the providers when a stack of this machine was renamed from `former` to `next`.

const home = mkdtempSync(join(tmpdir(), "renamed stack "));

/** A worker that notes in its data that it has been there. */
const worker = (folder: string) => ({
  ...{ folder, software: "sagewai" as const, command: ["sh", "-c", "date >>visits; echo ready; exec sleep 600"] },
  ...{ readyWhenLogged: "ready", environment: {}, secrets: {}, files: {}, secretFiles: {} },
  ...{ startSeconds: 20, stopSeconds: 2 },
});
const database = (folder: string) => ({ folder, password: "a-password", maxConnections: 20 });

type Server = Parameters<typeof postgres.update>[1];
type Running = Parameters<typeof service.update>[1];
let server: Server;
let running: Running;

const checked = async (olds: object, news: ReturnType<typeof database>) =>
  (await postgres.check(olds as Server, news)).inputs as Parameters<typeof postgres.create>[0];

/** What the state has afterwards. */
async function outsOf<State>(step: Promise<{ outs?: State }>): Promise<State> {
  const { outs } = await step;
  if (outs === undefined) throw new Error("The provider gave no outputs.");
  return outs;
}

async function query(sql: string): Promise<unknown[]> {
  const client = new pg.Client({ host: "127.0.0.1", port: server.port, user: "postgres", password: server.password });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  process.env["LLM_GATEWAY_HOME"] = home;
  server = await outsOf(postgres.create(await checked({}, database("former/postgres"))));
  running = await outsOf(service.create({ ...worker("former/worker"), start: 1 }));
});

afterAll(async () => {
  await postgres.delete("any", server);
  await service.delete("any", running);
  await rm(home, { recursive: true, force: true });
  delete process.env["LLM_GATEWAY_HOME"];
});

it("a renamed local stack takes its database along, which an update does and no replacement", async () => {
  await query("CREATE TABLE kept AS SELECT 42 AS answer");
  const inputs = await checked(server, database("next/postgres"));
  expect(inputs).toMatchObject({ port: server.port, start: 1 });
  expect(await postgres.diff("any", server, inputs)).toEqual({ changes: true, replaces: [] });
  server = await outsOf(postgres.update("any", server, inputs));
  expect(await query("SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
  expect(readdirSync(join(home, "next"))).toEqual(["postgres"]);
});

it("a renamed local stack takes its services' data along, and leaves nothing where it was", async () => {
  const inputs = { ...worker("next/worker"), start: 1 };
  expect(await service.diff("any", running, inputs)).toEqual({ changes: true, replaces: [] });
  running = await outsOf(service.update("any", running, inputs));
  const visits = readFileSync(join(home, "next", "worker", "data", "visits"), "utf8");
  expect(visits.trim().split("\n")).toHaveLength(2);
  expect(existsSync(join(home, "former"))).toBe(false);
});

it("a renamed local stack finishes a move that was interrupted after the data had gone", async () => {
  const moved = { ...running, folder: "former/worker" };
  running = await outsOf(service.update("any", moved, { ...worker("next/worker"), start: 2 }));
  expect(readFileSync(join(home, "next", "worker", "log"), "utf8")).toContain("ready");
});

it("a renamed local stack touches nothing that another stack has where it is to be", async () => {
  await mkdir(join(home, "taken", "worker"), { recursive: true });
  writeFileSync(join(home, "taken", "worker", "log"), "of another stack");
  await expect(service.update("any", running, { ...worker("taken/worker"), start: 2 })).rejects.toThrow(
    /can't be moved to .*taken\/worker.* another stack's/s,
  );
  expect(await service.check(running, { ...worker("next/worker") })).toMatchObject({ inputs: { start: 2 } });
  expect(readFileSync(join(home, "taken", "worker", "log"), "utf8")).toBe("of another stack");
});

it("a new local stack leaves alone what a renamed one, or one whose state is lost, has in its folder", async () => {
  const foreign = await checked({}, { ...database("next/postgres"), password: "another-password" });
  await expect(postgres.create(foreign)).rejects.toThrow(/next\/postgres has the database of another stack/);
  expect(await query("SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
  // Interrupted just before the state had it: the next run chooses another port.
  server = await outsOf(postgres.create(await checked({}, database("next/postgres"))));
  expect(await query("SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
  const pidFile = join(home, "next", "postgres", "data", "postmaster.pid");
  process.kill(Number(readFileSync(pidFile, "utf8").split("\n")[0]));
  await expect.poll(() => existsSync(pidFile), { timeout: 60_000 }).toBe(false);
  expect((await checked(server, database("next/postgres"))).start).toBe(2);
  await expect(postgres.create(foreign)).rejects.toThrow("of one whose state is lost");
});
