import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { ClusterAccess } from "../../../providers/access/access.ts";
import { Tunnel, type TunnelOptions } from "../../../providers/access/tunnel.ts";
import { type Script, scriptedCluster } from "./scripted-cluster.ts";

/** What stands for PostgreSQL: it waits for a first word and answers it, unless the test lets it say something else. */
let server: Server;
let answer: (socket: Socket, word: string) => void;
let heard: string[];
let reports: string[];
let cluster: Awaited<ReturnType<typeof scriptedCluster>>;
const listeners: Server[] = [];

beforeEach(async () => {
  heard = [];
  reports = [];
  answer = (socket, word) => socket.write(`heard ${word}`);
  server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      heard.push(String(chunk));
      answer(socket, String(chunk));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  for (const listener of listeners.splice(0)) listener.close();
  await cluster.end();
  server.close();
});

/** A tunnel through a cluster that answers what the script says, and a way to speak through it. */
async function through(script: Partial<Script> = {}, options: Partial<TunnelOptions> = {}) {
  const { port: podPort } = server.address() as AddressInfo;
  const full: Script = { ports: { http: 4000 }, pods: { "litellm-a": true }, podPort, ...script };
  cluster = await scriptedCluster(full);
  const access: ClusterAccess = {
    kubeconfig: cluster.kubeconfig,
    namespace: "gateway",
    service: "litellm",
    port: 4000,
  };
  const report = ({ message }: Error) => reports.push(message);
  const tunnel = new Tunnel({ access: Promise.resolve(access), report, patience: 10_000, ...options });
  const listener = await tunnel.listen(0);
  if (!listener) throw new Error("no port is free");
  listeners.push(listener);
  return { script: full, access, port: (listener.address() as AddressInfo).port };
}

/** Says a word and resolves with the answer, or with nothing if the connection is closed before. */
async function say(word: string, port: number): Promise<string> {
  const socket = connect(port, "127.0.0.1", () => socket.write(word));
  socket.on("error", () => undefined);
  const said = await new Promise<string>((resolve) => {
    socket.once("data", (chunk) => {
      resolve(String(chunk));
    });
    socket.once("close", () => {
      resolve("");
    });
  });
  socket.destroy();
  return said;
}

