import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import pRetry from "p-retry";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as yaml from "yaml";

import { routeTo } from "../../../providers/access/route.ts";
import { setCallLimits } from "../../../providers/litellm/retry-budget.ts";
import { LiteLlmClient } from "../../../providers/litellm/client.ts";
import { TestCluster } from "../../cluster/test-cluster.ts";
import { deployment, namespace } from "../../cluster/workloads.ts";

const NAMESPACE = "access";

let cluster: TestCluster;
let service: Server;
let asked: string[] = [];

beforeAll(async () => {
  service = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.end(JSON.stringify({ path: request.url }));
  });
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  cluster = await TestCluster.start();
  await cluster.api.apply(namespace(NAMESPACE));
  await cluster.api.apply(deployment("litellm", NAMESPACE));
  await cluster.api.apply({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "litellm", namespace: NAMESPACE },
    spec: { selector: { app: "litellm" }, ports: [{ name: "http", port: 4000, targetPort: "http" }] },
  });
  await pRetry(() => routeTo(access()), { retries: 100, minTimeout: 200, factor: 1 });
});

afterAll(async () => {
  await cluster.stop();
  service.closeAllConnections();
  service.close();
});

const access = (kubeconfig = cluster.kubeconfig) => ({
  kubeconfig,
  namespace: NAMESPACE,
  service: "litellm",
  port: 4000,
});

it("the port-forward tells what a cluster says that can't forward to the pod", async () => {
  setCallLimits(JSON.stringify({ management: { patience: 0 } }));
  await expect(new LiteLlmClient(access(), "sk-master").get("/key/info")).rejects.toThrow(
    /^LiteLLM can't be reached at the Service access\/litellm, port 4000 for GET \/key\/info: The port-forward to port 80 of the pod access\/litellm-\S+ failed: ./,
  );
  setCallLimits();
});

it("the port-forward calls LiteLLM through the cluster, and goes on when its pod is replaced", async () => {
  await cluster.forward(NAMESPACE, 80, (service.address() as AddressInfo).port);
  const client = new LiteLlmClient(access(), "sk-master");
  expect(await client.get("/key/info")).toEqual({ path: "/key/info" });
  const pods = async () => {
    const list = (await cluster.api.list("v1", "Pod", NAMESPACE)) as { metadata: { name: string } }[];
    return list.map(({ metadata }) => metadata.name);
  };
  const before = await pods();
  for (const name of before) {
    await cluster.api.delete({ apiVersion: "v1", kind: "Pod", metadata: { name, namespace: NAMESPACE } });
  }
  asked = [];
  // Some of these meet the moment without a ready pod.
  const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => client.get(`/${index}`)));
  expect(answers).toEqual(Array.from({ length: 30 }, (_, index) => ({ path: `/${index}` })));
  await expect.poll(async () => (await pods()).some((name) => before.includes(name)), { timeout: 60_000 }).toBe(false);
  expect(await client.get("/key/list")).toEqual({ path: "/key/list" });
});

it("the port-forward says which rights are missing", async () => {
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "stranger", namespace: NAMESPACE } };
  await cluster.api.apply(account);
  const path = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/stranger/token`;
  const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} };
  const { status } = (await cluster.api.call("POST", path, { body: request })) as { status: { token: string } };
  const config = yaml.parse(cluster.kubeconfig) as { users: { name: string }[] };
  const users = config.users.map(({ name }) => ({ name, user: { token: status.token } }));
  const stranger = yaml.stringify({ ...config, users });
  await expect(routeTo(access(stranger))).rejects.toMatchObject({
    retry: false,
    message: expect.stringContaining(
      "get services, list endpointslices.discovery.k8s.io, create pods/portforward",
    ) as string,
  });
});
