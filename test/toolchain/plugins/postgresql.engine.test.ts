import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { TestPostgres } from "../../postgres/server.ts";
import { TestStack } from "./stack.ts";

/** Needs quoting wherever it stands in SQL. */
const ROLE = `o'app "1"`;

let server: TestPostgres;
let stack: TestStack;

/** The program, with more properties for its role and its database. */
function program({ role = "", database = "", name = ROLE } = {}): string {
  return `
    const provider = new postgresql.Provider("server", {
      host: "127.0.0.1", port: ${server.port}, username: "postgres", password: "${server.password}", sslmode: "disable",
    });
    const opts = { provider };
    const password = new random.RandomPassword("password", { length: 24, special: false });
    const role = new postgresql.Role("role", {
      name: ${JSON.stringify(name)}, login: true, password: password.result, ${role}
    }, opts);
    const database = new postgresql.Database("database", { name: "app", owner: role.name, ${database} }, opts);
    new postgresql.Grant("nobody", { role: "public", database: database.name, objectType: "database", privileges: [] }, opts);
    new postgresql.Grant("schema", {
      role: role.name, database: database.name, objectType: "schema", schema: "public", privileges: ["USAGE", "CREATE"],
    }, opts);
    export const secret = password.result;`;
}

beforeAll(async () => {
  server = await TestPostgres.create({ password: "administrator-password", flags: ["log_statement=all"] });
  stack = await TestStack.create();
  await stack.program(program());
  await stack.up();
});

afterAll(async () => {
  try {
    await stack.delete();
    const left =
      "SELECT rolname AS name FROM pg_roles WHERE rolname !~ '^pg_' UNION ALL SELECT datname FROM pg_database";
    const names = (await server.query<{ name: string }>(left)).map(({ name }) => name).sort();
    expect(names).toEqual(["postgres", "postgres", "template0", "template1"]);
  } finally {
    await server.delete();
  }
});

