import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { execa } from "execa";
import getPort from "get-port";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const file = (name: string) => fileURLToPath(new URL(`../../components/kubernetes/${name}`, import.meta.url));

/** What stands for PostgreSQL. */
let server: Server;
let port: number;
let received: Promise<Socket>;
const programs: ReturnType<typeof start>[] = [];

beforeEach(async () => {
  server = createServer({ allowHalfOpen: true });
  received = once(server, "connection").then(([socket]) => socket as Socket);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
});

afterEach(async () => {
  for (const program of programs.splice(0)) {
    program.kill("SIGKILL");
    await program;
  }
  server.close();
});

function start(relayPort: number, target = port) {
  const env = { POSTGRES_HOST: "127.0.0.1", POSTGRES_PORT: String(target), RELAY_PORT: String(relayPort) };
  return execa("python3", ["-ISu", file("relay.py")], { env, reject: false });
}

/** The relay program, listening. */
async function relay(target = port) {
  const relayPort = await getPort({ host: "127.0.0.1" });
  const program = start(relayPort, target);
  programs.push(program);
  const lines: string[] = [];
  program.stderr.on("data", (chunk: Buffer) => lines.push(String(chunk)));
  await expect.poll(() => lines.join(""), { timeout: 10_000 }).toContain("Forwarding");
  return {
    program,
    log: () => lines.join(""),
    dial: () => connect({ port: relayPort, host: "127.0.0.1", allowHalfOpen: true }),
  };
}

async function textOf(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

describe("the relay", () => {
  it("lets each side end what it says while the other goes on", async () => {
    const { dial } = await relay();
    const client = dial();
    client.end("question");
    const peer = await received;
    expect(await textOf(peer)).toBe("question");
    peer.end("answer");
    expect(await textOf(client)).toBe("answer");
  });

  it("lets the server speak first and leave first", async () => {
    const { dial } = await relay();
    const client = dial();
    (await received).end("goodbye");
    expect(await textOf(client)).toBe("goodbye");
    client.end();
  });

  it("takes from the sender no faster than the receiver reads", async () => {
    const { dial } = await relay();
    const client = dial();
    const peer = await received;
    const chunk = Buffer.alloc(1024 * 1024);
    Readable.from(Array.from({ length: 100 }, () => chunk)).pipe(client);
    const sent = () => client.bytesWritten - client.writableLength;
    const stalls = async () => {
      const before = sent();
      await sleep(300);
      return sent() > 0 && sent() === before;
    };
    await expect.poll(stalls, { timeout: 20_000 }).toBe(true);
    expect(sent()).toBeLessThan(60 * chunk.length);
    let length = 0;
    for await (const part of peer) length += (part as Buffer).length;
    expect(length).toBe(100 * chunk.length);
    client.destroy();
  }, 30_000);

  it("closes what it can't forward, says why, and goes on", async () => {
    const free = await getPort({ host: "127.0.0.1" });
    const { dial, log } = await relay(free);
    expect(await textOf(dial())).toBe("");
    expect(log()).toMatch(new RegExp(`PostgreSQL at 127\\.0\\.0\\.1:${free} can't be reached: .*Connect call failed`));
    expect(await textOf(dial())).toBe("");
  });

  it("ends the one side when the other breaks", async () => {
    const { dial, log } = await relay();
    const client = dial();
    const peer = await received;
    client.resetAndDestroy();
    expect(await textOf(peer)).toBe("");
    expect(log()).toContain("A connection broke: ");
  });

  it("refuses more connections than it can bear, and takes new ones when some are gone", async () => {
    const { dial, log } = await relay();
    server.on("connection", (socket) => {
      socket.on("error", () => undefined);
      socket.write("hello");
      socket.on("end", () => socket.end());
    });
    const greeted = async () => {
      const socket = dial();
      await Promise.race([once(socket, "data"), once(socket, "end")]);
      return socket;
    };
    const open = await Promise.all(Array.from({ length: 32 }, greeted));
    expect(open.map((socket) => socket.bytesRead)).toEqual(open.map(() => 5));
    expect((await greeted()).bytesRead).toBe(0);
    expect(log()).toContain("Refused a connection: 32 are open already");
    for (const socket of open) socket.destroy();
    await expect.poll(async () => (await greeted()).bytesRead, { timeout: 10_000 }).toBe(5);
  }, 20_000);

  it("finishes what is under way when it is told to stop", async () => {
    const { dial, program } = await relay();
    const client = dial();
    const peer = await received;
    program.kill("SIGTERM");
    await sleep(200);
    client.end("question");
    expect(await textOf(peer)).toBe("question");
    peer.end("answer");
    expect(await textOf(client)).toBe("answer");
    expect((await program).exitCode).toBe(0);
  });
});

describe("the probe", () => {
  const probe = (target: number) => {
    const env = { POSTGRES_HOST: "127.0.0.1", POSTGRES_PORT: String(target) };
    return execa("python3", ["-ISu", file("relay_ready.py")], { env, reject: false });
  };

  it("succeeds while the server takes connections", async () => {
    expect((await probe(port)).exitCode).toBe(0);
  });

  it("says why not", async () => {
    const free = await getPort({ host: "127.0.0.1" });
    const { exitCode, stderr } = await probe(free);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      new RegExp(`^PostgreSQL at 127\\.0\\.0\\.1:${free} can't be reached: .*Connection refused$`),
    );
  });
});
