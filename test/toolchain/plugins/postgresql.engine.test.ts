import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

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
  server = await TestPostgres.create({ password: "administrator-password" });
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

  it("leaves the password out of the state", async () => {
    const secret = await stack.output("secret");
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
    // What was granted to it goes by its name.
    const alone = (name: string) => `${program()}
      new postgresql.Role("alone", { name: "${name}", login: true, password: password.result }, opts);`;
    await stack.program(alone("before"));
    await stack.up();
    await stack.program(alone("after"));
    expect(await stack.plan()).toEqual({ alone: "update" });
    await stack.up();
    await server.login("after", await stack.output("secret"), "postgres");
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

  it("finds what was dropped behind its back, and mends it", async () => {
    await server.query("DROP DATABASE app");
    await stack.succeeds("refresh", "--yes", "--skip-preview");
    expect(await stack.plan()).toEqual({ database: "create", nobody: "create", schema: "create" });
    await stack.up();
    await server.login(ROLE, await stack.output("secret"), "app");
  });

  // What follows is what it is as strict in as the official plugin, whose source is public:
  // github.com/cyrilgdn/terraform-provider-postgresql. What only the stand-in forgave, no test here would show.

  it("doesn't look whether a password is still the one that the server has a verifier of", async () => {
    await server.query(`ALTER ROLE "${ROLE.replaceAll('"', '""')}" PASSWORD 'other'`);
    await stack.succeeds("refresh", "--yes", "--skip-preview");
    expect(await stack.plan()).toEqual({});
    await server.query(`ALTER ROLE "${ROLE.replaceAll('"', '""')}" PASSWORD '${await stack.output("secret")}'`);
  });

  it("takes over neither a role nor a database that is there", async () => {
    await server.query("CREATE ROLE theirs");
    await stack.program(`${program()} new postgresql.Role("mine", { name: "theirs" }, opts);`);
    expect(await stack.fails("up", "--yes", "--skip-preview")).toContain('role "theirs" already exists');
    await server.query("CREATE DATABASE theirs OWNER theirs");
    await stack.program(`${program()} new postgresql.Database("mine", { name: "theirs", owner: "theirs" }, opts);`);
    expect(await stack.fails("up", "--yes", "--skip-preview")).toContain('database "theirs" already exists');
    await server.query("DROP DATABASE theirs");
    await server.query("DROP ROLE theirs");
    await stack.program(program());
  });

  it("fails to delete what is gone, until a refresh has found that", async () => {
    await stack.program(`${program()}
      const gone = new postgresql.Role("gone", { name: "gone" }, opts);
      const lost = new postgresql.Database("lost", { name: "lost" }, opts);
      new postgresql.Grant("vain", { role: gone.name, database: lost.name, objectType: "database", privileges: [] }, opts);`);
    await stack.up();
    await server.query("DROP DATABASE lost");
    await server.query("DROP ROLE gone");
    await stack.program(program());
    expect(await stack.fails("up", "--yes", "--skip-preview")).toContain('database "lost" does not exist');
    await stack.succeeds("up", "--yes", "--skip-preview", "--refresh");
  });

  it("takes the search path from a role that it changes", async () => {
    const role = `"${ROLE.replaceAll('"', '""')}"`;
    await server.query(`ALTER ROLE ${role} SET search_path TO elsewhere`);
    await stack.program(program({ role: "connectionLimit: 9," }));
    await stack.up();
    expect(await server.query("SELECT rolconfig FROM pg_roles WHERE rolconnlimit = 9")).toEqual([{ rolconfig: null }]);
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
});

describe("an administrator who isn't a superuser", () => {
  const EVERYBODY = "SELECT has_database_privilege('public', 'theirs', 'CONNECT') AS open";

  /** The program, with a role and a database of such a one, a membership or none, and more settings of its provider. */
  function bossProgram({ member = "", settings = "superuser: false," } = {}): string {
    return `${program()}
      const boss = { provider: new postgresql.Provider("boss", {
        host: "127.0.0.1", port: ${server.port}, username: "boss", password: "boss-password", sslmode: "disable", ${settings}
      }) };
      const own = new postgresql.Role("own", { name: "own", login: true, password: "own-password" }, boss);
      const member = { ...boss, dependsOn: [own] };
      ${member}
      const theirs = new postgresql.Database("theirs", { name: "theirs", owner: own.name }, member);
      const everybody = { role: "public", database: theirs.name, objectType: "database", privileges: [] };
      new postgresql.Grant("everybody", everybody, member);`;
  }

  const MEMBER = `member.dependsOn = new postgresql.GrantRole(
    "member", { role: "boss", grantRole: own.name }, { ...boss, ignoreChanges: ["withAdminOption"] });`;

  beforeEach(async () => {
    await server.query("CREATE ROLE boss LOGIN CREATEROLE CREATEDB PASSWORD 'boss-password'");
  });

  afterEach(async () => {
    await stack.program(program());
    await stack.up();
    // The official plugin keeps in the state what it has made but can't read; the stand-in doesn't.
    await server.query("DROP ROLE IF EXISTS own");
    await server.query("DROP ROLE boss");
  });

  it("takes nothing from everybody, without an error, unless it is a member of the owner", async () => {
    await stack.program(bossProgram());
    await stack.up();
    expect(await server.query(EVERYBODY)).toEqual([{ open: true }]);
    expect(await stack.plan()).toEqual({ everybody: "update" });
    await server.query("REVOKE ALL ON DATABASE theirs FROM PUBLIC");
    const refused = await stack.fails("refresh", "--yes", "--skip-preview");
    expect(refused).toContain('permission denied for database "theirs"');
    await stack.program(bossProgram({ member: MEMBER }));
    await stack.up();
    expect(await server.query(EVERYBODY)).toEqual([{ open: false }]);
    expect(await stack.plan()).toEqual({});
  });

  it("is a member of an owner only while a database is made for it", async () => {
    await stack.program(bossProgram());
    await stack.up();
    expect(await server.query("SELECT pg_has_role('boss', 'own', 'USAGE') AS member")).toEqual([{ member: false }]);
    await server.login("own", "own-password", "theirs");
  });

  it("stays a member of what it was made one of, and PostgreSQL 16 lists its first membership first", async () => {
    await stack.program(bossProgram({ member: MEMBER }));
    await stack.up();
    expect(await stack.outputs("member")).toMatchObject({ role: "boss", grantRole: "own", withAdminOption: true });
    expect(await server.query("SELECT pg_has_role('boss', 'own', 'USAGE') AS member")).toEqual([{ member: true }]);
    await stack.program(bossProgram({ member: MEMBER.replace('ignoreChanges: ["withAdminOption"]', "") }));
    expect(await stack.plan()).toMatchObject({ member: "replace" });
  });

  it("is refused where the provider takes it for a superuser, who would read passwords back", async () => {
    await stack.program(bossProgram({ settings: "" }));
    expect(await stack.fails("up", "--yes", "--skip-preview")).toContain(
      "could not read role password from Postgres as connected user boss is not a SUPERUSER",
    );
  });

  it("changes a role, of which it says nothing that only a superuser may", async () => {
    await stack.program(bossProgram({ member: MEMBER }));
    await stack.up();
    await stack.program(bossProgram({ member: MEMBER }).replaceAll("own-password", "new-password"));
    await stack.up();
    await server.login("own", "new-password", "theirs");
    expect(await stack.plan()).toEqual({});
  });
});
