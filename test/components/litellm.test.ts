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
    version: "1.106.2",
    config: "model_list: []\n",
    apiKeys: {},
    clientRoutes: [],
    port: 4000,
    workers: 1,
    requestTimeout: 600,
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

  it("gets the mode of its connections as a parameter of the database's URL", async () => {
    await protectedBy({ database: { ...database, tls: "require" } });
    const { secrets } = await platform.service("litellm");
    expect(secrets).toMatchObject({ DATABASE_URL: "postgresql://litellm:secret@db:5432/litellm?sslmode=require" });
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
});
