import { networkInterfaces } from "node:os";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

import { TestPostgres } from "../postgres/server.ts";
import { TestStack } from "../toolchain/plugins/stack.ts";
import { databasesProgram, formerProgram } from "./databases-stack.ts";

// The databases on a server of its users' own, whose administrator isn't a superuser, as on every cloud's: Cloud SQL's has
// CREATEROLE and CREATEDB (https://cloud.google.com/sql/docs/postgres/users), and so has RDS's.

// Each test runs the engine up to seven times.
vi.setConfig({ testTimeout: 300_000 });

const BOSS = { username: "boss", password: "boss-password" };
const NAMES = ["litellm", "sagewai"];

/** Whether this machine has a loopback address of IPv6; some containers have none. */
const hasIPv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === "::1"),
);

let server: TestPostgres;
let stack: TestStack;
let program: string;

beforeAll(async () => {
  server = await TestPostgres.create({
    password: "administrator-password",
    flags: ["log_statement=all", `listen_addresses=127.0.0.1${hasIPv6 ? ",::1" : ""}`],
  });
});

afterAll(() => server.delete());

beforeEach(async () => {
  await server.query(`CREATE ROLE boss LOGIN CREATEROLE CREATEDB PASSWORD '${BOSS.password}'`);
  stack = await TestStack.create();
  program = databasesProgram({ port: server.port, ...BOSS });
  await stack.program(program);
});

afterEach(async () => {
  // The first time, whatever the test has done.
  await stack.delete();
  await server.query("DROP ROLE boss");
  expect(await names("SELECT rolname AS name FROM pg_roles WHERE rolname !~ '^pg_'")).toEqual(["postgres"]);
  expect(await names("SELECT datname AS name FROM pg_database WHERE NOT datistemplate")).toEqual(["postgres"]);
});

async function names(statement: string): Promise<string[]> {
  return (await server.query<{ name: string }>(statement)).map(({ name }) => name).sort();
}

/** The databases that every role of the server may connect to. */
function open(): Promise<string[]> {
  return names(
    `SELECT datname AS name FROM pg_database
     WHERE datname IN ('litellm', 'sagewai') AND has_database_privilege('public', datname, 'CONNECT')`,
  );
}

async function passwordOf(service: string): Promise<string> {
  return new URL(await stack.output(service)).password;
}

async function refresh(): Promise<void> {
  await stack.succeeds("refresh", "--yes", "--skip-preview");
}

/** Forgets a resource, as if the run that made it had been killed before the state was written. */
async function forget(type: string, name: string): Promise<void> {
  await stack.succeeds("state", "delete", await stack.urn(`${type}::${name}`), "--target-dependents", "--yes");
}

describe("an administrator who isn't a superuser", () => {
  it("closes both databases to everybody, and nothing changes after that", async () => {
    await stack.up();
    expect(await open()).toEqual([]);
    expect(await stack.plan()).toEqual({});
    await refresh();
    expect(await stack.plan()).toEqual({});
    await stack.succeeds("up", "--yes", "--skip-preview", "--refresh");
    expect(await open()).toEqual([]);
    for (const name of NAMES) await server.login(name, await passwordOf(name), name);
    await expect(server.login("litellm", await passwordOf("litellm"), "sagewai")).rejects.toThrow("permission denied");
  });

  it("closes those that a former release has left open, and changes nothing else", async () => {
    await stack.program(formerProgram({ port: server.port, ...BOSS }));
    await stack.up();
    expect(await open()).toEqual(NAMES);
    await stack.program(program);
    const plan = await stack.plan();
    const others = Object.entries(plan).filter(([, operation]) => operation !== "update");
    expect(Object.fromEntries(others)).toEqual({
      "litellm-administrator": "create",
      "sagewai-administrator": "create",
    });
    await stack.up();
    expect(await open()).toEqual([]);
    expect(await stack.plan()).toEqual({});
    for (const name of NAMES) await server.login(name, await passwordOf(name), name);
  });

  it("gets back in where a former release has closed them to itself too", async () => {
    await stack.program(formerProgram({ port: server.port, ...BOSS }));
    await stack.up();
    for (const name of NAMES) await server.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
    expect(await stack.fails("refresh", "--yes", "--skip-preview")).toContain(
      'permission denied for database "litellm"',
    );
    await stack.program(program);
    await stack.up();
    await refresh();
    expect(await stack.plan()).toEqual({});
  });

  it("destroys databases that are full and in use", async () => {
    await stack.up();
    const url = await stack.output("litellm");
    await server.as(url, "CREATE TABLE keys (name text)");
    const connection = await server.stay(url);
    await stack.succeeds("destroy", "--yes", "--skip-preview");
    await connection.end().catch(() => undefined);
    expect(await names("SELECT datname AS name FROM pg_database WHERE NOT datistemplate")).toEqual(["postgres"]);
  });

  it("replaces no database when another one takes its place", async () => {
    await stack.up();
    await server.query("CREATE ROLE other LOGIN SUPERUSER PASSWORD 'other-password'");
    await stack.program(databasesProgram({ port: server.port, username: "other", password: "other-password" }));
    const plan = await stack.plan();
    expect(plan).toMatchObject({ "litellm-administrator": "replace", "sagewai-administrator": "replace" });
    expect(plan).not.toHaveProperty("litellm");
    expect(plan).not.toHaveProperty("sagewai");
    await stack.up();
    expect(await stack.plan()).toEqual({});
    await stack.succeeds("destroy", "--yes", "--skip-preview");
    await server.query("DROP ROLE other");
  });

  it("fails while everybody may still connect, where it can't act for the owner", async () => {
    await server.query("ALTER ROLE boss NOINHERIT");
    const said = await stack.fails("up", "--yes", "--skip-preview");
    // The one that comes first ends the run.
    expect(said).toMatch(/every role of the server may still connect to the database "(litellm|sagewai)"/);
    expect(said).toContain(`'ALTER ROLE "boss" INHERIT'`);
    await server.query("ALTER ROLE boss INHERIT");
    const replaced = NAMES.flatMap((name) => ["--replace", `**::${name}-administrator`]);
    await stack.succeeds("up", "--yes", "--skip-preview", ...replaced);
    expect(await open()).toEqual([]);
  });
});

