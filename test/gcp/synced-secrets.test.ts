import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";
import * as yaml from "yaml";

import { SecretManager } from "../../components/gcp/secret-manager.ts";
import { refuseUnlessSyncable, SyncedSecrets } from "../../components/gcp/synced-secrets.ts";
import { SOFTWARE } from "../../components/kubernetes/images.ts";
import { Workload } from "../../components/kubernetes/workload.ts";
import { only, place, registered, type RegisteredWithOptions } from "./mocks.ts";

const SOURCE = "kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass";
const SYNC = "kubernetes:secret-sync.gke.io/v1:SecretSync";
const SECRET = "gcp:secretmanager/secret:Secret";
const GRANT = "gcp:secretmanager/secretIamMember:SecretIamMember";

const NOBODY = { cidrs: [], namespaces: [] };

/** A workload with a migration, in a cluster whose secret values are in Secret Manager. */
function make(secrets: Record<string, string>, secretFiles: Record<string, string> = {}) {
  return registered(
    () => {
      const settings = { locations: [], encryption: false, rotationReminder: undefined };
      const secretManager = new SecretManager("secret-manager", { place: place(), settings });
      const provider = new kubernetes.Provider("kubernetes", {});
      new Workload(
        "litellm",
        {
          place: {
            namespace: "llm-gateway",
            network: {
              ports: { gateway: 4000, admin: 8000 },
              clients: NOBODY,
              administrators: NOBODY,
              scrapers: NOBODY,
              resolvers: NOBODY,
              postgres: undefined,
              readReplica: undefined,
              redis: undefined,
              identity: undefined,
              providerPorts: [443],
              modelNamespaces: [],
              others: undefined,
            },
            secrets: new SyncedSecrets({
              place: place(),
              secretManager,
              workloadPool: pulumi.output("my-project.svc.id.goog"),
            }),
            pullSecrets: [],
            protect: false,
          },
          role: "gateway",
          software: SOFTWARE.litellm,
          image: "litellm:1",
          version: "1.2.3",
          command: ["litellm"],
          environment: {},
          secrets: Object.fromEntries(Object.entries(secrets).map(([key, value]) => [key, pulumi.secret(value)])),
          files: {},
          secretFiles,
          accepts: [],
          calls: [],
          startSeconds: 1,
          stopSeconds: 1,
          replicas: 1,
          cpu: "1",
          memory: "1Gi",
        },
        { providers: [provider] },
      );
    },
    ({ type, name, inputs }) => {
      if (type === "gcp:secretmanager/secretVersion:SecretVersion") return { name: `${name}/versions/1` };
      const { metadata } = inputs as { metadata?: { name?: string } };
      return metadata && metadata.name === undefined ? { metadata: { ...metadata, name: `${name}-1a2b3c4d` } } : {};
    },
  );
}