describe("the offline postgresql plugin", () => {
  it("makes a role that owns its database, and keeps everybody else out", async () => {
    const secret = await stack.output("secret");
    await server.login(ROLE, secret, "app");
    const rows = await server.query(
      `SELECT pg_get_userbyid(datdba) AS owner, has_database_privilege('public', datname, 'CONNECT') AS open
       FROM pg_database WHERE datname = 'app'`,
    );
    expect(rows).toEqual([{ owner: ROLE, open: false }]);
    expect(
      await server.query(`SELECT has_schema_privilege('${ROLE.replace("'", "''")}', 'public', 'CREATE') AS may`, "app"),
    ).toEqual([{ may: true }]);
  });

  it("plans nothing when nothing has changed, before and after a refresh", async () => {
    expect(await stack.plan()).toEqual({});
    await stack.succeeds("refresh", "--yes", "--skip-preview");
    expect(await stack.plan()).toEqual({});
  });

  it("leaves the password neither in state nor in the server's log", async () => {
    const secret = await stack.output("secret");
    const log = server.log();
    expect(log).toContain("CREATE ROLE");
    expect(log).not.toContain(secret);
    const state = await stack.exported();
    expect(state).not.toContain(secret);
    expect(state).not.toContain(server.password);
  });

  it("changes limits in place", async () => {
    await stack.program(program({ role: "connectionLimit: 5,", database: "connectionLimit: 7," }));
    expect(await stack.plan()).toEqual({ role: "update", database: "update" });
    await stack.up();
    expect(
      await server.query(
        "SELECT rolconnlimit, datconnlimit FROM pg_roles, pg_database WHERE datname = 'app' AND datdba = pg_roles.oid",
      ),
    ).toEqual([{ rolconnlimit: 5, datconnlimit: 7 }]);
    await stack.program(program());
    await stack.up();
  });

  it("renames a role in place, and it keeps its password", async () => {
    await stack.program(program({ name: "renamed" }));
    expect(await stack.plan()).toMatchObject({ role: "update" });
    await stack.up();
    await server.login("renamed", await stack.output("secret"), "app");
    await stack.program(program());
    await stack.up();
    expect(await stack.plan()).toEqual({});
  });

  it("replaces a database whose encoding changes, the old one first because both have one name", async () => {
    await stack.program(program({ database: 'encoding: "SQL_ASCII", lcCollate: "C", lcCtype: "C",' }));
    expect(await stack.plan()).toMatchObject({ database: "replace" });
    await stack.up();
    expect(
      await server.query("SELECT pg_encoding_to_char(encoding) AS encoding FROM pg_database WHERE datname = 'app'"),
    ).toEqual([{ encoding: "SQL_ASCII" }]);
    await stack.program(program());
    expect(await stack.plan()).toEqual({});
  });

  it("finds what was changed or dropped behind its back, and mends it", async () => {
    await server.query(`ALTER ROLE "${ROLE.replaceAll('"', '""')}" PASSWORD 'other'`);
    await server.query("DROP DATABASE app");
    await stack.succeeds("refresh", "--yes", "--skip-preview");
    expect(await stack.plan()).toEqual({ role: "update", database: "create", nobody: "create", schema: "create" });
    await stack.up();
    await server.login(ROLE, await stack.output("secret"), "app");
  });

  it("finishes what a run that was killed began", async () => {
    const state = await stack.exported();
    const { deployment } = JSON.parse(state) as { deployment: { resources: { urn: string }[] } };
    for (const { urn } of deployment.resources.reverse()) {
      const name = urn.split("::").at(-1) ?? "";
      if (!["role", "database", "nobody", "schema"].includes(name)) continue;
      await stack.succeeds("state", "delete", urn, "--yes");
    }
    expect(await stack.plan()).toMatchObject({ role: "create", database: "create" });
    await stack.up();
    expect(await stack.plan()).toEqual({});
  });

  it("never takes over a role that somebody else made", async () => {
    await server.query("CREATE ROLE theirs");
    await stack.program(`${program()} new postgresql.Role("mine", { name: "theirs" }, opts);`);
    expect(await stack.fails("up", "--yes", "--skip-preview")).toContain(
      "role theirs already exists, made by someone else; drop it or choose another name",
    );
    await server.query("DROP ROLE theirs");
    await stack.program(program());
    await stack.up();
  });

  it("refuses properties that it does not support instead of ignoring them", async () => {
    await stack.program(program({ role: 'searchPaths: ["app"],' }));
    expect(await stack.fails("preview")).toContain(
      "searchPaths: the offline plugin does not support it; it supports name,",
    );
    await stack.program(program());
  });

  it("serves an administrator who is no superuser", async () => {
    const administrator = 'host: "127.0.0.1", username: "boss", password: "boss-password", sslmode: "disable"';
    await server.query("CREATE ROLE boss LOGIN CREATEROLE CREATEDB PASSWORD 'boss-password'");
    await stack.program(`${program()}
      const boss = { provider: new postgresql.Provider("boss", { port: ${server.port}, ${administrator} }) };
      const own = new postgresql.Role("own", { name: "own", login: true, password: "own-password" }, boss);
      const theirs = new postgresql.Database("theirs", { name: "theirs", owner: own.name }, boss);
      const everybody = { role: "public", database: theirs.name, objectType: "database", privileges: [] };
      new postgresql.Grant("everybody", everybody, boss);`);
    await stack.up();
    expect(await stack.plan()).toEqual({});
    await server.login("own", "own-password", "theirs");
    expect(await server.query("SELECT has_database_privilege('public', 'theirs', 'CONNECT') AS open")).toEqual([
      { open: false },
    ]);
    const members = "SELECT pg_has_role('boss', 'own', 'USAGE') AS member";
    expect(await server.query(members)).toEqual([{ member: false }]);
    await stack.program(program());
    await stack.up();
    await server.query("DROP ROLE boss");
  });
});
