import * as postgresql from "@pulumi/postgresql";
import * as random from "@pulumi/random";
import { expect, it } from "vitest";

import { Databases, type DatabasesArgs } from "../../components/databases.ts";
import { LocalPlatform } from "../../components/local/platform.ts";
import { only, registered } from "../gcp/mocks.ts";

/** What the databases of both services on a server of 127.0.0.1 are registered as. */
async function databases(args: Pick<DatabasesArgs, "protect">, isOwn: boolean) {
  const resources = await registered(() => {
    const resource = isOwn ? new random.RandomId("server", { byteLength: 2 }) : undefined;
    const administrator = new postgresql.Provider("postgres", { host: "127.0.0.1" });
    const server = { host: "127.0.0.1", port: 5432, administrator, ...(resource && { resource }) };
    new Databases("databases", { ...args, server });
  });
  return resources.filter(({ type }) => type.startsWith("postgresql:"));
}

it("never deletes what is on a server of the stack's own, and makes it anew on another one", async () => {
  const resources = await databases({ protect: true }, true);
  expect(resources).toHaveLength(6);
  for (const resource of resources) {
    // The server is protected; a protected database would keep a new one from getting its own.
    expect(resource).toMatchObject({ retainOnDelete: true, replacementTrigger: "{id of server}", protect: false });
  }
});

it("deletes what is on a server that stays, but for the databases of a protected stack", async () => {
  const resources = await databases({ protect: true }, false);
  expect(resources).toHaveLength(6);
  for (const resource of resources) {
    const protect = resource.type === "postgresql:index/database:Database";
    expect(resource).toMatchObject({ retainOnDelete: false, protect });
    expect(resource).not.toHaveProperty("replacementTrigger");
  }
});

it.each([true, false])("protects the local server like the stack: %s", async (protect) => {
  const resources = await registered(() => {
    new LocalPlatform({ folder: "local/test", maxConnections: 100, protect }).databases("databases");
  });
  expect(only(resources, "pulumi-nodejs:dynamic/local:Postgres")).toMatchObject({ protect });
});

it.each([
  ["fd00::7", "[fd00::7]"],
  ["10.20.0.5", "10.20.0.5"],
  ["db.internal", "db.internal"],
])("are at a URL with the host %s", async (host, inUrl) => {
  let found: Databases | undefined;
  await registered(() => {
    const administrator = new postgresql.Provider("postgres", { host });
    found = new Databases("databases", { server: { host, port: 5432, administrator } });
  });
  const url = await new Promise((resolve) => found?.litellm.url.apply(resolve));
  expect(new URL(String(url)).host).toBe(`${inUrl}:5432`);
});
