import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { TestPostgres } from "../../postgres/server.ts";
import { statesProgram } from "./postgresql/states-program.ts";
import { TestStack } from "./stack.ts";

interface State {
  deployment: { resources: Resource[] };
}

interface Resource {
  urn: string;
  id?: string;
  type: string;
  outputs?: Record<string, unknown>;
}

let server: TestPostgres;
let stack: TestStack;
/** Written by the official plugin for the program. */
let official: State;
/** Written by the offline plugin for the same one. */
let offline: State;

beforeAll(async () => {
  server = await TestPostgres.create({ password: "administrator-password" });
  await server.query("CREATE ROLE boss LOGIN CREATEROLE CREATEDB PASSWORD 'boss-password'");
  stack = await TestStack.create();
  await stack.program(statesProgram(server));
  await stack.up();
  offline = JSON.parse(await stack.succeeds("stack", "export", "--show-secrets")) as State;
  const text = await readFile(join(import.meta.dirname, "postgresql/official-state.json"), "utf8");
  official = JSON.parse(text.replaceAll("PORT", String(server.port))) as State;
});

afterAll(async () => {
  await stack.delete();
  await server.delete();
});

/** The resources that are on servers. */
function ofServers({ deployment }: State): Resource[] {
  return deployment.resources.filter(({ type }) => type.startsWith("postgresql:"));
}

/** The properties that say something: the id stands beside them, and what has two underscores is the plugin's own. */
function said(properties: Record<string, unknown> = {}): Record<string, unknown> {
  const entries = Object.entries(properties).filter(([name]) => name !== "id" && !name.startsWith("__"));
  const values = entries.map(([name, value]) => [name, isSecret(value) ? JSON.parse(value.plaintext) : value] as const);
  return Object.fromEntries(values.filter(([, value]) => !isNothing(value)));
}

function isNothing(value: unknown): boolean {
  return value === null || value === "" || value === 0 || (Array.isArray(value) && value.length === 0);
}

function isSecret(value: unknown): value is { plaintext: string } {
  return typeof value === "object" && value !== null && "plaintext" in value;
}

describe("the state that the offline plugin writes", () => {
  it("has the same resources as the official plugin's, with the same ids", () => {
    const ids = (state: State) =>
      ofServers(state)
        .map(({ urn, id }) => `${urn} ${String(id)}`)
        .sort();
    expect(ids(offline)).toEqual(ids(official));
  });

  it("says the same of each", () => {
    const outputs = (state: State) =>
      Object.fromEntries(ofServers(state).map(({ urn, outputs }) => [urn, said(outputs)] as const));
    expect(outputs(offline)).toEqual(outputs(official));
  });

  it("keeps the same secret", () => {
    const secrets = (state: State) =>
      ofServers(state).flatMap(({ urn, outputs = {} }) =>
        Object.keys(said(outputs))
          .filter((name) => isSecret(outputs[name]))
          .map((name) => `${name} of ${urn}`),
      );
    expect(secrets(offline).sort()).toEqual(secrets(official).sort());
    expect(secrets(offline)).toHaveLength(2);
  });
});

describe("the state that the official plugin has written", () => {
  async function take(): Promise<void> {
    const file = join(stack.folder, "official.json");
    // How the stack encrypts is its own.
    const { resources } = official.deployment;
    await writeFile(file, JSON.stringify({ ...offline, deployment: { ...offline.deployment, resources } }));
    await stack.succeeds("stack", "import", "--file", file);
  }

  it("is one in which the offline plugin changes nothing", async () => {
    await take();
    expect(await stack.plan()).toEqual({});
    await stack.succeeds("refresh", "--yes", "--skip-preview");
    expect(await stack.plan()).toEqual({});
    await take();
    await stack.up();
    expect(await stack.plan()).toEqual({});
  });

  it("is one in which the offline plugin finds what has changed on the server", async () => {
    await take();
    await server.query("GRANT CONNECT ON DATABASE cloud, local TO PUBLIC");
    await stack.succeeds("refresh", "--yes", "--skip-preview");
    expect(await stack.plan()).toEqual({ "cloud-closed": "update", "local-closed": "update" });
    await stack.up();
    const open = "has_database_privilege('public', datname, 'CONNECT')";
    const databases = "datname IN ('cloud', 'local')";
    expect(await server.query(`SELECT datname FROM pg_database WHERE ${databases} AND ${open}`)).toEqual([]);
  });

  it("is one that the offline plugin destroys by", async () => {
    await take();
    await stack.succeeds("destroy", "--yes", "--skip-preview");
    const left = "SELECT rolname FROM pg_roles WHERE rolname IN ('cloud', 'local')";
    expect(await server.query(left)).toEqual([]);
  });
});