it.runIf(hasIPv6)("has its databases on a server that is named by an IPv6 address", async () => {
  await stack.program(databasesProgram({ port: server.port, ...BOSS, host: "::1" }));
  await stack.up();
  expect(await stack.plan()).toEqual({});
  const url = await stack.output("litellm");
  expect(new URL(url).host).toBe(`[::1]:${server.port}`);
  await server.as(url, "SELECT 1");
});

describe("another stack on the same server", () => {
  it("is refused without names of its own, and with a prefix has roles and databases beside the first one's", async () => {
    await stack.up();
    const other = await TestStack.create();
    try {
      await other.program(program);
      expect(await other.fails("up", "--yes", "--skip-preview")).toContain('role "litellm" already exists');
      await other.program(databasesProgram({ port: server.port, ...BOSS, namePrefix: "dev_" }));
      await other.up();
      expect(await other.plan()).toEqual({});
      expect(await stack.plan()).toEqual({});
      const url = new URL(await other.output("litellm"));
      expect([url.username, url.pathname]).toEqual(["dev_litellm", "/dev_litellm"]);
      await server.login("dev_litellm", url.password, "dev_litellm");
      await expect(server.login("dev_litellm", url.password, "litellm")).rejects.toThrow("permission denied");
    } finally {
      await other.delete();
    }
    expect(await names("SELECT rolname AS name FROM pg_roles WHERE rolname ~ 'litellm|sagewai'")).toEqual(NAMES);
  });
});

describe("passwords", () => {
  it("stand in no statement that the server could log, also when they change", async () => {
    const passwords: string[] = [];
    for (const change of [[], ["--replace", "**::litellm-password"]]) {
      await stack.succeeds("up", "--yes", "--skip-preview", ...change);
      const password = await passwordOf("litellm");
      await server.login("litellm", password, "litellm");
      passwords.push(password);
    }
    expect(new Set(passwords).size).toBe(2);
    const log = server.log();
    expect(log).toMatch(/CREATE ROLE "litellm" .*SCRAM-SHA-256/);
    expect(log).toMatch(/ALTER ROLE "litellm" .*SCRAM-SHA-256/);
    for (const password of passwords) expect(log).not.toContain(password);
    const state = await stack.exported();
    for (const password of passwords) expect(state).not.toContain(password);
  });

  it("that somebody else has set come to light where the administrator is a superuser", async () => {
    const superuser = { port: server.port, username: "postgres", password: server.password, superuser: true };
    await stack.program(databasesProgram(superuser));
    await stack.up();
    expect(await stack.plan()).toEqual({});
    await server.query("ALTER ROLE litellm PASSWORD 'somebody-else'");
    await refresh();
    expect(await stack.plan()).toEqual({ litellm: "update" });
    await stack.up();
    await server.login("litellm", await passwordOf("litellm"), "litellm");
  });
});

