import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, link, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import { execa } from "execa";
import protobuf from "google-protobuf/google/protobuf/struct_pb.js";
import pRetry from "p-retry";
import { afterAll, beforeAll, expect, it } from "vitest";

import { shell } from "../../providers/shell.ts";
import { pulumiCli } from "../../toolchain/pulumi/cli.ts";
import { pulumiEnvironment } from "../../toolchain/pulumi/environment.ts";
import { keyStack, keysProgram } from "../virtual-keys/key-stack.ts";

// What Pulumi's own distribution does, whose launcher of dynamic providers is a shell that waits for Node.js.

const project = join(import.meta.dirname, "../..");
const LAUNCHER = `#!/bin/sh
node "${join(project, "node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js")}" "$@"
exit
`;

/** The modules that components name as their resources' providers. */
const sources = (await readdir(join(project, "components"), { recursive: true })).filter((name) =>
  name.endsWith(".ts"),
);
const texts = await Promise.all(sources.map((name) => readFile(join(project, "components", name), "utf8")));
const modules = texts.flatMap((text) => [...text.matchAll(/"(#providers\/[^"]+)"/g)].map(([, module = ""]) => module));

let folder: string;
let launcher: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "launcher-"));
  launcher = join(folder, "pulumi-resource-pulumi-nodejs");
  await writeFile(launcher, LAUNCHER, { mode: 0o755 });
});

afterAll(() => rm(folder, { recursive: true }));

/** The processes that descend from a process, with their commands. */
async function descendants(pid: number): Promise<Map<number, string>> {
  const { stdout } = await execa("ps", ["-eo", "pid=,ppid=,args="]);
  const rows = stdout.split("\n").map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []);
  const below = (parent: number): (readonly [number, string])[] =>
    rows
      .filter(([, , ppid]) => Number(ppid) === parent)
      .flatMap(([, child, , command = ""]) => [[Number(child), command] as const, ...below(Number(child))]);
  return new Map(below(pid));
}

/** Waits until none of the processes is left. */
async function ended(pids: number[]): Promise<void> {
  const look = async () => {
    for (const pid of pids) {
      const left = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
      if (left !== "") throw new Error(`still there: ${left.replaceAll("\0", " ")}`);
    }
  };
  await pRetry(look, { retries: 300, minTimeout: 100, factor: 1 });
}

/** Starts the process of dynamic providers, and has it load one. @returns The launcher, and the process. */
async function loaded(module: string, env = process.env) {
  const child = spawn(launcher, ["127.0.0.1:0"], { cwd: project, env, stdio: ["pipe", "pipe", "ignore"] });
  const [port] = (await once(child.stdout, "data")) as [Buffer];
  const client = new services.ResourceProviderClient(
    `127.0.0.1:${port.toString().trim()}`,
    grpc.credentials.createInsecure(),
  );
  const properties = protobuf.Struct.fromJavaScript({ __provider: shell(module) });
  // Whatever the provider says of a resource without properties.
  await new Promise<void>((resolve) => {
    client.check(new messages.CheckRequest().setOlds(properties).setNews(properties), () => {
      resolve();
    });
  });
  client.close();
  return { child, pids: [...(await descendants(child.pid ?? 0)).keys()] };
}

it.each(modules)("a plugin's process ends with the engine once it has loaded %s", async (module) => {
  const { child, pids } = await loaded(module);
  expect(pids).toHaveLength(1);
  child.stdin.destroy();
  await ended(pids);
});

it("the process of dynamic providers keeps what it has compiled for the next run when the engine is done and ends it", async () => {
  const cache = join(folder, "compiled");
  const { pids } = await loaded("#providers/foundations.ts", { ...process.env, NODE_COMPILE_CACHE: cache });
  for (const pid of pids) process.kill(pid, "SIGINT");
  await ended(pids);
  const kept = await readdir(cache, { recursive: true, withFileTypes: true });
  expect(kept.filter((entry) => entry.isFile()).length).toBeGreaterThan(100);
});

it("an engine that is killed in the middle of an update leaves no process of a plugin behind", async () => {
  // LiteLLM as it is when it hangs: the update waits for an answer.
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const asked = once(server, "request");
  const stack = await keyStack();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await stack.program(keysProgram({ gatewayAccess: { url }, masterKey: "sk-master-of-the-test" }, { team: {} }));

  const cli = await pulumiCli();
  const distribution = join(folder, "distribution");
  await mkdir(distribution);
  await link(cli, join(distribution, "pulumi")).catch(() => copyFile(cli, join(distribution, "pulumi")));
  await symlink(join(project, "toolchain/bin/pulumi-language-nodejs"), join(distribution, "pulumi-language-nodejs"));
  await symlink(launcher, join(distribution, "pulumi-resource-pulumi-nodejs"));
  const environment = await pulumiEnvironment({ home: join(stack.folder, "home") });
  const engine = execa(join(distribution, "pulumi"), ["up", "--yes", "--skip-preview", "--non-interactive"], {
    cwd: stack.folder,
    env: { ...environment, PATH: `${distribution}:${environment["PATH"] ?? ""}` },
    reject: false,
    stdin: "ignore",
  });
  try {
    await asked;
    const processes = await descendants(engine.pid ?? 0);
    const isLauncher = (command: string) => /^\/bin\/sh .*pulumi-resource-pulumi-nodejs/.test(command);
    expect([...processes.values()].filter(isLauncher)).toHaveLength(1);
    engine.kill("SIGKILL");
    await engine;
    await ended([...processes.keys()]);
  } finally {
    engine.kill("SIGKILL");
    await engine;
    server.closeAllConnections();
    server.close();
    await rm(stack.folder, { recursive: true });
  }
});
