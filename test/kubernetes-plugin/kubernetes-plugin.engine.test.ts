import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { Manifest } from "../cluster/api-server.ts";
import type { TestCluster } from "../cluster/test-cluster.ts";
import type { TestStack } from "../toolchain/plugins/stack.ts";
import { BUILD, ClusterStack } from "./cluster-stack.ts";

interface Options {
  /** The contents of the ConfigMap. */
  setting?: string;
  /** Further resources. */
  more?: string;
}

/** A small web service with a kubeconfig that is only known once the update has run, as that of a new cluster is. */
function program({ setting = "1", more = "" }: Options = {}): string {
  const kubeconfig = JSON.stringify(cluster.kubeconfig);
  return `
    import * as kubernetes from "@pulumi/kubernetes";
    const made = new random.RandomId("made", { byteLength: 2 });
    const provider = new kubernetes.Provider("cluster", {
      kubeconfig: pulumi.secret(made.hex.apply(() => ${kubeconfig})),
    });
    const options = { provider };
    const namespace = new kubernetes.core.v1.Namespace("space", { metadata: { name: "plugin-test" } }, options).metadata.name;
    const metadata = { namespace };
    const settings = new kubernetes.core.v1.ConfigMap("settings", { metadata, data: { "app.yaml": "value: ${setting}" } }, options);
    const secret = new kubernetes.core.v1.Secret("secret", { metadata, stringData: { TOKEN: "very-secret-token" } }, options);
    const account = new kubernetes.core.v1.ServiceAccount("account", { metadata }, options);
    const labels = { app: "web" };
    const volumes = [{ name: "settings", configMap: { name: settings.metadata.name } }];
    const container = {
      name: "web", image: "registry.test/web:1", ports: [{ name: "http", containerPort: 80 }],
      envFrom: [{ secretRef: { name: secret.metadata.name } }],
      resources: { requests: { cpu: "1000m", memory: "1024Mi" } },
    };
    const spec = { serviceAccountName: account.metadata.name, containers: [container], volumes };
    const web = new kubernetes.apps.v1.Deployment("web", {
      metadata: { namespace, name: "web" },
      spec: { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    }, options);
    const service = new kubernetes.core.v1.Service("service", {
      metadata: { namespace, name: "web" },
      spec: { selector: labels, ports: [{ name: "http", port: 80, targetPort: "http" }] },
    }, { provider, dependsOn: web });
    new kubernetes.policy.v1.PodDisruptionBudget("budget", {
      metadata, spec: { minAvailable: 1, selector: { matchLabels: labels } },
    }, options);
    new kubernetes.networking.v1.NetworkPolicy("policy", {
      metadata, spec: { podSelector: { matchLabels: labels }, policyTypes: ["Ingress"] },
    }, options);
    new kubernetes.batch.v1.Job("task", {
      metadata,
      spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "task", image: "registry.test/task:1" }] } } },
    }, options);
    new kubernetes.apiextensions.CustomResource("forwards", {
      apiVersion: "kwok.x-k8s.io/v1alpha1", kind: "ClusterPortForward",
      spec: { forwards: [{ ports: [80], target: { address: "127.0.0.1", port: 1 } }] },
    }, options);
    ${more}
    export const address = service.spec.clusterIP;
    export const token = secret.data["TOKEN"];`;
}

const migration = (image: string) => `
  new kubernetes.batch.v1.Job("migration", {
    metadata: { namespace, name: "migration" },
    spec: { backoffLimit: 0, template: { spec: {
      restartPolicy: "Never", containers: [{ name: "migrate", image: "${image}" }],
    } } },
  }, options);`;

const UNKNOWN_FIELD = `
  new kubernetes.core.v1.Service("wrong", {
    metadata, spec: { selector: labels, ports: [{ port: 80, targetport: 8080 } as any] },
  }, options);`;

let running: ClusterStack;
let cluster: TestCluster;
let stack: TestStack;

beforeAll(async () => {
  running = await ClusterStack.start();
  ({ cluster, stack } = running);
}, BUILD);

afterAll(() => running.delete());

const object = (apiVersion: string, kind: string, name: string) =>
  cluster.api.get({ apiVersion, kind, metadata: { name, namespace: "plugin-test" } });

/** Name of the ConfigMap that the Deployment mounts, if the Deployment is rolled out. */
async function mounted(): Promise<string | undefined> {
  const { spec, status } = (await object("apps/v1", "Deployment", "web")) as Manifest & {
    spec: { template: { spec: { volumes: { configMap: { name: string } }[] } } };
    status: { updatedReplicas: number };
  };
  return status.updatedReplicas === 2 ? spec.template.spec.volumes[0]?.configMap.name : undefined;
}

