import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";

import { TestPostgres } from "../postgres/server.ts";
import { litellmEnvironment, TestProxy } from "../toolchain/prisma/litellm.ts";
import { enginesOf, listeningPorts, processTree } from "./process-tree.ts";

const NOBODY = 65534;

/** Three workers that start at once, on a busy machine, in milliseconds. */
const START = 900_000;

/** In place of /tmp and as open as that: everybody may look around in it. */
let folder: string;
let postgres: TestPostgres;
let proxy: TestProxy;
let second: TestProxy;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "llm-gateway-sockets-"));
  await chmod(folder, 0o1777);
  postgres = await TestPostgres.create();
  const start = async (database: string, workers: number) => {
    await postgres.query(`CREATE DATABASE ${database}`);
    // The machine's way to the internet leads to no engine.
    const environment = { TMPDIR: folder, HTTP_PROXY: "http://127.0.0.1:1", ALL_PROXY: "http://127.0.0.1:1" };
    return TestProxy.start(postgres.url(database), { workers, environment });
  };
  [proxy, second] = await Promise.all([start("first", 2), start("second", 1)]);
}, START);

afterAll(async () => {
  await Promise.all([proxy.delete(), second.delete()]);
  await postgres.delete();
  await rm(folder, { recursive: true });
});

const socketFolders = async () => (await readdir(folder)).filter((name) => name.startsWith("query-engine-")).sort();
const engineIds = async () =>
  (await Promise.all([proxy, second].map(({ pid }) => enginesOf(pid)))).flat().map(({ pid }) => pid);
const generate = async (one: TestProxy, alias: string) =>
  (await one.call("POST", "/key/generate", { key_alias: alias, models: ["gpt-4o"] })).status;

/** With this, any account of the machine made itself administrator of the proxy. */
const MUTATION = JSON.stringify({
  variables: {},
  operation_name: "",
  query: `mutation { result: createOneLiteLLM_UserTable(data: { user_id: "mallory", user_role: "proxy_admin" }) { user_id } }`,
});

/** What those send who are not LiteLLM; the answer shows whether a query engine has heard it. */
const ATTACKS = {
  "a program": request("POST / HTTP/1.1", "Host: localhost", "Content-Type: application/json"),
  "a web page, which needs nobody's leave for plain text": request(
    ...["POST / HTTP/1.1", "Host: 127.0.0.1", "Origin: https://attacker.example", "Content-Type: text/plain"],
  ),
  "a web page whose name was bound to this machine": request("POST / HTTP/1.1", "Host: attacker.example"),
  "a client without a Host": request("POST / HTTP/1.0"),
  "a client of a proxy": request("POST http://localhost/ HTTP/1.1", "Host: localhost"),
  "someone who looks around": "GET /status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
  "someone who counts": "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
};

function request(...head: string[]): string {
  const length = `Content-Length: ${Buffer.byteLength(MUTATION)}`;
  return [...head, length, "Connection: close", "", MUTATION].join("\r\n");
}

async function answerTo(request: string, port: number): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port });
  socket.write(request);
  return text(socket).catch(String);
}

it("the proxy lets nobody make himself administrator at any port that its processes listen on", async () => {
  const ports = await listeningPorts(await processTree(proxy.pid));
  expect(ports).toContain(proxy.port);

  const heard = [];
  for (const [who, attack] of Object.entries(ATTACKS)) {
    for (const port of ports) {
      const answer = await answerTo(attack, port);
      if (/"user_id"|"status":"ok"|"counters"/.test(answer)) heard.push(who);
    }
  }

  expect(heard).toEqual([]);
  expect(await postgres.query(`SELECT * FROM "LiteLLM_UserTable" WHERE user_id = 'mallory'`, "first")).toEqual([]);
});

it("the proxy listens on its own port and no other, whatever the number of workers", async () => {
  expect(await listeningPorts(await processTree(proxy.pid))).toEqual([proxy.port]);
  expect(await listeningPorts(await processTree(second.pid))).toEqual([second.port]);
  expect(await enginesOf(proxy.pid)).toHaveLength(2);
});

it("each query engine has a socket in a folder that other accounts can't enter", async () => {
  const names = await socketFolders();
  expect(names).toHaveLength(3);

  for (const name of names) {
    const { mode, uid } = await stat(join(folder, name));
    expect({ mode: mode & 0o777, uid }).toEqual({ mode: 0o700, uid: process.getuid?.() });

    const args = ["--silent", "--unix-socket", join(folder, name, "socket"), "http://engine/status"];
    const own = await execa("curl", args);
    expect(own.stdout).toBe('{"status":"ok"}');
    // Only the superuser can act as somebody else.
    const others = process.getuid?.() === 0 ? [NOBODY] : [];
    for (const account of others) {
      const other = await execa("curl", args, { uid: account, gid: account, reject: false });
      expect({ exitCode: other.exitCode, stdout: other.stdout }).toEqual({ exitCode: 7, stdout: "" });
    }
  }
});

