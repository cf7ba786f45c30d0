import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import getPort from "get-port";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";

import type { Access } from "../../providers/access/access.ts";
import { routeTo } from "../../providers/access/route.ts";
import { Tunnel } from "../../providers/access/tunnel.ts";
import { ServiceProcess } from "../../providers/local/service-process.ts";
import { scriptedCluster } from "../providers/access/scripted-cluster.ts";
import { Stranger } from "./stranger.ts";

let stranger: Stranger;
/** What stands in the cluster for LiteLLM and PostgreSQL: it says what it has heard, and hears what came so far. */
let service: Server;
let heard: string[];
let cluster: Awaited<ReturnType<typeof scriptedCluster>>;
let access: Access;

beforeAll(async () => {
  stranger = await Stranger.create();
  service = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      heard.push(String(chunk));
      socket.end("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi");
    });
  });
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  const { port: podPort } = service.address() as AddressInfo;
  cluster = await scriptedCluster({ ports: { http: 4000 }, pods: { "litellm-a": true }, podPort });
  access = { kubeconfig: cluster.kubeconfig, namespace: "gateway", service: "litellm", port: 4000 };
});

afterAll(async () => {
  await stranger.delete();
  await cluster.end();
  service.close();
});

beforeEach(() => {
  heard = [];
});
afterEach(() => stranger.leave());

/** Says something to a port and prints what is answered, or why nothing is. */
const dials = (port: number) => `
  const socket = require("node:net").connect(${port}, "127.0.0.1", () => socket.write("GET / HTTP/1.1\\r\\n\\r\\n"));
  let answer = "";
  socket.on("data", (chunk) => (answer += chunk)).on("error", () => undefined);
  socket.on("close", () => console.log(JSON.stringify(answer)));
`;

/** Answers whatever comes to a port, and prints that it is there. */
const answers = (port: number) => `
  require("node:http").createServer((request, response) => response.end("ok"))
    .listen(${port}, "127.0.0.1", () => console.log("listening"));
`;

it("this project lets no other account through the port-forward to a proxy in a cluster", async () => {
  const { url } = await routeTo(access);
  expect(await (await fetch(url)).text()).toBe("hi");
  expect(heard.splice(0)).toHaveLength(1);

  expect(await stranger.run(dials(Number(new URL(url).port)))).toBe('""');
  expect(heard).toEqual([]);
});

it("this project lets no other account through the tunnel to PostgreSQL, and says that it tried", async () => {
  const reports: string[] = [];
  const report = ({ message }: Error) => reports.push(message);
  const listener = await new Tunnel({ access: Promise.resolve(access as never), report }).listen(0);
  const { port } = listener?.address() as AddressInfo;
  expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe("hi");
  expect(heard.splice(0)).toHaveLength(1);
  expect(reports).toEqual([]);

  expect(await stranger.run(dials(port))).toBe('""');
  expect(heard).toEqual([]);
  expect(reports).toEqual(["It came from a program of another account of this machine, and was refused."]);
  listener?.close();
});

it("this project takes no other account's program for a service that starts on a port", async () => {
  const parent = await mkdtemp(join(tmpdir(), "llm-gateway-service-"));
  const folder = join(parent, "litellm");
  const port = await getPort({ host: "127.0.0.1" });
  const slow = new ServiceProcess({
    ...{ folder, command: ["sleep", "600"], environment: {}, secrets: {}, files: {}, secretFiles: {} },
    ...{ port, readiness: "/health/readiness", startSeconds: 10, stopSeconds: 1 },
  });

  const start = slow.start();
  // It looks whether the port is free before it starts.
  await expect.poll(() => existsSync(join(folder, "pid")), { timeout: 60_000 }).toBe(true);
  await stranger.run(answers(port));

  await expect(start).rejects.toThrow("it was not ready after 10 s");
  await rm(parent, { recursive: true });
});

it("this project tells no key to another account's program that listens in LiteLLM's place", async () => {
  const port = await getPort({ host: "127.0.0.1" });
  const url = `http://127.0.0.1:${port}`;
  expect((await routeTo({ url })).url).toBe(url);

  await stranger.run(answers(port));

  await expect(routeTo({ url })).rejects.toThrow(
    `What listens at ${url} is a program of another account of this machine, and is told no key.`,
  );
});
