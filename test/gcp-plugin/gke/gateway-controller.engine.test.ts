import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { rulesFor } from "../../../components/kubernetes/http-routes.ts";
import { clientRoutes, ROUTE_GROUPS } from "../../../config/schema/routes.ts";
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

/** A route to a Service by the Gateway. */
const route = (name: string, matches: object[]) => ({
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "HTTPRoute",
  metadata: { namespace: "default", name },
  spec: {
    parentRefs: [{ name: "clients" }],
    hostnames: [`${name}.example.internal`],
    rules: [{ ...(matches.length > 0 && { matches }), backendRefs: [{ name, port: 4000 }] }],
  },
});

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
  const operations = new Operations(type, types, cloud, { defaultLabels: {}, attribution: false, listsRegions: false });
  return () => {
    operations.delete(id, {});
  };
}

it("the stand-in for GKE's controller programs a Gateway once what it names is there, and holds that until the Gateway is gone", async () => {
  await cluster.api.apply(gateway);
  await expect
    .poll(programmed, { timeout: 60_000 })
    .toMatchObject({ status: "False", message: "compute/Address clients" });
  cloud.put({ type: "compute/Address", id: ADDRESS, properties: { name: "clients", address: "10.0.0.9" } });
  await expect.poll(programmed, { timeout: 60_000 }).toMatchObject({ status: "True" });

  const remove = removal("compute/Address", ADDRESS);
  expect(remove).toThrow("is already being used by 'gkegw1-default-clients'");
  await cluster.api.delete(gateway);
  await expect.poll(() => cluster.api.get(gateway), { timeout: 60_000 }).toBeUndefined();
  remove();
  expect(cloud.list()).toEqual([]);
});

describe("a route", () => {
  const ask = async (host: string, path: string, method = "GET") =>
    (await controller.send({ host: `${host}.example.internal`, method, path }))?.backend.name;

  beforeAll(async () => {
    cloud.put({ type: "compute/Address", id: ADDRESS, properties: { name: "clients", address: "10.0.0.9" } });
    await cluster.api.apply(gateway);
    await vi.waitFor(async () => {
      expect(await programmed()).toMatchObject({ status: "True" });
    }, 30_000);
  });

  afterAll(async () => {
    await cluster.api.delete(gateway);
    await vi.waitFor(async () => {
      expect(await cluster.api.get(gateway)).toBeUndefined();
    }, 30_000);
    removal("compute/Address", ADDRESS)();
  });

  it("of exact paths passes these, however they are written, and no others", async () => {
    await cluster.api.apply(route("exact", [{ path: { type: "Exact", value: "/v1/models" } }]));
    for (const path of ["/v1/models", "/v1//models", "/ui/../v1/%6Dodels"]) {
      expect(await ask("exact", path)).toBe("exact");
    }
    for (const path of ["/", "/v1/models/", "/v1/models/gpt-4o", "/v1/Models", "/v1/models/../../ui"]) {
      expect(await ask("exact", path)).toBeUndefined();
    }
    expect(await ask("other", "/v1/models")).toBeUndefined();
  });

  it("of a folder passes what is below it", async () => {
    await cluster.api.apply(route("folder", [{ path: { type: "PathPrefix", value: "/v1beta/models" } }]));
    expect(await ask("folder", "/v1beta/models/gemini:countTokens", "POST")).toBe("folder");
    for (const path of ["/v1beta/modelsx", "/v1beta/models/../../ui"]) {
      expect(await ask("folder", path)).toBeUndefined();
    }
  });

  it("of all that clients can be let do is taken, and passes no more", async () => {
    const wanted = route("clients", []);
    const rules = rulesFor(clientRoutes(ROUTE_GROUPS), { name: "clients", port: 4000 });
    await cluster.api.apply({ ...wanted, spec: { ...wanted.spec, rules } });
    for (const { method, path } of clientRoutes(ROUTE_GROUPS)) {
      expect(await ask("clients", path.replace("{model}", "gemini-flash"), method)).toBe("clients");
    }
    for (const path of ["/", "/ui/", "/v2/login", "/key/generate", "/v1/messages/batches"]) {
      expect(await ask("clients", path, "POST")).toBeUndefined();
    }
  });

  it("without matches passes everything", async () => {
    await cluster.api.apply(route("open", []));
    expect(await ask("open", "/v2/login", "POST")).toBe("open");
  });

  it("of a method, which GKE can't tell, passes nothing", async () => {
    const wanted = route("method", [{ path: { type: "Exact", value: "/v1/models" }, method: "GET" }]);
    await cluster.api.apply(wanted);
    expect(await ask("method", "/v1/models")).toBeUndefined();
    const conditions = async () =>
      ((await cluster.api.get(wanted))?.["status"] as { parents?: { conditions: object[] }[] } | undefined)?.parents;
    await expect
      .poll(conditions, { timeout: 60_000 })
      .toMatchObject([{ conditions: [{ type: "Accepted", status: "False", reason: "UnsupportedValue" }] }]);
  });

  it.each([
    ["/v1//models", "must not contain '//'"],
    ["/v1/../ui", "must not contain '/../'"],
    ["/v1/..", "must not end with '/..'"],
    ["v1/models", "must be an absolute path"],
    ["/v1/{model}", "must only contain valid characters"],
  ])("with the path %s is refused", async (value, message) => {
    await expect(cluster.api.apply(route("wrong", [{ path: { type: "Exact", value } }]))).rejects.toThrow(message);
  });

  it("with more matches in a rule than the oldest version takes is refused", async () => {
    const matches = Array.from({ length: 9 }, (_, index) => ({ path: { type: "Exact", value: `/${index}` } }));
    await expect(cluster.api.apply(route("wrong", matches))).rejects.toThrow("must have at most 8 items");
  });
});

it("the stand-in for GKE's controller can leave a backend service behind for a while, which holds the policy of who is let in", async () => {
  cloud.put({ type: "compute/Address", id: ADDRESS, properties: { name: "clients", address: "10.0.0.9" } });
  cloud.put({ type: "compute/RegionSecurityPolicy", id: POLICY, properties: { name: "allowed" } });
  await cluster.api.apply(backendPolicy);
  await cluster.api.apply(gateway);
  await expect.poll(programmed, { timeout: 60_000 }).toMatchObject({ status: "True" });

  controller.collectsBackends = false;
  await cluster.api.delete(gateway);
  await expect.poll(() => cluster.api.get(gateway), { timeout: 60_000 }).toBeUndefined();
  removal("compute/Address", ADDRESS)();
  const remove = removal("compute/RegionSecurityPolicy", POLICY);
  expect(remove).toThrow("is already being used by 'gkegw1-default-clients-backend'");
  controller.collectsBackends = true;
  await expect.poll(() => cloud.list("gke/BackendService"), { timeout: 60_000 }).toEqual([]);
  remove();
});
