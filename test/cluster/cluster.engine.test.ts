import { access } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:http";
import { dirname } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { routeTo } from "../../providers/access/route.ts";
import type { Manifest, Reference } from "./api-server.ts";
import { TestCluster } from "./test-cluster.ts";
import { deployment, job, namespace } from "./workloads.ts";

/** Long enough for a first build of the control plane on two cores. */
const BUILD = 1_200_000;

const NAMESPACE = "cluster-test";

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await TestCluster.start();
  await cluster.api.apply(namespace(NAMESPACE));
}, BUILD);

afterAll(() => cluster.stop());

/** The type of each condition of the object that holds. */
async function conditions(reference: Reference): Promise<string[]> {
  const { status } = (await cluster.api.get(reference)) as Manifest & { status?: Status };
  return (status?.conditions ?? []).filter((condition) => condition.status === "True").map(({ type }) => type);
}

interface Status {
  conditions?: { type: string; status: string }[];
}

describe("a test cluster", () => {
  it("refuses a field that it does not know, and says which", async () => {
    const wrong = deployment("wrong", NAMESPACE);
    Object.assign(wrong["spec"] as object, { replica: 2 });
    await expect(cluster.api.apply(wrong)).rejects.toThrow(".spec.replica: field not declared in schema");
    await expect(cluster.api.get(wrong)).resolves.toBeUndefined();
  });

  it("rolls a Deployment out", async () => {
    const web = await cluster.api.apply(deployment("web", NAMESPACE));
    await expect.poll(() => conditions(web), { timeout: 60_000 }).toContain("Available");
  });

  it("goes on with pods after kwok ended", async () => {
    const [kwok = 0] = cluster.processIds.slice(-1);
    process.kill(kwok, "SIGKILL");
    await expect.poll(() => cluster.processIds.at(-1), { timeout: 60_000 }).not.toBe(kwok);
    const later = await cluster.api.apply(deployment("later", NAMESPACE));
    await expect.poll(() => conditions(later), { timeout: 60_000 }).toContain("Available");
  });

  it("completes a Job, and fails one whose image is tagged so", async () => {
    const [good, bad] = [job("good", NAMESPACE), job("bad", NAMESPACE, "registry.test/task:failing")];
    await cluster.api.apply(good);
    await cluster.api.apply(bad);
    await expect.poll(() => conditions(good), { timeout: 60_000 }).toContain("Complete");
    await expect.poll(() => conditions(bad), { timeout: 60_000 }).toContain("Failed");
  });

  it("keeps a pod unready whose image can't be pulled, or which crashes", async () => {
    const reasons = async () => {
      const pods = (await cluster.api.list("v1", "Pod", NAMESPACE)) as unknown as {
        status: { containerStatuses?: { state: { waiting?: { reason: string } } }[] };
      }[];
      return pods.flatMap(({ status }) => status.containerStatuses?.[0]?.state.waiting?.reason ?? []).sort();
    };
    await cluster.api.apply(deployment("unpulled", NAMESPACE, "registry.test/web:missing"));
    await cluster.api.apply(deployment("crashing", NAMESPACE, "registry.test/web:failing"));
    await expect.poll(reasons, { timeout: 60_000 }).toEqual(["CrashLoopBackOff", "ImagePullBackOff"]);
  });

  it("binds a claim once a pod mounts it", async () => {
    const claim: Manifest = {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "data", namespace: NAMESPACE },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    };
    await cluster.api.apply(claim);
    await cluster.api.apply({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "mounts", namespace: NAMESPACE },
      spec: {
        containers: [
          { name: "task", image: "registry.test/task:1", volumeMounts: [{ name: "data", mountPath: "/data" }] },
        ],
        volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
      },
    });
    const phase = async () => ((await cluster.api.get(claim))?.["status"] as { phase?: string }).phase;
    await expect.poll(phase, { timeout: 60_000 }).toBe("Bound");
  });

  it("forwards a port of a Service's pods to a process of this machine", async () => {
    const server = createServer((request, response) => response.end(`answer to ${request.url ?? ""}`));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      await cluster.forward(NAMESPACE, 80, (server.address() as AddressInfo).port);
      await cluster.api.apply({
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "web", namespace: NAMESPACE },
        spec: { selector: { app: "web" }, ports: [{ name: "http", port: 4000, targetPort: "http" }] },
      });
      const access = { kubeconfig: cluster.kubeconfig, namespace: NAMESPACE, service: "web", port: 4000 };
      const { url } = await expect
        .poll(() => routeTo(access).catch(() => undefined))
        .toBeDefined()
        .then(() => routeTo(access));
      const answers = Array.from({ length: 20 }, async (_, index) => (await fetch(`${url}/${index}`)).text());
      expect(await Promise.all(answers)).toEqual(answers.map((_, index) => `answer to /${index}`));
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it("deletes a namespace with everything in it", async () => {
    const empty = namespace("short-lived");
    await cluster.api.apply(empty);
    await cluster.api.apply(deployment("web", "short-lived"));
    await cluster.api.delete(empty);
    await expect.poll(() => cluster.api.get(empty), { timeout: 30_000 }).toBeUndefined();
  });
});

it("the tests' cluster starts in seconds, and leaves nothing when it is stopped", async () => {
  const started = performance.now();
  const other = await TestCluster.start();
  const seconds = (performance.now() - started) / 1000;
  expect(other.processIds).toHaveLength(5);
  await other.stop();
  expect(other.processIds.filter(isRunning)).toEqual([]);
  await expect(access(dirname(other.kubeconfigFile))).rejects.toThrow("ENOENT");
  expect(seconds).toBeLessThan(60);
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