it("query engines serve the proxies that run at the same time, each from its own database", async () => {
  expect(await generate(proxy, "of-the-first")).toBe(200);
  expect(await generate(second, "of-the-second")).toBe(200);

  const aliases = (database: string) => postgres.query(`SELECT key_alias FROM "LiteLLM_VerificationToken"`, database);
  expect(await aliases("first")).toEqual([{ key_alias: "of-the-first" }]);
  expect(await aliases("second")).toEqual([{ key_alias: "of-the-second" }]);
});

it(
  "the proxy goes on after an outage, which gives it new query engines, and after a worker was killed",
  async () => {
    const before = await engineIds();
    await postgres.stop();
    await proxy.untilReadiness(503);
    await second.untilReadiness(503);
    await postgres.start();
    await proxy.untilReadiness(200);
    await second.untilReadiness(200);
    expect(await generate(proxy, "after-the-outage")).toBe(200);
    expect(await generate(second, "after-the-outage")).toBe(200);

    const [engine] = await enginesOf(proxy.pid);
    process.kill(engine?.parent ?? 0, "SIGKILL");
    // Another worker comes with an engine of its own; that of the worker that was killed ends by itself.
    const others = async () => (await enginesOf(proxy.pid)).filter(({ pid }) => pid !== engine?.pid);
    await expect.poll(others, { timeout: START }).toHaveLength(2);
    await proxy.untilReadiness(200);
    expect(await generate(proxy, "after-the-kill")).toBe(200);
    expect(await engineIds()).not.toEqual(before);
  },
  START,
);

it(
  "the proxy leaves neither a query engine nor a socket behind, also when it was killed",
  async () => {
    const engines = await engineIds();
    expect(engines.length).toBeGreaterThan(2);

    await proxy.kill("SIGTERM");
    await second.kill("SIGKILL");

    await expect.poll(() => engines.filter(isAlive), { timeout: START }).toEqual([]);
    await expect.poll(socketFolders, { timeout: START }).toEqual([]);
  },
  START,
);

it(
  "the query engine finds room for its socket where the path of the folder for temporary files is too long",
  async () => {
    const deep = join(folder, "a-folder-with-a-name-of-its-own/".repeat(4));
    await mkdir(deep, { recursive: true });
    const code = `
import asyncio, datetime
from prisma import Prisma

async def main():
    database = Prisma()
    await database.connect(timeout=datetime.timedelta(minutes=5))
    print(await database.query_raw("SELECT 1 AS one"))
    await database.disconnect()

asyncio.run(main())`;
    const env = { ...(await litellmEnvironment(postgres.url())), TMPDIR: deep };

    expect((await execa("python", ["-c", code], { cwd: folder, env })).stdout).toContain("[{'one': 1}]");
    expect(await readdir(deep)).toEqual([]);
  },
  START,
);

it(
  "the proxy dials no port, whoever may listen there in the query engine's place",
  async () => {
    const heard = join(folder, "heard");
    await writeFile(heard, "");
    await writeFile(join(folder, "impostor.cjs"), IMPOSTOR);
    const impostor = join(folder, "impostor");
    const program = `#!/bin/sh\nexec '${process.execPath}' '${folder}/impostor.cjs' '${heard}' "$@"\n`;
    await writeFile(impostor, program, { mode: 0o755 });
    // The client tries ten times a second for as long as it is patient.
    const code = `
import asyncio, datetime, pathlib
from prisma import Prisma

async def main():
    connecting = asyncio.create_task(Prisma().connect(timeout=datetime.timedelta(minutes=5)))
    while "listening" not in pathlib.Path("heard").read_text():
        await asyncio.sleep(0.1)
    await asyncio.sleep(2)
    print("still trying:", not connecting.done())
    connecting.cancel()

asyncio.run(main())`;
    const env = { ...(await litellmEnvironment(postgres.url())), TMPDIR: folder, PRISMA_QUERY_ENGINE_BINARY: impostor };

    expect((await execa("python", ["-c", code], { cwd: folder, env })).stdout).toContain("still trying: True");
    expect(await readFile(heard, "utf8")).toBe("listening\n");
  },
  START,
);

/** Listens on the port of the command line, and says what it hears there. */
const IMPOSTOR = `
  const { appendFileSync } = require("node:fs");
  const [, , heard, flag, port] = process.argv;
  const hear = (socket) => {
    appendFileSync(heard, "a connection\\n");
    socket.destroy();
  };
  if (flag === "--version") console.log("query-engine 5.17.0");
  else require("node:net").createServer(hear).listen(Number(port), () => appendFileSync(heard, "listening\\n"));
  setTimeout(process.exit, 60_000).unref();
`;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
