import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { execa } from "execa";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import type { ClusterAccess } from "../../../providers/access/access.ts";
import { routeTo } from "../../../providers/access/route.ts";
import { scriptedCluster, type Script } from "./scripted-cluster.ts";

let service: Server;
let podPort: number;
let cluster: Awaited<ReturnType<typeof scriptedCluster>> | undefined;

beforeAll(async () => {
  service = createServer((request, response) => response.end(`you asked for ${request.url ?? ""}`));
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  podPort = (service.address() as AddressInfo).port;
});

afterAll(() => {
  service.closeAllConnections();
  service.close();
});

afterEach(() => cluster?.end());

/** An access through a cluster that answers what the script says. */
async function through(script: Partial<Script> = {}, access: Partial<ClusterAccess> = {}) {
  const full: Script = { ports: { http: 4000 }, pods: { "litellm-a": true }, podPort, ...script };
  const started = await scriptedCluster(full);
  cluster = started;
  const { kubeconfig } = started;
  const clusterAccess = { kubeconfig, namespace: "gateway", service: "litellm", port: 4000, ...access };
  return { access: clusterAccess, script: full, cluster: started };
}

const get = async (url: string) => (await fetch(url, { headers: { connection: "close" } })).text();

describe("a URL", () => {
  it("is its own route, without a slash at its end", async () => {
    expect((await routeTo({ url: "http://gateway.example:4000/" })).url).toBe("http://gateway.example:4000");
  });
});

describe("a Service of a cluster", () => {
  it("is reached through a ready pod, at the pod's own port", async () => {
    const { access, cluster } = await through({ pods: { "litellm-a": false, "litellm-b": true } });
    const route = await routeTo(access);
    expect(await get(`${route.url}/key/info`)).toBe("you asked for /key/info");
    expect(cluster.forwarded).toEqual([`/api/v1/namespaces/gateway/pods/litellm-b/portforward?ports=${podPort}`]);
    expect(route.problem()).toBeUndefined();
  });

  it("has one port-forward for everyone in the process", async () => {
    const { access } = await through();
    const [first, second] = await Promise.all([routeTo(access), routeTo({ ...access })]);
    expect(first.url).toBe(second.url);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => get(`${first.url}/${index}`)));
    expect(answers).toEqual(Array.from({ length: 20 }, (_, index) => `you asked for /${index}`));
  });

  it("goes on with another pod when one is gone", async () => {
    const { access, script, cluster } = await through();
    const route = await routeTo(access);
    await get(route.url);
    cluster.breakForwards();
    script.pods = { "litellm-c": true };
    expect(await get(`${route.url}/again`)).toBe("you asked for /again");
    expect(cluster.forwarded.at(-1)).toContain("/pods/litellm-c/");
  });

  it("tells why a pod refused the port-forward, which only the error stream does", async () => {
    const { access, script } = await through({ refusal: "connection refused by port 4000" });
    const route = await routeTo(access);
    await expect(get(route.url)).rejects.toThrow();
    expect(route.problem()?.message).toBe(
      `The port-forward to port ${podPort} of the pod gateway/litellm-a failed: connection refused by port 4000`,
    );
    expect(route.problem()?.retry).toBe(true);
    delete script.refusal;
    await get(route.url);
    expect(route.problem()).toBeUndefined();
  });

  it("keeps no process alive", async () => {
    const { access } = await through();
    const module = new URL("../../../providers/access/route.ts", import.meta.url).href;
    const code = `const { routeTo } = await import(${JSON.stringify(module)});
      const { url } = await routeTo(${JSON.stringify(access)});
      console.log(await (await fetch(url + "/x")).text());`;
    const { stdout } = await execa("node", ["--input-type=module", "-e", code], { timeout: 50_000 });
    expect(stdout).toBe("you asked for /x");
  });

  it.each([
    [
      { pods: { "litellm-a": false } },
      {},
      true,
      "No pod behind the Service gateway/litellm is ready: `kubectl -n gateway get pods -l app=litellm` lists them",
    ],
    [{ pods: {} }, {}, true, "No pod behind the Service gateway/litellm is ready"],
    [
      { ports: undefined },
      {},
      false,
      "answered 404: there is no Service gateway/litellm; `kubectl -n gateway get services`",
    ],
    [{ ports: { http: 80 } }, {}, false, "The Service gateway/litellm has no port 4000; its ports: 80."],
    [{ status: 401 }, {}, false, "The cluster of the context test answered 401: it does not know who you are"],
    [{ status: 403 }, {}, false, "get services, list endpointslices.discovery.k8s.io, create pods/portforward"],
    [{ status: 500 }, {}, true, "The cluster of the context test answered 500: it could not"],
    [{}, { context: "prod" }, false, "The kubeconfig has no context prod; write one of test, other."],
    [{}, { kubeconfig: "{" }, false, "The kubeconfig can't be read"],
  ])("says what is wrong: %j %j", async (script, access, retry, text) => {
    const { access: full } = await through(script, access);
    const failure = expect(routeTo(full)).rejects;
    await failure.toMatchObject({ retry, message: expect.stringContaining(text) as string });
  });

  it("says that the cluster can't be reached, and what it wanted there", async () => {
    const { access, cluster } = await through();
    await cluster.end();
    await expect(routeTo(access)).rejects.toMatchObject({
      retry: true,
      message: expect.stringMatching(/^The cluster of the context test \(http:.*\) can't be reached to /) as string,
    });
  });
});