describe("a tunnel", () => {
  it("leads each connection to a pod that is ready at that moment", async () => {
    const { port, script } = await through();
    expect(await Promise.all(["a", "b", "c"].map((word) => say(word, port)))).toEqual([
      "heard a",
      "heard b",
      "heard c",
    ]);
    script.pods = { "litellm-a": false, "litellm-b": true };
    expect(await say("d", port)).toBe("heard d");
    expect(cluster.forwarded.at(-1)).toContain("/pods/litellm-b/");
    expect(reports).toEqual([]);
  });

  it("carries a conversation of any length in both directions", async () => {
    answer = (socket, word) => socket.write(word);
    const { port } = await through();
    const socket = connect(port, "127.0.0.1");
    const chunk = Buffer.alloc(300_000, "x");
    let received = 0;
    const all = new Promise<void>((resolve) => {
      socket.on("data", (data) => {
        received += data.length;
        if (received === 3 * chunk.length) resolve();
      });
    });
    for (let index = 0; index < 3; index++) socket.write(chunk);
    await all;
    expect(received).toBe(3 * chunk.length);
    socket.destroy();
  });

  it("waits for a pod that is not ready yet", async () => {
    const { port, script } = await through({ pods: {} });
    const answered = say("hello", port);
    await sleep(200);
    script.pods = { "litellm-b": true };
    expect(await answered).toBe("heard hello");
    expect(reports).toEqual([]);
  });

  it("says the first words again to the next pod when one goes without an answer", async () => {
    answer = (socket) => socket.destroy();
    const { port } = await through();
    const answered = say("hello", port);
    await expect.poll(() => heard).toEqual(["hello"]);
    answer = (socket, word) => socket.write(`heard ${word}`);
    expect(await answered).toBe("heard hello");
    expect(heard).toEqual(["hello", "hello"]);
    expect(reports).toEqual([]);
  });

  it("never says anything again once a pod has answered", async () => {
    const { port } = await through();
    const socket = connect(port, "127.0.0.1", () => socket.write("hello"));
    await new Promise((resolve) => socket.once("data", resolve));
    const closed = new Promise((resolve) => socket.once("close", resolve));
    cluster.breakForwards();
    await closed;
    expect(heard).toEqual(["hello"]);
    expect(cluster.forwarded).toHaveLength(1);
    expect(reports).toEqual([
      "The pod closed it halfway, which another run may get over; `kubectl -n gateway logs litellm-a` says what the pod says.",
    ]);
  });

  it("ends the connection to the server when the client leaves", async () => {
    const { port } = await through();
    const left = new Promise((resolve) => {
      answer = (socket) => {
        socket.once("close", resolve);
        socket.write("heard");
      };
    });
    await say("hello", port);
    await expect(left).resolves.toBe(false);
  });

  it("gives up on what does not come by itself at once, and says why, once", async () => {
    const { port } = await through({ status: 403 });
    expect(await Promise.all([say("a", port), say("b", port)])).toEqual(["", ""]);
    expect(reports).toEqual([expect.stringContaining("create pods/portforward")]);
  });

  it("says why a pod refused, and where to look", async () => {
    const { port } = await through({ refusal: "connection refused" }, { patience: 0 });
    expect(await say("hello", port)).toBe("");
    expect(reports).toEqual([
      expect.stringMatching(
        /^The port-forward to port \d+ of the pod gateway\/litellm-a failed: connection refused; `kubectl -n gateway logs litellm-a` says/,
      ),
    ]);
  });

  it("says that the server did not answer", async () => {
    answer = (socket) => socket.destroy();
    const { port } = await through({}, { patience: 0 });
    expect(await say("hello", port)).toBe("");
    expect(reports).toEqual([
      "The pod closed it without an answer; `kubectl -n gateway logs litellm-a` says what the pod says.",
    ]);
  });

  it("is patient with all connections together, and again once one got through", async () => {
    const patience = 2_000;
    const { port, script } = await through({ pods: {} }, { patience });
    const started = Date.now();
    expect(await say("a", port)).toBe("");
    expect(Date.now() - started).toBeGreaterThanOrEqual(patience);
    const second = Date.now();
    expect(await say("b", port)).toBe("");
    expect(Date.now() - second).toBeLessThan(patience);
    expect(reports).toHaveLength(1);
    script.pods = { "litellm-b": true };
    expect(await say("c", port)).toBe("heard c");
    script.pods = {};
    const third = Date.now();
    expect(await say("d", port)).toBe("");
    expect(Date.now() - third).toBeGreaterThanOrEqual(patience);
  });

  it("says that a cluster which is still to be made is not known", async () => {
    const { port } = await through({}, { access: new Promise(() => undefined), patience: 100 });
    expect(await say("hello", port)).toBe("");
    expect(reports).toEqual(["The way to the cluster is not known, because the cluster is not there yet."]);
  });

  it("tells a port that is taken", async () => {
    const { port, access } = await through();
    const other = new Tunnel({ access: Promise.resolve(access), report: () => undefined });
    expect(await other.listen(port)).toBe(undefined);
  });

  it("keeps no process alive, not even with a connection that nobody closes", async () => {
    const { access } = await through();
    const module = new URL("../../../providers/access/tunnel.ts", import.meta.url).href;
    const code = `const { Tunnel } = await import(${JSON.stringify(module)});
      const tunnel = new Tunnel({ access: Promise.resolve(${JSON.stringify(access)}), report: console.error });
      const { port } = (await tunnel.listen(0)).address();
      const { connect } = await import("node:net");
      const socket = connect(port, "127.0.0.1", () => socket.write("hello"));
      await new Promise((resolve) => socket.once("data", (word) => { console.log(String(word)); resolve(); }));
      socket.unref();`;
    const { stdout } = await execa("node", ["--input-type=module", "-e", code], { timeout: 50_000 });
    expect(stdout).toBe("heard hello");
  });
});
