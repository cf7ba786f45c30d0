import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";
import * as z from "zod";

import { project } from "../../toolchain/pulumi/offline-distribution.ts";
import type { Manifest } from "../cluster/api-server.ts";
import type { TestCluster } from "../cluster/test-cluster.ts";
import { BUILD, ClusterStack } from "../kubernetes-plugin/cluster-stack.ts";
import type { TestStack } from "../toolchain/plugins/stack.ts";
import { secretKinds } from "./secret-crds.ts";

/** A Deployment that reads two values, of which the one has this version in Secret Manager. */
function program(version: number): string {
  return `
    import * as kubernetes from "@pulumi/kubernetes";
    import { SyncedSecrets } from ${JSON.stringify(join(project, "components/gcp/synced-secrets.ts"))};
    const provider = new kubernetes.Provider("cluster", { kubeconfig: ${JSON.stringify(cluster.kubeconfig)} });
    const options = { provider };
    const namespace = new kubernetes.core.v1.Namespace("space", { metadata: { name: "synced" } }, options).metadata.name;
    const metadata = { namespace, labels: { app: "web" } };
    const account = new kubernetes.core.v1.ServiceAccount("web", { metadata: { namespace, name: "web" } }, options);
    const versions = { "web-api-key": ${version}, "web-task-env": 1 };
    const secretManager = {
      keep: (name) => ({ version: pulumi.output(\`projects/1/secrets/\${name}/versions/\${versions[name]}\`), ready: [] }),
    };
    const place = { projectNumber: pulumi.output("1") };
    const values = new SyncedSecrets({ place, secretManager, workloadPool: "my-project.svc.id.goog" }).of(
      { workload: "web", namespace, serviceAccount: account.metadata.name },
      { API_KEY: pulumi.secret("sk-${version}"), "task.env": pulumi.secret("TOKEN=1") },
    );
    const name = values.secret("web", { keys: ["API_KEY", "task.env"], metadata }, options);
    const labels = { app: "web" };
    const env = [{ name: "API_KEY", valueFrom: { secretKeyRef: { name, key: "API_KEY" } } }];
    new kubernetes.apps.v1.Deployment("pods", {
      metadata: { namespace, name: "web" },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: "web", image: "registry.test/web:1", env }] } },
      },
    }, options);`;
}

let running: ClusterStack;
let cluster: TestCluster;
let stack: TestStack;

beforeAll(async () => {
  running = await ClusterStack.start(...secretKinds);
  ({ cluster, stack } = running);
}, BUILD);

afterAll(() => running.delete());

const sync = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({ secretProviderClassName: z.string() }),
});
const source = z.object({ metadata: z.object({ name: z.string() }), spec: z.unknown() });

/** The one pair that is in the cluster. */
async function pair() {
  const list = (apiVersion: string, kind: string) => cluster.api.list(apiVersion, kind, "synced");
  const syncs = z.tuple([sync]).parse(await list("secret-sync.gke.io/v1", "SecretSync"));
  const sources = z.tuple([source]).parse(await list("secrets-store.csi.x-k8s.io/v1", "SecretProviderClass"));
  return { sync: syncs[0], source: sources[0] };
}

/** What `up` says that it has done, in its order, as `verb kind`. */
function steps(log: string): string[] {
  const done = /^ *\S+ +kubernetes:\S+:(\w+) \S+ (created replacement|updated|deleted original)/gm;
  return [...log.matchAll(done)].map(([, kind, verb]) => `${verb ?? ""} ${kind ?? ""}`);
}

it("SyncedSecrets brings a pair into the cluster that is named for the pods, and holds no value", async () => {
  await stack.program(program(1));
  await stack.up();
  const { sync, source } = await pair();
  expect(sync.metadata.name).toMatch(/^web-[0-9a-f]{8}$/);
  expect(sync.spec.secretProviderClassName).toBe(source.metadata.name);
  expect(JSON.stringify(source.spec)).toContain("projects/1/secrets/web-api-key/versions/1");
  expect(JSON.stringify(await deployment())).toContain(sync.metadata.name);
  expect(JSON.stringify([sync, source])).not.toMatch(/sk-1|TOKEN/);
  expect(await stack.plan()).toEqual({});
});

it("SyncedSecrets makes another pair for another version, moves the pods to it, and then deletes the former one", async () => {
  const before = await pair();
  await stack.program(program(2));
  expect(await stack.plan()).toEqual({ web: "replace", pods: "update" });
  const log = await stack.up();
  expect(steps(log)).toEqual([
    "created replacement SecretProviderClass",
    "created replacement SecretSync",
    "updated Deployment",
    "deleted original SecretSync",
    "deleted original SecretProviderClass",
  ]);
  const after = await pair();
  expect(after.sync.metadata.name).not.toBe(before.sync.metadata.name);
  expect(after.source.metadata.name).not.toBe(before.source.metadata.name);
  expect(JSON.stringify(after.source.spec)).toContain("projects/1/secrets/web-api-key/versions/2");
  expect(JSON.stringify(await deployment())).toContain(after.sync.metadata.name);
  expect(JSON.stringify(await deployment())).not.toContain(before.sync.metadata.name);
});

function deployment(): Promise<Manifest | undefined> {
  return cluster.api.get({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace: "synced" } });
}
