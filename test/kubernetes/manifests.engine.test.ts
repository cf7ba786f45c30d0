import { readFile } from "node:fs/promises";

import { afterAll, beforeAll, expect, it } from "vitest";
import * as yaml from "yaml";

import { TestCluster } from "../cluster/test-cluster.ts";
import type { Registered } from "../program/deploy.ts";
import { manifestOf } from "./rendered.ts";

/** Long enough for a first build of the control plane on two cores. */
const BUILD = 1_200_000;

const NAMESPACE = "llm-gateway";

// Held to what the program makes of Pulumi.kubernetes.yaml by test/program.
const committed = await readFile(new URL("../program/kubernetes.resources.yaml", import.meta.url), "utf8");
const manifests = (yaml.parse(committed) as Registered[])
  .filter(({ type }) => type.startsWith("kubernetes:"))
  .map(manifestOf);

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await TestCluster.start();
  const [namespaces, others] = [
    manifests.filter(({ kind }) => kind === "Namespace"),
    manifests.filter(({ kind }) => kind !== "Namespace"),
  ];
  for (const object of [...namespaces, ...others]) await cluster.api.apply(object);
}, BUILD);

afterAll(() => cluster.stop());

async function statusOf<T>(apiVersion: string, kind: string, name: string): Promise<T | undefined> {
  const found = await cluster.api.get({ apiVersion, kind, metadata: { name, namespace: NAMESPACE } });
  return found?.["status"] as T | undefined;
}

it("all manifests are taken under strict validation", async () => {
  for (const object of manifests) expect(await cluster.api.get(object)).toMatchObject({ kind: object.kind });
});

it("all manifests make pods that the standard `restricted`, which the namespace enforces, lets in", async () => {
  const available = (name: string) => async () =>
    (await statusOf<{ availableReplicas?: number }>("apps/v1", "Deployment", name))?.availableReplicas;
  const timeout = { timeout: 300_000 };
  await expect.poll(available("litellm"), timeout).toBe(2);
  await expect.poll(available("sagewai-admin"), timeout).toBe(1);
  await expect.poll(available("worker-general"), timeout).toBe(2);
  const job = "litellm-migration-1-108-6-0123456";
  const succeeded = async () => (await statusOf<{ succeeded?: number }>("batch/v1", "Job", job))?.succeeded;
  await expect.poll(succeeded, timeout).toBe(1);
  const database = async () =>
    (await statusOf<{ readyReplicas?: number }>("apps/v1", "StatefulSet", "postgres"))?.readyReplicas;
  await expect.poll(database, timeout).toBe(1);
}, 600_000);

it("each Service sends its requests to its own pods, and to no migration", async () => {
  const slices = (await cluster.api.list("discovery.k8s.io/v1", "EndpointSlice", NAMESPACE, {
    "kubernetes.io/service-name": "litellm",
  })) as unknown as { endpoints: { targetRef: { name: string } }[] }[];
  const pods = slices.flatMap(({ endpoints }) => endpoints.map(({ targetRef }) => targetRef.name));
  expect(pods).toHaveLength(2);
  for (const pod of pods) expect(pod).not.toContain("migration");
});
