import { execSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import getPort from "get-port";
import { afterEach, expect, it } from "vitest";

import { processesOf } from "../../../providers/local/process-table.ts";
import { ServiceProcess } from "../../../providers/local/service-process.ts";
import type { ServiceSpecification } from "../../../providers/local/service-specification.ts";

const folder = join(mkdtempSync(join(tmpdir(), "a service ")), "web");

/** Serves 200 on its port, with a child of its own that serves nothing. */
const WEB = `
  require("node:child_process").spawn("sleep", ["600"]);
  require("node:http").createServer((q, s) => s.end(process.env.GREETING)).listen(Number(process.env.PORT), "127.0.0.1");
`;
const STUBBORN = `process.on("SIGTERM", () => console.log("no")); console.log("here I am"); setInterval(() => {}, 1000);`;

const base: ServiceSpecification = {
  folder,
  command: [process.execPath, "-e", WEB],
  environment: {},
  secrets: {},
  files: {},
  secretFiles: {},
  startSeconds: 20,
  stopSeconds: 1,
};

async function web(greeting = "hello"): Promise<ServiceProcess> {
  const port = await getPort({ host: "127.0.0.1" });
  return new ServiceProcess({ ...base, environment: { PORT: String(port), GREETING: greeting }, port, readiness: "/" });
}

const answer = async (service: ServiceProcess) =>
  (await fetch(`http://127.0.0.1:${service.specification.port ?? 0}/`)).text();
const pids = async () => (await processesOf(folder)).map(({ pid }) => pid);
const leader = () => Number(readFileSync(join(folder, "pid"), "utf8"));

afterEach(() => new ServiceProcess(base).destroy());

it("a local service is ready when start returns, and a second start leaves it alone", async () => {
  const service = await web();
  await service.start();
  expect(await answer(service)).toBe("hello");
  const before = await pids();
  expect(before).toHaveLength(2);
  await service.start();
  expect(await pids()).toEqual(before);
});

it("a local service restarts when its settings change", async () => {
  const service = await web();
  await service.start();
  const before = leader();
  const other = new ServiceProcess({
    ...service.specification,
    environment: { ...service.specification.environment, GREETING: "bye" },
  });
  expect(await other.isRunning()).toBe(false);
  await other.start();
  expect(leader()).not.toBe(before);
  expect(await answer(other)).toBe("bye");
});

it("a local service is noticed when killed, and what it had started goes when it comes back", async () => {
  const service = await web();
  await service.start();
  const before = await pids();
  process.kill(leader(), "SIGKILL");
  await expect.poll(() => service.isRunning()).toBe(false);
  await service.start();
  expect((await pids()).filter((pid) => before.includes(pid))).toEqual([]);
  expect(await answer(service)).toBe("hello");
});

it("a local service stops with all that it started, even if it will not listen", async () => {
  const service = new ServiceProcess({
    ...base,
    command: [process.execPath, "-e", STUBBORN],
    readyWhenLogged: "here I am",
  });
  await service.start();
  expect(await pids()).toHaveLength(1);
  await service.stop();
  expect(await pids()).toEqual([]);
  expect(readFileSync(service.log, "utf8")).toContain("no");
});

it("a local service never touches somebody else's process that has got its id", async () => {
  const stranger = spawn("sleep", ["600"]);
  const service = await web();
  await service.start();
  await service.stop();
  writeFileSync(join(folder, "pid"), String(stranger.pid));
  expect(await service.isRunning()).toBe(false);
  await service.stop();
  expect(stranger.exitCode ?? stranger.signalCode).toBe(null);
  stranger.kill();
});

it("a local service takes over a start that was interrupted by kill -9", async () => {
  const service = await web();
  const script = join(folder, "..", "start.ts");
  const module = join(import.meta.dirname, "../../../providers/local/service-process.ts");
  writeFileSync(
    script,
    `const { ServiceProcess } = await import(${JSON.stringify(module)});
     void new ServiceProcess(${JSON.stringify(service.specification)}).start();
     while (!(await fetch("http://127.0.0.1:${service.specification.port ?? 0}/").catch(() => false)));
     process.kill(process.pid, "SIGKILL");`,
  );
  expect(() => execSync(`'${process.execPath}' '${script}'`, { stdio: "ignore" })).toThrow();
  const before = leader();
  await service.start();
  expect(leader()).toBe(before);
});

it("a local service runs its preparation first, and does not start without it", async () => {
  const prepared = new ServiceProcess({
    ...base,
    prepare: ["sh", "-c", "echo prepared > ready; echo preparing"],
    command: ["sh", "-c", "cat ready; exec sleep 600"],
    readyWhenLogged: "prepared",
  });
  await prepared.start();
  expect(readFileSync(prepared.log, "utf8")).toBe("preparing\nprepared\n");
  const unprepared = new ServiceProcess({ ...base, prepare: ["sh", "-c", "echo the disk is full; exit 3"] });
  await expect(unprepared.start()).rejects.toThrow(
    /ended with 3\. The end of its log, .*\/log:\n {2}the disk is full$/,
  );
  expect(await pids()).toEqual([]);
});

it("a local service says why it did not start, and leaves nothing running", async () => {
  const broken = new ServiceProcess({
    ...base,
    command: ["sh", "-c", "echo no such model; exit 1"],
    readyWhenLogged: "x",
  });
  await expect(broken.start()).rejects.toThrow(/it ended before it was ready\..*no such model$/s);
  const slow = new ServiceProcess({ ...base, command: ["sleep", "600"], readyWhenLogged: "x", startSeconds: 0.5 });
  await expect(slow.start()).rejects.toThrow("it was not ready after 0.5 s");
  expect(await pids()).toEqual([]);
});

it("a local service refuses a port that another program listens on", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const service = new ServiceProcess({ ...base, port, readiness: "/" });
  await expect(service.start()).rejects.toThrow(`Port ${port} on 127.0.0.1`);
  server.close();
});