describe("an update that was killed", () => {
  it("while it created a role is finished by the next one", async () => {
    await stack.up();
    await server.query("DROP DATABASE litellm");
    await forget("Role", "litellm");
    expect(await stack.up()).toContain("An update that was interrupted had made the role litellm of PostgreSQL");
    expect(await stack.plan()).toEqual({});
    expect(await open()).toEqual([]);
    await server.login("litellm", await passwordOf("litellm"), "litellm");
  });

  it("while it created a database is finished by the next one", async () => {
    await stack.up();
    await forget("Database", "litellm");
    expect(await stack.up()).toContain("An update that was interrupted had made the database litellm of PostgreSQL");
    expect(await stack.plan()).toEqual({});
    expect(await open()).toEqual([]);
  });

  it("while it made a membership or closed a database is finished by the next one", async () => {
    await stack.up();
    await forget("Grant", "litellm-closed");
    await forget("GrantRole", "sagewai-administrator");
    await stack.up();
    expect(await stack.plan()).toEqual({});
    expect(await open()).toEqual([]);
  });
});

describe("what the state has lost", () => {
  it("is taken over by an import, as docs/operations.md says", async () => {
    await stack.up();
    await server.as(await stack.output("litellm"), 'CREATE TABLE "keys" (name text)');
    const [parent, provider] = await Promise.all([
      stack.urn("Databases::databases"),
      stack.urn("postgresql::postgres"),
    ]);
    await forget("Role", "litellm");
    const options = ["--parent", `parent=${parent}`, "--provider", `provider=${provider}`, "--generate-code=false"];
    for (const type of ["postgresql:index/role:Role", "postgresql:index/database:Database"]) {
      const confirmed = ["--protect=false", "--yes", "--skip-preview"];
      await stack.succeeds("import", type, "litellm", "litellm", ...options, ...confirmed);
    }
    await stack.up();
    expect(await stack.plan()).toEqual({});
    expect(await open()).toEqual([]);
    await server.as(await stack.output("litellm"), 'SELECT FROM "keys"');
  });
});

describe("what is taken for a leftover", () => {
  it.each([
    ["has another password", "PASSWORD 'somebody-else'", 'password authentication failed for user "litellm"'],
    ["may not log in", "NOLOGIN", "PostgreSQL says:"],
  ])("is no role that %s", async (_, options, reason) => {
    await server.query(
      `CREATE ROLE litellm LOGIN; ALTER ROLE litellm ${options}; GRANT litellm TO boss WITH ADMIN OPTION`,
    );
    const said = await stack.fails("up", "--yes", "--skip-preview");
    expect(said).toContain(`role "litellm" already exists on 127.0.0.1:${server.port}, and isn't this stack's`);
    expect(said).toContain(reason);
    expect(said).toContain("docs/operations.md");
    expect(await names("SELECT rolname AS name FROM pg_roles WHERE rolname = 'litellm'")).toEqual(["litellm"]);
    await server.query("DROP ROLE litellm");
    await stack.up();
  });

  it("is no role of this stack's that has something", async () => {
    await stack.up();
    await forget("Role", "litellm");
    const said = await stack.fails("up", "--yes", "--skip-preview");
    expect(said).toMatch(
      /role "litellm" already exists on .*, is this stack's, and is in use: owner of database litellm/,
    );
    await server.query("DROP DATABASE litellm");
    await stack.up();
  });

  it("is no database that holds something, nor one that belongs to somebody else", async () => {
    await stack.up();
    await server.as(await stack.output("litellm"), 'CREATE TABLE "keys" (name text)');
    await forget("Database", "litellm");
    const full = await stack.fails("up", "--yes", "--skip-preview");
    expect(full).toMatch(/database "litellm" already exists on .*, is this stack's, and isn't empty: it holds keys/);
    await server.query("ALTER DATABASE litellm OWNER TO postgres");
    const others = await stack.fails("up", "--yes", "--skip-preview");
    expect(others).toMatch(/database "litellm" already exists on .*, and isn't this stack's: it belongs to "postgres"/);
    await server.query("DROP DATABASE litellm");
    await stack.up();
  });
});

it("a role of a server that lets everybody in is not taken over, as nothing shows whose it is", async () => {
  const trusting = await TestPostgres.create();
  try {
    await trusting.query("CREATE ROLE litellm LOGIN");
    await stack.program(databasesProgram({ port: trusting.port, username: "postgres", password: "", superuser: true }));
    expect(await stack.fails("up", "--yes", "--skip-preview")).toContain(
      "and nothing shows whose it is: the server lets it in with any password",
    );
    await trusting.query("DROP ROLE litellm");
    await stack.up();
    await stack.succeeds("destroy", "--yes", "--skip-preview");
  } finally {
    await trusting.delete();
  }
});
