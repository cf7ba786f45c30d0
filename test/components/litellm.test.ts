import * as pulumi from "@pulumi/pulumi";
import { beforeEach, describe, expect, it } from "vitest";

import { LiteLLM, type LiteLLMArgs } from "../../components/litellm.ts";
import { mocked, RecordingPlatform } from "./recording-platform.ts";

const database = {
  url: pulumi.secret("postgresql://litellm:secret@db:5432/litellm"),
  resource: undefined as unknown as pulumi.Resource,
  ready: [],
};

let platform: RecordingPlatform;

beforeEach(() => {
  platform = new RecordingPlatform();
});

/** Deploys a proxy and tells which of its resources are protected. */
async function protectedBy(overrides: Partial<LiteLLMArgs>): Promise<string[]> {
  const kept: string[] = [];
  const transformation: pulumi.ResourceTransformation = ({ name, opts }) => {
    if (opts.protect) kept.push(name);
    return undefined;
  };
  const args: LiteLLMArgs = {
    platform,
    database,
    version: "1.108.6",
    config: "model_list: []\n",
    hasMocks: false,
    hasAzureIdentity: false,
    guard: { routes: [], projectParameters: [] },
    providerSecrets: {},
    port: 4000,
    workers: 1,
    requestTimeout: 600,
    corsOrigins: [],
    protect: false,
    ...overrides,
  };
  await mocked(() => new LiteLLM("litellm", args, { transformations: [transformation] }));
  return kept;
}

describe("LiteLLM", () => {
  it("keeps the key that encrypts its database when it is told to, and the seed of the virtual keys", async () => {
    expect(await protectedBy({ protect: true })).toEqual(["litellm-salt-key", "litellm-key-seed"]);
    expect(await protectedBy({ protect: false })).toEqual([]);
  });

  it.each([
    [
      "checked, against the public authorities",
      { mode: "verify-full" },
      "require&sslaccept=strict&sslrootcert={authorities}",
    ],
    [
      "checked, against those of the settings",
      { mode: "verify-full", authorities: "{authority}" },
      "require&sslaccept=strict&sslrootcert={files}/postgres-ca.pem",
    ],
    ["encrypted", { mode: "require" }, "require"],
    ["plain", { mode: "disable" }, "disable"],
  ] as const)("gets the mode of its connections as a parameter of the database's URL: %s", async (_, tls, mode) => {
    await protectedBy({ database: { ...database, tls } });
    const { secrets } = await platform.service("litellm");
    expect(secrets).toMatchObject({ DATABASE_URL: `postgresql://litellm:secret@db:5432/litellm?sslmode=${mode}` });
  });

  it("gets the authorities as a file, and its migration too", async () => {
    await protectedBy({ database: { ...database, tls: { mode: "verify-full", authorities: "{authority}" } } });
    expect(await platform.service("litellm")).toMatchObject({
      files: { "postgres-ca.pem": "{authority}" },
      databaseFiles: ["postgres-ca.pem"],
    });
  });

  it("gets a database's URL as it is where there is no mode, and no password of a Redis that isn't there", async () => {
    await protectedBy({});
    const { secrets } = await platform.service("litellm");
    expect(secrets).toEqual({
      LITELLM_MASTER_KEY: "sk-{litellm-master-key}",
      LITELLM_SALT_KEY: "sk-{litellm-salt-key}",
      DATABASE_URL: "postgresql://litellm:secret@db:5432/litellm",
    });
  });

  it("takes along what gives mock answers where models do, and nowhere else", async () => {
    await protectedBy({});
    const without = Object.keys((await platform.service("litellm")).files ?? {});
    expect(without.filter((name) => name.startsWith("mock"))).toEqual([]);

    platform = new RecordingPlatform();
    await protectedBy({ hasMocks: true });
    const files = Object.keys((await platform.service("litellm")).files ?? {});
    expect(files.filter((name) => !without.includes(name))).toContain("mock_models.py");
  });

  it("answers the web pages that are named, and none by default", async () => {
    await protectedBy({});
    const none = (await platform.service("litellm")).environment;
    expect(none).toMatchObject({ LITELLM_CORS_ORIGINS: ",", LITELLM_CORS_ALLOW_CREDENTIALS: "false" });

    platform = new RecordingPlatform();
    await protectedBy({ corsOrigins: ["https://chat.example.com", "http://127.0.0.1:3000"] });
    const two = (await platform.service("litellm")).environment;
    expect(two).toMatchObject({ LITELLM_CORS_ORIGINS: "https://chat.example.com,http://127.0.0.1:3000" });
  });
});
