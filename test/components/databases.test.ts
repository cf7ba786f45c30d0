import * as random from "@pulumi/random";
import { expect, it } from "vitest";

import { DatabaseAdministrator } from "../../components/database-administrator.ts";
import { Databases, type DatabasesArgs } from "../../components/databases.ts";
import { LocalPlatform } from "../../components/local/platform.ts";
import { dependenciesOf, only, registered } from "../gcp/mocks.ts";

const CONNECTION = { host: "127.0.0.1", port: 5432, username: "boss", password: "secret", sslmode: "disable" } as const;

interface Options extends Pick<DatabasesArgs, "protect"> {
  /** Whether the server is the stack's own. */
  isOwn: boolean;
  superuser?: boolean;
}

/** What the databases of both services on a server of 127.0.0.1 are registered as. */
async function databases({ isOwn, superuser = false, ...args }: Options) {
  const resources = await registered(() => {
    const resource = isOwn ? new random.RandomId("server", { byteLength: 2 }) : undefined;
    const administrator = new DatabaseAdministrator("postgres", { ...CONNECTION, superuser }, {});
    const server = { host: "127.0.0.1", port: 5432, administrator, ...(resource && { resource }) };
    new Databases("databases", { ...args, server });
  });
  return resources.filter(({ type }) => type.startsWith("postgresql:"));
}

it("Databases never deletes what is on a server of the stack's own, and recreates it on another one", async () => {
  const resources = await databases({ protect: true, isOwn: true });
  expect(resources).toHaveLength(8);
  for (const resource of resources) {
    // The server is protected; a protected database would keep a new one from getting its own.
    expect(resource).toMatchObject({ retainOnDelete: true, replacementTrigger: "{id of server}", protect: false });
  }
});

it("Databases deletes what is on a server that stays, but for the databases of a protected stack", async () => {
  const resources = await databases({ protect: true, isOwn: false });
  expect(resources).toHaveLength(8);
  for (const resource of resources) {
    const protect = resource.type === "postgresql:index/database:Database";
    // A membership goes with its role.
    const retainOnDelete = resource.type === "postgresql:index/grantRole:GrantRole";
    expect(resource).toMatchObject({ retainOnDelete, protect });
    expect(resource).not.toHaveProperty("replacementTrigger");
  }
});

it("Databases makes an administrator who isn't a superuser a member of a role before its database, and nobody else", async () => {
  const resources = await databases({ isOwn: false });
  const membership = "postgresql:index/grantRole:GrantRole";
  expect(only(resources, membership, "litellm-administrator")).toMatchObject({
    inputs: { role: "boss", grantRole: "litellm" },
    ignoreChanges: ["withAdminOption"],
  });
  for (const type of ["postgresql:index/database:Database", "postgresql:index/grant:Grant"]) {
    const dependencies = dependenciesOf(
      resources,
      only(resources, type, type.endsWith("Grant") ? "litellm-closed" : "litellm"),
    );
    expect([...dependencies]).toContain(`${membership} litellm-administrator`);
  }
  const ofSuperuser = await databases({ isOwn: false, superuser: true });
  expect(ofSuperuser.filter(({ type }) => type === membership)).toEqual([]);
});

it.each([true, false])("Databases protects the local server like the stack: %s", async (protect) => {
  const resources = await registered(() => {
    new LocalPlatform({ folder: "local/test", maxConnections: 100, protect }).databases("databases");
  });
  expect(only(resources, "pulumi-nodejs:dynamic/local:Postgres")).toMatchObject({ protect });
});

it.each([
  ["fd00::7", "[fd00::7]"],
  ["10.20.0.5", "10.20.0.5"],
  ["db.internal", "db.internal"],
])("the databases are at a URL with the host %s", async (host, inUrl) => {
  let found: Databases | undefined;
  await registered(() => {
    const administrator = new DatabaseAdministrator("postgres", { ...CONNECTION, host, superuser: true }, {});
    found = new Databases("databases", { server: { host, port: 5432, administrator } });
  });
  const url = await new Promise((resolve) => found?.litellm.url.apply(resolve));
  expect(new URL(String(url)).host).toBe(`${inUrl}:5432`);
});
