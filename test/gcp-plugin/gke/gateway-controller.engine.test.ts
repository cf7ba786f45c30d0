import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { TestCluster } from "../../cluster/test-cluster.ts";
import { Operations } from "../operations.ts";
import { types } from "../resources/all.ts";
import { TestCloud } from "../test-cloud.ts";
import { GatewayController } from "./gateway-controller.ts";
import { gkeCluster } from "./gke-cluster.ts";

/** Long enough for a first build of the control plane on two cores. */
const BUILD = 1_200_000;

const ADDRESS = "projects/test-project/regions/europe-west1/addresses/clients";
const POLICY = "projects/test-project/regions/europe-west1/securityPolicies/allowed";
const backendPolicy = {
  apiVersion: "networking.gke.io/v1",
  kind: "GCPBackendPolicy",
  metadata: { namespace: "default", name: "clients" },
  spec: { targetRef: { group: "", kind: "Service", name: "litellm" }, default: { securityPolicy: "allowed" } },
};
const gateway = {
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "Gateway",
  metadata: { namespace: "default", name: "clients" },
  spec: {
    gatewayClassName: "gke-l7-rilb",
    addresses: [{ type: "NamedAddress", value: "clients" }],
    listeners: [{ name: "http", port: 80, protocol: "HTTP" }],
  },
};

let cluster: TestCluster;
let cloud: TestCloud;
let controller: GatewayController;

beforeAll(async () => {
  cluster = await TestCluster.start();
  await gkeCluster(cluster);
  const folder = await mkdtemp(join(tmpdir(), "gateways-"));
  cloud = TestCloud.create(folder, { project: "test-project", projectNumber: "123", enabled: [] });
  controller = GatewayController.start(cluster, cloud);
}, BUILD);

afterAll(async () => {
  await controller.stop();
  await cluster.stop();
  await rm(cloud.folder, { recursive: true });
});

async function programmed(): Promise<{ status: string; message: string } | undefined> {
  const { conditions = [] } = ((await cluster.api.get(gateway))?.["status"] ?? {}) as {
    conditions?: { type: string; status: string; message: string }[];
  };
  return conditions.find(({ type }) => type === "Programmed");
}

function removal(type: string, id: string): () => void {
  const operations = new Operations(type, types, cloud, { defaultLabels: {}, attribution: false });
  return () => {
    operations.delete(id, {});
  };
}

it("programs a Gateway once what it names is there, and holds that until the Gateway is gone", async () => {
  await cluster.api.apply(gateway);
  await expect
    .poll(programmed, { timeout: 10_000 })
    .toMatchObject({ status: "False", message: "compute/Address clients" });
  cloud.put({ type: "compute/Address", id: ADDRESS, properties: { name: "clients", address: "10.0.0.9" } });
  await expect.poll(programmed, { timeout: 10_000 }).toMatchObject({ status: "True" });

  const remove = removal("compute/Address", ADDRESS);
  expect(remove).toThrow("is already being used by 'gkegw1-default-clients'");
  await cluster.api.delete(gateway);
  await expect.poll(() => cluster.api.get(gateway), { timeout: 10_000 }).toBeUndefined();
  remove();
  expect(cloud.list()).toEqual([]);
});

it("can leave a backend service behind for a while, which holds the policy of who is let in", async () => {
  cloud.put({ type: "compute/Address", id: ADDRESS, properties: { name: "clients", address: "10.0.0.9" } });
  cloud.put({ type: "compute/RegionSecurityPolicy", id: POLICY, properties: { name: "allowed" } });
  await cluster.api.apply(backendPolicy);
  await cluster.api.apply(gateway);
  await expect.poll(programmed, { timeout: 10_000 }).toMatchObject({ status: "True" });

  controller.collectsBackends = false;
  await cluster.api.delete(gateway);
  await expect.poll(() => cluster.api.get(gateway), { timeout: 10_000 }).toBeUndefined();
  removal("compute/Address", ADDRESS)();
  const remove = removal("compute/RegionSecurityPolicy", POLICY);
  expect(remove).toThrow("is already being used by 'gkegw1-default-clients-backend'");
  controller.collectsBackends = true;
  await expect.poll(() => cloud.list("gke/BackendService"), { timeout: 10_000 }).toEqual([]);
  remove();
});
