import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, describe, expect, it } from "vitest";

import { project } from "../../../toolchain/pulumi/offline-distribution.ts";

const LAUNCHER = join(project, "toolchain/bin/pulumi-resource-random");
const offers = join(project, "node_modules/.cache/pulumi/offers");

// A port that nobody listens on: a launcher that hands it out has taken the offer.
const OFFERED = "1";

const folders: string[] = [];
const launched: ChildProcess[] = [];

afterEach(async () => {
  for (const child of launched.splice(0)) child.kill("SIGKILL");
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** When this process began, in clock ticks. */
async function ownStart(): Promise<string> {
  return (await readFile("/proc/self/stat", "utf8")).replace(/^.*\) /, "").split(" ")[19] ?? "";
}

/** Offers to whoever this process starts, as the host with this number and start would. */
async function offered(host: number, start: string, name = "random"): Promise<string> {
  const folder = join(offers, `${process.pid}-${host}-${start}`);
  folders.push(folder);
  await mkdir(folder, { recursive: true });
  const offer = join(folder, `${name}.${OFFERED}`);
  await writeFile(offer, "");
  return offer;
}

/** Starts a launcher as the engine does. @returns It, and the port that it hands out. */
async function launch(): Promise<{ launcher: ChildProcess; port: string }> {
  const launcher = spawn(LAUNCHER, ["127.0.0.1:0"], { stdio: ["pipe", "pipe", "inherit"] });
  launched.push(launcher);
  const [port] = (await once(launcher.stdout, "data")) as [Buffer];
  return { launcher, port: port.toString().trim() };
}

describe.runIf(process.platform === "linux")("the launcher of an offline plugin", () => {
  it("takes what the language host of its engine offers, and ends with the engine", async () => {
    const offer = await offered(process.pid, await ownStart());
    const { launcher, port } = await launch();
    expect(port).toBe(OFFERED);
    expect(existsSync(offer)).toBe(false);
    const ended = once(launcher, "exit");
    launcher.stdin?.end();
    expect(await ended).toEqual([0, null]);
  });

  it("ends when the engine is done with it", async () => {
    await offered(process.pid, await ownStart());
    const { launcher } = await launch();
    const ended = once(launcher, "exit");
    launcher.kill("SIGINT");
    expect(await ended).toEqual([null, "SIGINT"]);
  });

  it("starts a process of its own where another launcher was faster", async () => {
    await offered(process.pid, await ownStart());
    const ports = (await Promise.all([launch(), launch()])).map(({ port }) => port);
    expect(ports.filter((port) => port === OFFERED)).toHaveLength(1);
    expect(ports.filter((port) => Number(port) > 1024)).toHaveLength(1);
  });

  it.each([
    ["has ended", 4_194_304, "1"],
    ["has ended, and whose number another process has got", process.pid, "1"],
  ])("starts a process of its own where the offer is of a host that %s", async (_, host, start) => {
    await offered(host, start);
    expect((await launch()).port).not.toBe(OFFERED);
  });

  it("starts a process of its own where another provider is offered", async () => {
    await offered(process.pid, await ownStart(), "postgresql");
    expect((await launch()).port).not.toBe(OFFERED);
  });
});
