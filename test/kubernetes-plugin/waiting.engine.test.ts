import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { Manifest } from "../cluster/api-server.ts";
import { TestCluster } from "../cluster/test-cluster.ts";
import { deployment, job, namespace } from "../cluster/workloads.ts";
import { untilGone, untilReady } from "./waiting.ts";

/** Long enough for a first build of the control plane on two cores. */
const BUILD = 1_200_000;

const SPACE = "waiting-test";

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await TestCluster.start();
  await cluster.api.apply(namespace(SPACE));
}, BUILD);

afterAll(() => cluster.stop());

const patience = (timeout: number) => ({ timeout, signal: new AbortController().signal });

/** The object once it is ready, which may take `timeout` seconds. */
async function ready(manifest: Manifest, timeout = 30): Promise<Manifest> {
  return untilReady(cluster.api, await cluster.api.apply(manifest), patience(timeout));
}

function object(apiVersion: string, kind: string, name: string, spec: unknown, annotations = {}): Manifest {
  return { apiVersion, kind, metadata: { name, namespace: SPACE, annotations }, spec };
}

const service = (name: string, spec: object, annotations = {}) =>
  object("v1", "Service", name, { selector: { app: name }, ports: [{ port: 80 }], ...spec }, annotations);

const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };

describe("untilReady", () => {
  it("waits for pods, claims, sets and Jobs", async () => {
    await ready(object("v1", "PersistentVolumeClaim", "data", claim));
    const labels = { app: "database" };
    const container = { name: "database", image: "registry.test/database:1" };
    const set = await ready(
      object("apps/v1", "StatefulSet", "database", {
        replicas: 2,
        serviceName: "database",
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container] } },
        volumeClaimTemplates: [{ metadata: { name: "data" }, spec: claim }],
      }),
    );
    expect(set).toMatchObject({ status: { readyReplicas: 2 } });
    const agent = object("apps/v1", "DaemonSet", "agent", {
      selector: { matchLabels: { app: "agent" } },
      template: { metadata: { labels: { app: "agent" } }, spec: { containers: [container] } },
    });
    expect(await ready(agent)).toMatchObject({ status: { numberReady: 1 } });
    expect(await ready(job("good", SPACE))).toMatchObject({ status: { succeeded: 1 } });
    expect(await ready(object("v1", "Pod", "alone", { containers: [container] }))).toMatchObject({
      status: { phase: "Running" },
    });
  });

  it("waits for a Service's endpoints and address", async () => {
    const elsewhere = { type: "ExternalName", externalName: "db.test", selector: null, ports: null };
    await ready(deployment("web", SPACE));
    for (const [name, spec] of Object.entries({
      web: { type: "LoadBalancer" },
      headless: { clusterIP: "None" },
      elsewhere,
    })) {
      expect(await ready(service(name, spec))).toMatchObject({ metadata: { name } });
    }
  });

  it("says why a workload is not ready", async () => {
    await expect(ready(deployment("unpulled", SPACE, "registry.test/web:missing"), 1)).rejects.toThrow(
      /^Deployment unpulled is not ready in time: 0 of 1 pods are available.*pod unpulled-\w+-\w+: container web waits: ImagePullBackOff: Back-off pulling image registry.test\/web:missing$/,
    );
    await expect(ready(service("unpulled", {}), 1)).rejects.toThrow(
      "Service unpulled is not ready in time: pods that the Service selects are not ready",
    );
    const huge = { containers: [{ name: "huge", image: "a", resources: { requests: { cpu: "1000" } } }] };
    await expect(ready(object("v1", "Pod", "huge", huge), 1)).rejects.toThrow(
      /it can't be scheduled: .*Insufficient cpu/,
    );
  });

  it("fails with a workload, long before the time is over", async () => {
    await expect(ready(job("bad", SPACE, "registry.test/task:failing"))).rejects.toThrow(
      /^Job bad failed: BackoffLimitExceeded: .*pod bad-\w+: container task ended with exit code 1: Error$/,
    );
    const impatient = deployment("impatient", SPACE, "registry.test/web:failing");
    Object.assign(impatient["spec"] as object, { progressDeadlineSeconds: 1 });
    await expect(ready(impatient)).rejects.toThrow(/^Deployment impatient failed: ProgressDeadlineExceeded/);
  });

  it("does as annotations say", async () => {
    await ready(service("unpulled", {}, { "pulumi.com/skipAwait": "true" }), 0.1);
    await expect(ready(service("unpulled", {}, { "pulumi.com/timeoutSeconds": "1" }), 0)).rejects.toThrow("in time");
    const annotated = (waitFor: string) => ({
      ...deployment("unpulled", SPACE, "registry.test/web:missing"),
      metadata: { name: "unpulled", namespace: SPACE, annotations: { "pulumi.com/waitFor": waitFor } },
    });
    await ready(annotated("jsonpath={.status.unavailableReplicas}=1"), 5);
    await ready(annotated('["condition=Available=False", "jsonpath={.status.conditions}"]'), 5);
    await expect(ready(annotated("condition=Available"), 1)).rejects.toThrow("condition=Available does not hold");
  });

  it("stops waiting when it is told to", async () => {
    const applied = await cluster.api.apply(deployment("unpulled", SPACE, "registry.test/web:missing"));
    const stop = AbortSignal.timeout(300);
    await expect(untilReady(cluster.api, applied, { timeout: 60, signal: stop })).rejects.toThrow(
      "was not waited for to the end",
    );
  });
});

describe("untilGone", () => {
  it("waits until nothing holds an object any more, and says what does", async () => {
    const metadata = { name: "held", namespace: SPACE, finalizers: ["tests.test/hold"] };
    const held = await cluster.api.apply({ apiVersion: "v1", kind: "ConfigMap", metadata });
    await cluster.api.delete(held);
    await expect(untilGone(cluster.api, held, patience(0.5))).rejects.toThrow("its finalizers are tests.test/hold");
    await cluster.api.apply({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "held", namespace: SPACE } });
    await untilGone(cluster.api, held, patience(10));
    expect(await cluster.api.get(held)).toBeUndefined();
  });

  it("takes a new object of the same name for another", async () => {
    const map = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "twice", namespace: SPACE } };
    const first = await cluster.api.apply(map);
    await cluster.api.delete(first);
    const second = await cluster.api.apply(map);
    expect(second.metadata["uid"]).not.toBe(first.metadata["uid"]);
    await untilGone(cluster.api, first, patience(1));
  });
});
