import { expect, vi } from "vitest";

import type { GcpStack } from "./gcp-stack.ts";

/** For what takes seconds on a machine with nothing else to do. */
export const PATIENCE = { timeout: 120_000, interval: 250 };

/**
 * Runs an `up` that makes another Cloud SQL instance, and expects it to make roles and databases there. LiteLLM's pods
 * start again as soon as it has their database.
 */
export async function onNewServer(stack: GcpStack, up: () => Promise<unknown>): Promise<void> {
  const { cloud, server, litellm, admin } = stack;
  cloud.forgetCalls();
  const before = secretValues(stack);
  // Time to become the new instance.
  cloud.inject({ type: "compute/ForwardingRule", method: "create", when: "after", delayMs: 3_000 });
  const database = async () => {
    const sql = "SELECT oid FROM pg_database WHERE datname = 'litellm'";
    return (await server.postgres.query<{ oid: number }>(sql))[0]?.oid;
  };
  const former = await database();
  await litellm.end();
  admin.forget();
  const run = up();
  const another = async () => {
    expect([undefined, former]).not.toContain(await database());
  };
  await Promise.race([run, vi.waitFor(another, PATIENCE)]);
  await Promise.all([run, litellm.run()]);
  cloud.inject();
  expect(await server.roles()).toEqual(["administrator", "litellm", "postgres", "sagewai"]);
  expect(await server.databases()).toEqual(["litellm", "postgres", "sagewai"]);
  expect(cloud.calls().filter(({ error }) => error !== undefined)).toEqual([]);
  // The server's name in the URLs is another one. The rest stays the same, and keys are made with the same values: Pulumi
  // makes again what lives in a database that goes, and the secrets' versions with it.
  expect(Object.keys(before)).toContainEqual(expect.stringContaining("-key-research-team"));
  expect(secretValues(stack)).toEqual(before);
}

/** What Secret Manager holds by the secret's name, but for the URLs of databases. */
function secretValues({ cloud }: GcpStack): Record<string, unknown> {
  const versions = cloud.list("secretmanager/SecretVersion");
  const values = versions.map(({ id, properties }) => [id.split("/")[3] ?? "", properties["secretData"]] as const);
  return Object.fromEntries(values.filter(([name]) => !name.includes("database-url")));
}