describe("the tests' plugin kubernetes", () => {
  it("previews without knowing the cluster, and brings everything up", async () => {
    await stack.program(program());
    expect(await stack.plan()).toMatchObject({ web: "create", settings: "create", forwards: "create" });
    expect(await stack.up()).toContain("warning: This is the tests' stand-in for the Pulumi plugin kubernetes");
    expect(await stack.output("address")).toMatch(/^10\.0\./);
    const name = await mounted();
    expect(name).toMatch(/^settings-[0-9a-f]{8}$/);
    expect(await object("v1", "ConfigMap", name ?? "")).toMatchObject({ data: { "app.yaml": "value: 1" } });
  });

  it("has nothing to do for what is there", async () => {
    expect(await stack.plan()).toEqual({});
    await stack.succeeds("refresh", "--yes", "--skip-preview");
    expect(await stack.plan()).toEqual({});
  });

  it("keeps the contents of Secrets encrypted in state", async () => {
    const state = await stack.exported();
    expect(state).not.toContain("very-secret-token");
    expect(state).not.toContain(Buffer.from("very-secret-token").toString("base64"));
    expect(Buffer.from(await stack.output("token"), "base64").toString()).toBe("very-secret-token");
  });

  it("replaces a ConfigMap that changes, and rolls its Deployment", async () => {
    const before = await mounted();
    await stack.program(program({ setting: "2" }));
    const replacement = await stack.plan();
    expect(replacement).toMatchObject({ settings: "replace", web: "update" });
    await stack.up();
    const after = await mounted();
    expect(after).not.toBe(before);
    expect(await object("v1", "ConfigMap", after ?? "")).toMatchObject({ data: { "app.yaml": "value: 2" } });
    expect(await object("v1", "ConfigMap", before ?? "")).toBeUndefined();
  });

  it("refuses a manifest with an unknown field, and says where", async () => {
    await stack.program(program({ setting: "2", more: UNKNOWN_FIELD }));
    expect(await stack.fails("preview")).toContain("targetport: field not declared in schema");
    expect(await stack.fails("up", "--yes", "--skip-preview")).toContain("targetport: field not declared in schema");
  });

  it("fails when a Job does, says why, and replaces it once it is put right", async () => {
    await stack.program(program({ setting: "2", more: migration("registry.test/task:failing") }));
    const message = await stack.fails("up", "--yes", "--skip-preview");
    expect(message).toContain("Job migration failed: BackoffLimitExceeded");
    expect(message).toContain("container migrate ended with exit code 1: Error");

    // The Job is in state. It keeps its name, so the failed one has to go first.
    await stack.program(program({ setting: "2", more: migration("registry.test/task:1") }));
    expect(await stack.plan()).toEqual({ migration: "replace" });
    await stack.up();
    expect(await object("batch/v1", "Job", "migration")).toMatchObject({ status: { succeeded: 1 } });
  });

  it("brings back what somebody deleted", async () => {
    await cluster.api.delete({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web", namespace: "plugin-test" },
    });
    await stack.succeeds("refresh", "--yes", "--skip-preview");
    expect(await stack.plan()).toEqual({ service: "create" });
    await stack.up();
    expect(await object("v1", "Service", "web")).toBeDefined();
  });

  it("shows what somebody changed, and puts it back once he lets go of it", async () => {
    const web = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace: "plugin-test" } };
    await cluster.api.apply({ ...web, spec: { replicas: 3 } }, { manager: "somebody", force: true });
    await stack.succeeds("refresh", "--yes", "--skip-preview");
    expect(await stack.fails("preview", "--diff")).toMatch(/replicas: 3 => 2[^]*conflict with "somebody"/);
    await cluster.api.apply(web, { manager: "somebody" });
    expect(await stack.plan()).toEqual({ web: "update" });
    await stack.up();
    expect(await cluster.api.get(web)).toMatchObject({ spec: { replicas: 2 } });
    expect(await stack.plan()).toEqual({});
  });

  it("destroys what it made, and waits until it is gone", async () => {
    await stack.succeeds("destroy", "--yes", "--skip-preview");
    const space = { apiVersion: "v1", kind: "Namespace", metadata: { name: "plugin-test" } };
    expect(await cluster.api.get(space)).toBeUndefined();
  });
});
