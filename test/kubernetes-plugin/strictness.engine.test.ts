import { afterAll, beforeAll, expect, it } from "vitest";

import type { Metadata } from "../cluster/api-server.ts";
import type { TestCluster } from "../cluster/test-cluster.ts";
import { deployment, namespace } from "../cluster/workloads.ts";
import type { TestStack } from "../toolchain/plugins/stack.ts";
import { BUILD, ClusterStack } from "./cluster-stack.ts";

// What the official plugin does and a friendlier one would not, by its sources (pulumi/pulumi-kubernetes).

const SPACE = "strictness";

let running: ClusterStack;
let cluster: TestCluster;
let stack: TestStack;

beforeAll(async () => {
  running = await ClusterStack.start(namespace(SPACE));
  ({ cluster, stack } = running);
}, BUILD);

afterAll(() => running.delete());

/** A program of one Job, and of one Deployment of these replicas with one container. */
function program({ image = "registry.test/task:1", annotations = {}, replicas = 1, web = "registry.test/web:1" } = {}) {
  const container = { name: "task", image, terminationMessagePolicy: "FallbackToLogsOnError" };
  const labels = { app: "web" };
  const template = { metadata: { labels }, spec: { containers: [{ name: "web", image: web }] } };
  const metadata = { name: "web", namespace: SPACE };
  return `
    import * as kubernetes from "@pulumi/kubernetes";
    const provider = new kubernetes.Provider("cluster", { kubeconfig: ${JSON.stringify(cluster.kubeconfig)} });
    const job = new kubernetes.batch.v1.Job("task", {
      metadata: { namespace: "${SPACE}", annotations: ${JSON.stringify(annotations)} },
      spec: { backoffLimit: 0, template: { spec: { restartPolicy: "Never", containers: [${JSON.stringify(container)}] } } },
    }, { provider });
    new kubernetes.apps.v1.Deployment("web", ${JSON.stringify({
      metadata,
      spec: { replicas, selector: { matchLabels: labels }, template },
    })}, { provider, customTimeouts: { update: "3s" } });
    export const name = job.metadata.name;`;
}

const web = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace: SPACE } };
const up = () => stack.fails("up", "--yes", "--skip-preview");

/** Names of the Jobs. */
const jobs = async () =>
  (await cluster.api.list("batch/v1", "Job", SPACE)).map(({ metadata }) => (metadata as Metadata).name).sort();

it("the tests' plugin kubernetes creates nothing that is there", async () => {
  await cluster.api.apply(deployment("web", SPACE));
  await stack.program(program());
  const said = await up();
  expect(said).toContain('Deployment "web" already exists');
  await cluster.api.delete(web);
  await expect.poll(() => cluster.api.get(web), { timeout: 60_000 }).toBeUndefined();
  await stack.up();
});

it("the tests' plugin kubernetes waits for a failed Job again, and fails with it again", async () => {
  await stack.program(program({ image: "registry.test/task:failing" }));
  expect(await up()).toContain("BackoffLimitExceeded");
  const before = await jobs();
  // Nothing runs any more that could end in another way.
  expect(await up()).toContain("BackoffLimitExceeded");
  expect(await jobs()).toEqual(before);
});

it("the tests' plugin kubernetes replaces a failed Job that says so, with the end of its log in the message", async () => {
  const annotations = { "pulumi.com/replaceUnready": "true" };
  await stack.program(program({ image: "registry.test/task:failing", annotations }));
  expect(await stack.plan()).toEqual({ task: "replace" });
  expect(await up()).toContain("[Error] last lines of the log of task");
  await stack.program(program({ annotations }));
  await stack.up();
  // One that is complete is left alone.
  expect(await stack.plan()).toEqual({});
});

it("the tests' plugin kubernetes changes nothing that somebody deleted, until a refresh has told it", async () => {
  const annotations = { "pulumi.com/replaceUnready": "true" };
  await cluster.api.delete(web);
  await expect.poll(() => cluster.api.get(web), { timeout: 60_000 }).toBeUndefined();
  await stack.program(program({ annotations, replicas: 2 }));
  expect(await up()).toContain('Deployment "web" not found');
  await stack.succeeds("refresh", "--yes", "--skip-preview");
  await stack.up();
});

it("the tests' plugin kubernetes notes at a refresh what isn't ready, for which the next run waits", async () => {
  const annotations = { "pulumi.com/replaceUnready": "true" };
  await stack.program(program({ annotations, replicas: 2, web: "registry.test/web:missing" }));
  expect(await up()).toContain("ImagePullBackOff");
  await stack.succeeds("refresh", "--yes", "--skip-preview");
  expect(await stack.plan()).toEqual({ web: "update" });
  await stack.program(program({ annotations, replicas: 2 }));
  await stack.up();
  expect(await stack.plan()).toEqual({});
});
