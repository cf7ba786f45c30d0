import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { openEngine } from "../../../toolchain/prisma/engine.ts";
import type { Engine } from "../../../toolchain/prisma/engine.ts";
import { TestPostgres } from "../../postgres/server.ts";

const SCHEMA = `
datasource client {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}
model Thing {
  id    String    @id
  spend Float     @default(0)
  data  Json      @default("{}")
  made  DateTime?
  tags  String[]
}
`;

let postgres: TestPostgres;
let engine: Engine;
let lost: string[];

const open = () => openEngine(new URL(postgres.url()), SCHEMA, (line) => lost.push(line));

beforeAll(async () => {
  postgres = await TestPostgres.create();
  await postgres.query(`CREATE TABLE "Thing" (
    id TEXT PRIMARY KEY, spend DOUBLE PRECISION NOT NULL DEFAULT 0, data JSONB NOT NULL DEFAULT '{}', made TIMESTAMPTZ,
    tags TEXT[]
  )`);
  engine = await open();
});

afterAll(async () => {
  await postgres.delete();
});

beforeEach(async () => {
  lost = [];
  await postgres.query('TRUNCATE "Thing"');
});

const query = (text: string, transaction?: string) => engine.query(JSON.stringify({ query: text }), transaction);
const create = (id: string) => `mutation { result: createOneThing(data: { id: "${id}" }) { id } }`;
const ids = async () => (await postgres.query('SELECT id FROM "Thing" ORDER BY id')).map((row) => row["id"] as unknown);

describe("a query", () => {
  it("writes and reads every kind of value", async () => {
    const data = `{ id: "a", spend: 5, data: "{\\"k\\":[1,\\"x\\"]}", made: "2026-01-02T03:04:05+02:00", tags: ["t", "u"] }`;

    expect(await query(`mutation { result: createOneThing(data: ${data}) { id spend data made tags } }`)).toBe(
      '{"data":{"result":{"id":"a","spend":5.0,"data":"{\\"k\\":[1,\\"x\\"]}","made":"2026-01-02T01:04:05.000Z","tags":["t","u"]}}}',
    );
  });

  it("answers a violated constraint in Prisma's words", async () => {
    await query(create("a"));

    expect(JSON.parse(await query(create("a")))).toMatchObject({
      errors: [{ user_facing_error: { error_code: "P2002", meta: { target: ["id"] } } }],
    });
  });

  it("reads columns of types that only Prisma's own driver knows", async () => {
    const sql = "SELECT 'n'::name AS a, ARRAY['m']::name[] AS b, pg_sleep(0) AS c, interval '1 day' AS d";

    expect(JSON.parse(await query(`mutation { result: queryRaw(query: "${sql}", parameters: "[]") }`))).toEqual({
      data: {
        result: {
          columns: ["a", "b", "c", "d"],
          types: ["string", "string-array", "string", "string"],
          rows: [["n", ["m"], "", "1 day"]],
        },
      },
    });
  });
});

describe("a batch", () => {
  const batch = (...texts: string[]) =>
    engine.query(JSON.stringify({ batch: texts.map((text) => ({ query: text, variables: {} })), transaction: true }));

  it("answers each of its queries", async () => {
    expect(await batch(create("a"), create("b"))).toBe(
      '{"batchResult":[{"data":{"result":{"id":"a"}}},{"data":{"result":{"id":"b"}}}]}',
    );
  });

  it("happens as a whole or not at all", async () => {
    await query(create("b"));

    expect(await batch(create("a"), create("b"))).toContain('"error_code":"P2002"');
    expect(await ids()).toEqual(["b"]);
  });
});

describe("a transaction", () => {
  const start = async () => (JSON.parse(await engine.start('{"max_wait":2000,"timeout":5000}')) as { id: string }).id;

  it("is seen by others once it is committed", async () => {
    const transaction = await start();
    await query(create("a"), transaction);
    expect(await ids()).toEqual([]);

    expect(await engine.commit(transaction)).toBe("{}");
    expect(await ids()).toEqual(["a"]);
  });

  it("leaves nothing when it is rolled back", async () => {
    const transaction = await start();
    await query(create("a"), transaction);

    expect(await engine.rollback(transaction)).toBe("{}");
    expect(await ids()).toEqual([]);
  });
});

it("the query engine answers that the database cannot be reached while it is down, in a transaction too, and recovers", async () => {
  const transaction = (JSON.parse(await engine.start('{"max_wait":2000,"timeout":5000}')) as { id: string }).id;
  await query(create("a"), transaction);
  await postgres.stop();

  const message = new RegExp(`^Can't reach database server at \`127\\.0\\.0\\.1:\\d+\`: `);
  expect(JSON.parse(await query(create("b")))).toMatchObject({
    errors: [{ user_facing_error: { error_code: "P1001", message: expect.stringMatching(message) as string } }],
  });
  expect(await query(create("b"), transaction)).toContain('"errors"');
  expect(lost).not.toEqual([]);

  await postgres.start();
  expect(await query(create("c"))).toBe('{"data":{"result":{"id":"c"}}}');
  expect(await ids()).toEqual(["c"]);
});

it("the query engine opens while the database is down, and answers once it is up", async () => {
  await postgres.stop();
  const engine = await open();
  const body = JSON.stringify({ query: create("a") });
  expect(await engine.query(body)).toContain('"error_code":"P1001"');

  await postgres.start();
  expect(await engine.query(body)).toBe('{"data":{"result":{"id":"a"}}}');
});