it("a local service gives its files and secrets to nobody else, and its arguments hold none", async () => {
  const service = new ServiceProcess({
    ...base,
    command: ["sh", "-c", "cat ../files/*; echo $TOKEN | wc -c; exec sleep 600"],
    files: { "a.yaml": "a: 1\n" },
    secretFiles: { "b.env": "KEY=sk-secret\n" },
    secrets: { TOKEN: "sk-token" },
    readyWhenLogged: "9",
  });
  await service.start();
  expect(readFileSync(service.log, "utf8")).toBe("a: 1\nKEY=sk-secret\n9\n");
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, "files", "b.env")).mode & 0o777).toBe(0o600);
  expect(statSync(service.log).mode & 0o777).toBe(0o600);
  expect(readFileSync(`/proc/${leader()}/cmdline`, "utf8")).not.toContain("sk-");
});

it("a local service tells private secrets on standard input only", async () => {
  const service = new ServiceProcess({
    ...base,
    command: ["sh", "-c", "cat; echo; exec sleep 600"],
    secrets: { TOKEN: "sk-token" },
    privateSecrets: { KEY: "sk-private" },
    readyWhenLogged: "}",
  });
  await service.start();
  expect(readFileSync(service.log, "utf8")).toBe('{"KEY":"sk-private"}\n');
  expect(readFileSync(`/proc/${leader()}/environ`, "utf8")).toMatch(/TOKEN=sk-token(?!.*sk-private)/s);
  await service.stop();
  writeFileSync(service.log, "");
  expect(execSync(`grep -r sk-private '${folder}' || echo none`, { encoding: "utf8" })).toBe("none\n");
  const ended = new ServiceProcess({ ...service.specification, command: ["sh", "-c", "exit 4"] });
  await expect(ended.start()).rejects.toThrow("it ended before it was ready");
});

it("a local service leaves no file behind", async () => {
  const service = await web();
  await service.start();
  await service.destroy();
  expect(existsSync(folder)).toBe(false);
  expect(await pids()).toEqual([]);
});

it("a local service runs a command to its end, which leaves nothing but the log of one that fails", async () => {
  const trial = (program: string, startSeconds = 20) =>
    new ServiceProcess({ ...base, folder: join(folder, "trial"), command: ["sh", "-c", program], startSeconds });
  await trial("cat ../files/*; sleep 600 & exit 0").runToEnd();
  expect(existsSync(join(folder, "trial"))).toBe(false);
  const failing = trial("sleep 600 & echo no such model; exit 3");
  await expect(failing.runToEnd()).rejects.toThrow(/ended with 3\. The end of its log, .*no such model$/s);
  await expect(trial("exec sleep 600", 0.5).runToEnd()).rejects.toThrow(
    "`sh -c exec sleep 600` had not ended after 0.5 s",
  );
  expect(await processesOf(join(folder, "trial"))).toEqual([]);
});
