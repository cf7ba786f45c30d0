import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";

import { SecretManagerKeyVault } from "../../components/gcp/secret-manager-key-vault.ts";
import type { GcpPlace } from "../../components/gcp/place.ts";
import { type KeptSecret, type KeptSecretArgs, SecretManager } from "../../components/gcp/secret-manager.ts";
import type { GcpSettings } from "../../config/schema/gcp/gcp.ts";
import { only, place, registered, type RegisteredWithOptions } from "./mocks.ts";

const SECRET = "gcp:secretmanager/secret:Secret";
const VERSION = "gcp:secretmanager/secretVersion:SecretVersion";
const GRANT = "gcp:secretmanager/secretIamMember:SecretIamMember";

interface Case {
  settings?: Partial<GcpSettings["secrets"]>;
  overrides?: Partial<GcpPlace>;
  secret?: Partial<KeptSecretArgs>;
}

let kept: KeptSecret;

function make({ settings = {}, overrides = {}, secret = {} }: Case = {}) {
  return registered(() => {
    const manager = new SecretManager("secret-manager", {
      place: place(overrides),
      settings: { locations: [], encryption: false, rotationReminder: undefined, ...settings },
      now: new Date("2026-11-24T09:00:00Z"),
    });
    kept = manager.keep("litellm-master-key", {
      value: "sk-1",
      readers: { litellm: "principal://litellm" },
      ...secret,
    });
  });
}

describe("a secret", () => {
  let resources: RegisteredWithOptions[];
  beforeAll(async () => {
    resources = await make();
  });

  it("has the stack's name and its own, and can be made again under it", () => {
    expect(only(resources, SECRET)).toMatchObject({
      inputs: { secretId: "llm-gateway-test-litellm-master-key", replication: { auto: {} }, deletionProtection: false },
      protect: false,
    });
  });

  it("has its value in one version, which stays for a week when another one takes its place", () => {
    expect(only(resources, VERSION).inputs).toEqual({
      secret: "{id of llm-gateway-test-litellm-master-key}",
      secretData: "[secret]",
      deletionPolicy: "DELETE",
    });
    expect(only(resources, SECRET).inputs).toMatchObject({ versionDestroyTtl: `${7 * 24 * 3600}s` });
  });

  it("is read by those whom it is for", () => {
    expect(only(resources, GRANT).inputs).toEqual({
      secretId: "{id of llm-gateway-test-litellm-master-key}",
      role: "roles/secretmanager.secretAccessor",
      member: "principal://litellm",
    });
  });

  it("takes its value and its readers along when it is deleted", () => {
    const secret = `${SECRET} llm-gateway-test-litellm-master-key`;
    expect([VERSION, GRANT].map((type) => only(resources, type).deletedWith)).toEqual([secret, secret]);
  });

  it("is named by its version", async () => {
    await expect(new Promise((resolve) => kept.version.apply(resolve))).resolves.toBe(
      "{name of llm-gateway-test-litellm-master-key}",
    );
  });

  it("reminds nobody and has no key", () => {
    expect(only(resources, SECRET).inputs).not.toHaveProperty("rotation");
    expect(resources.filter(({ type }) => /pubsub|kms/.test(type))).toEqual([]);
  });
});

it("a secret can't be deleted in a protected stack if nothing can take its place", async () => {
  const secret = { irreplaceable: true };
  expect(only(await make({ secret }), SECRET)).toMatchObject({ protect: true, inputs: { deletionProtection: true } });
  expect(only(await make({ secret, overrides: { protect: false } }), SECRET)).toMatchObject({ protect: false });
});

it("a secret is kept in the regions of the settings, in each with a key of that region", async () => {
  const resources = await make({ settings: { locations: ["europe-west1", "europe-west4"], encryption: true } });
  const keys = resources.filter(({ type }) => type === "gcp:kms/cryptoKey:CryptoKey").map(({ name }) => name);
  expect(keys).toEqual(["llm-gateway-test-secrets-europe-west1", "llm-gateway-test-secrets-europe-west4"]);
  expect(only(resources, SECRET).inputs).toMatchObject({
    replication: {
      userManaged: {
        replicas: ["europe-west1", "europe-west4"].map((location) => ({
          location,
          customerManagedEncryption: { kmsKeyName: `{id of llm-gateway-test-secrets-${location}}` },
        })),
      },
    },
  });
});

it("a secret is kept in the regions of the settings without keys of the stack's own", async () => {
  const { inputs } = only(await make({ settings: { locations: ["europe-west1"] } }), SECRET);
  expect(inputs).toMatchObject({ replication: { userManaged: { replicas: [{ location: "europe-west1" }] } } });
  expect(inputs).not.toHaveProperty("replication.userManaged.replicas.0.customerManagedEncryption");
});

describe("reminders", () => {
  const settings = { rotationReminder: 90 };

  it("go to a topic that Secret Manager may write to before a secret names it", async () => {
    const resources = await make({ settings });
    const secret = only(resources, SECRET);
    expect(secret.inputs).toMatchObject({
      topics: [{ name: "{id of llm-gateway-test-secret-rotation}" }],
      rotation: { rotationPeriod: `${90 * 24 * 3600}s`, nextRotationTime: "2026-12-03T00:00:00Z" },
    });
    expect(only(resources, "gcp:pubsub/topicIAMMember:TopicIAMMember").inputs).toEqual({
      topic: "{name of llm-gateway-test-secret-rotation}",
      role: "roles/pubsub.publisher",
      member: "serviceAccount:service-123456789012@gcp-sa-secretmanager.iam.gserviceaccount.com",
    });
    expect(secret.dependsOn).toContain("gcp:pubsub/topicIAMMember:TopicIAMMember llm-gateway-test-secret-rotation");
  });

  it("are not for what is never rotated", async () => {
    const resources = await make({ settings, secret: { irreplaceable: true } });
    expect(only(resources, SECRET).inputs).not.toHaveProperty("rotation");
  });
});

it("Secret Manager keeps a virtual key for those whom the project's settings name", async () => {
  const resources = await registered(() => {
    const vault = new SecretManagerKeyVault(
      new SecretManager("secret-manager", {
        place: place(),
        settings: { locations: [], encryption: false, rotationReminder: undefined },
      }),
    );
    vault.keep("research-team", pulumi.secret("sk-2"), ["group:research@example.com", "user:ada@example.com"]);
    vault.keep("nobodys", pulumi.secret("sk-3"), []);
  });
  expect(resources.filter(({ type }) => type === SECRET).map(({ inputs }) => inputs["secretId"])).toEqual([
    "llm-gateway-test-key-research-team",
    "llm-gateway-test-key-nobodys",
  ]);
  const grants = resources.filter(({ type }) => type === GRANT);
  expect(grants.map(({ name }) => name)).toEqual([
    "llm-gateway-test-key-research-team-group:research@example.com",
    "llm-gateway-test-key-research-team-user:ada@example.com",
  ]);
  expect(grants.map(({ inputs }) => [inputs["secretId"], inputs["member"]])).toEqual([
    ["{id of llm-gateway-test-key-research-team}", "group:research@example.com"],
    ["{id of llm-gateway-test-key-research-team}", "user:ada@example.com"],
  ]);
});