describe("a workload's secret values", () => {
  let resources: RegisteredWithOptions[];
  beforeAll(async () => {
    resources = await make(
      { DATABASE_URL: "postgresql://…", LITELLM_SALT_KEY: "sk-salt", MODEL_KEY_OPENAI: "sk-openai" },
      { "task.env": "KEY=sk-1" },
    );
  });

  it("are a secret of Secret Manager each", () => {
    const secrets = resources.filter(({ type }) => type === SECRET);
    expect(secrets.map(({ inputs, protect }) => [inputs["secretId"], protect])).toEqual([
      ["llm-gateway-test-litellm-database-url", false],
      ["llm-gateway-test-litellm-litellm-salt-key", true],
      ["llm-gateway-test-litellm-model-key-openai", false],
      ["llm-gateway-test-litellm-task-env", false],
    ]);
  });

  it("are read by that workload's own service account and by nobody else", () => {
    const grants = resources.filter(({ type }) => type === GRANT).map(({ inputs }) => inputs);
    expect(grants.map(({ secretId }) => secretId)).toEqual(
      resources.filter(({ type }) => type === SECRET).map(({ name }) => `{id of ${name}}`),
    );
    expect(new Set(grants.map(({ member }) => member))).toEqual(
      new Set([
        "principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/my-project.svc.id.goog/subject/ns/llm-gateway/sa/litellm",
      ]),
    );
  });

  it("are in no manifest", () => {
    const manifests = resources.filter(({ type }) => type.startsWith("kubernetes:"));
    expect(manifests.map(({ type }) => type)).not.toContain("kubernetes:core/v1:Secret");
    expect(JSON.stringify(manifests)).not.toMatch(/sk-(salt|openai|1)|postgresql:|\[secret\]/);
  });

  it("come into the cluster by their versions, under the names that the pods know", () => {
    const source = only(named(resources, "litellm"), SOURCE).inputs as { spec: { parameters: { secrets: string } } };
    expect(source.spec).toMatchObject({ provider: "gke" });
    expect(yaml.parse(source.spec.parameters.secrets)).toEqual(
      [
        "DATABASE_URL database-url",
        "LITELLM_SALT_KEY litellm-salt-key",
        "MODEL_KEY_OPENAI model-key-openai",
        "task.env task-env",
      ]
        .map((pair) => pair.split(" "))
        .map(([path, id]) => ({ resourceName: `llm-gateway-test-litellm-${id}/versions/1`, path })),
    );
    expect(only(named(resources, "litellm"), SYNC).inputs).toMatchObject({
      metadata: { namespace: "llm-gateway" },
      spec: {
        serviceAccountName: "litellm",
        secretProviderClassName: "litellm-1a2b3c4d",
        secretObject: {
          type: "Opaque",
          data: ["DATABASE_URL", "LITELLM_SALT_KEY", "MODEL_KEY_OPENAI", "task.env"].map((key) => ({
            sourcePath: key,
            targetKey: key,
          })),
        },
      },
    });
  });

  it("come once they may be read", () => {
    expect(only(named(resources, "litellm"), SYNC).dependsOn).toEqual(
      expect.arrayContaining(
        resources.filter(({ type }) => type === GRANT).map(({ type, name }) => `${type} ${name}`),
      ) as unknown,
    );
  });

  it("are named again with each version, so that pods are replaced for it", () => {
    for (const { type, inputs } of resources.filter(({ type }) => [SOURCE, SYNC].includes(type))) {
      expect(inputs["metadata"], type).not.toHaveProperty("name");
    }
    const { spec } = only(resources, "kubernetes:apps/v1:Deployment").inputs as { spec: unknown };
    expect(JSON.stringify(spec)).toContain('"secretKeyRef":{"key":"MODEL_KEY_OPENAI","name":"litellm-1a2b3c4d"}');
  });

  it("are kept from the migration, but for the database's URL", () => {
    const source = only(named(resources, "litellm-migration"), SOURCE).inputs;
    expect(JSON.stringify(source)).toContain("database-url");
    expect(JSON.stringify(source)).not.toMatch(/salt-key|openai/);
    expect(only(named(resources, "litellm-migration"), SYNC).inputs).toMatchObject({
      spec: { serviceAccountName: "litellm", secretObject: { data: [{ targetKey: "DATABASE_URL" }] } },
    });
  });
});

describe("a key", () => {
  it.each(["A_B", "A__B", "_A", "AB_", "", "A B"])("is refused if GKE would refuse it: %j", (key) => {
    expect(() => {
      refuseUnlessSyncable("litellm", key);
    }).toThrow(`no key such as "${key}", which litellm reads`);
  });

  it.each(["AB", "A", "LITELLM_MASTER_KEY", "task.env", "litellm-config.yaml", "X9_API_KEY"])("is taken: %s", (key) => {
    expect(() => {
      refuseUnlessSyncable("litellm", key);
    }).not.toThrow();
  });
});

/** The resources of one logical name. */
function named(resources: RegisteredWithOptions[], name: string): RegisteredWithOptions[] {
  return resources.filter((resource) => resource.name === name);
}
