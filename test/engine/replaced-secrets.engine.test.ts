import { readFile } from "node:fs/promises";
import { join } from "node:path";

import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";

import type { SecretStackOutputs } from "../../operations/stack-outputs.ts";
import { decrypt } from "../sagewai/stored-secrets.ts";
import { changed, Checkout } from "./checkout.ts";

// Secrets of a stack that runs are replaced as docs/operations.md says. The command names no stack: `npm start` selects it.

let checkout: Checkout;
let before: Secrets;
let after: Secrets;

interface Secrets {
  outputs: SecretStackOutputs;
  /** That of LiteLLM's role in PostgreSQL. */
  databasePassword: string;
  databasePort: number;
  /** Sagewai's master key, and the one before it. */
  masterKeys: string[];
}

const REPLACED = [
  "litellm-master-key",
  "litellm-password",
  "sagewai-admin-password",
  "sagewai-admin-api-token",
  "sagewai-admin-enrollment-key-general",
  "sagewai-admin-master-key",
];

/** A provider as an administrator enters it in Sagewai's pages, which encrypt its key, for a project of theirs. */
const PROVIDER = {
  provider_name: "vllm",
  config: { base_url: "http://127.0.0.1:4000/v1", api_key: "sk-that-was-entered", model: "gpt-4o" },
};

beforeAll(async () => {
  checkout = await Checkout.make();
  await checkout.npm("start");
  before = await secrets();
  const { admin, adminToken } = before.outputs;
  expect(await status(`${admin.url}/api/v1/providers`, adminToken, PROVIDER, { "x-project-id": "people" })).toBe(200);
});

afterAll(() => checkout.remove());

async function secrets(): Promise<Secrets> {
  const outputs = await checkout.outputs<SecretStackOutputs>();
  const state = await checkout.npm("pulumi", "stack", "export", "--stack", "local", "--show-secrets");
  const { deployment } = JSON.parse(state) as { deployment: { resources: Resource[] } };
  const find = (end: string) => deployment.resources.find(({ urn }) => urn.endsWith(end))?.outputs;
  const secret = (end: string, property: string) => {
    const { plaintext } = find(end)?.[property] as { plaintext: string };
    return JSON.parse(plaintext) as string;
  };
  return {
    outputs,
    databasePassword: secret("RandomPassword::litellm-password", "result"),
    databasePort: Number(find("local:Postgres::postgres")?.["port"]),
    masterKeys: secret("sagewai:MasterKey::sagewai-admin-master-key", "keys").split(" "),
  };
}

interface Resource {
  urn: string;
  outputs?: Record<string, unknown>;
}

/** Status of a GET, or of a POST of a body. */
async function status(url: string, token?: string, body?: object, more: Record<string, string> = {}): Promise<number> {
  const headers = {
    ...more,
    "content-type": "application/json",
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  return (await fetch(url, { headers, ...(body && { method: "POST", body: JSON.stringify(body) }) })).status;
}

/** Opens a connection as LiteLLM does. */
async function connect({ databasePort: port, databasePassword: password }: Secrets): Promise<void> {
  const client = new pg.Client({ host: "127.0.0.1", port, user: "litellm", database: "litellm", password });
  await client.connect();
  await client.end();
}

it("one update replaces secrets, and no virtual key with them", async () => {
  await connect(before);
  const options = REPLACED.flatMap((name) => ["--replace", `**::${name}`]);
  await checkout.npm("pulumi", "up", "--yes", "--skip-preview", ...options);
  after = await secrets();
  expect(after.outputs.keys).toEqual(before.outputs.keys);
});

it("LiteLLM gets its new master key and password, and the former ones open nothing", async () => {
  const models = `${after.outputs.gateway.url}/v1/models`;
  expect(await status(models, after.outputs.masterKey)).toBe(200);
  expect(await status(models, before.outputs.masterKey)).toBe(401);
  await connect(after);
  await expect(connect({ ...after, databasePassword: before.databasePassword })).rejects.toThrow(
    'password authentication failed for user "litellm"',
  );
});

it("Sagewai gets its new token and administrator's password, and the former ones open nothing", async () => {
  const { admin, adminToken, adminPassword } = after.outputs;
  expect(await status(`${admin.url}/api/v1/fleet/workers`, adminToken)).toBe(200);
  expect(await status(`${admin.url}/api/v1/fleet/workers`, before.outputs.adminToken)).toBe(401);
  const login = (password: string) =>
    status(`${admin.url}/api/v1/auth/login`, undefined, { email: admin.email, password });
  expect(await login(adminPassword)).toBe(200);
  expect(await login(before.outputs.adminPassword)).toBe(401);
});

it("Sagewai gets its new master key, and what the former one encrypted with it", async () => {
  expect(after.masterKeys).toHaveLength(2);
  expect(after.masterKeys[1]).toBe(before.masterKeys[0]);
  const { admin, adminToken } = after.outputs;
  const answer = await fetch(`${admin.url}/api/v1/providers`, { headers: { authorization: `Bearer ${adminToken}` } });
  const providers = (await answer.json()) as { config: { api_key_set?: boolean } }[];
  // Theirs, one for each of the two projects of the settings, and those of runs for no project and for Sagewai's `default`.
  expect(providers.map(({ config }) => config.api_key_set)).toEqual(Array(5).fill(true));
  const file = await readFile(join(checkout.service("sagewai-admin"), "data", "config", "admin-state.json"), "utf8");
  const encrypted = [...file.matchAll(/"fernet:([^"]+)"/g)];
  const stored = encrypted.map(([, token = ""]) => decrypt(token, after.masterKeys[0] ?? ""));
  expect(stored).toContain("sk-that-was-entered");
});

it("the local stack works as before with replaced secrets: keys, spend, and workers that registered again", async () => {
  const rows = JSON.parse(await checkout.npm("verify", "--json")) as { ok: boolean }[];
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.filter(({ ok }) => !ok)).toEqual([]);
});

it("the local stack shows no change after its secrets were replaced", async () => {
  expect((await checkout.preview()).map(changed)).toEqual([]);
});
