import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { project } from "../../../toolchain/pulumi/offline-distribution.ts";

const LAUNCHER = join(project, "toolchain/bin/pulumi-resource-random");
const offers = join(project, "node_modules/.cache/pulumi/offers");

// A port that nobody listens on: a launcher that hands it out has taken the offer.
const OFFERED = "1";

/** What a launcher says that starts a process of its own: the plugin's, for which a `node` stands in that tells what it should run. */
const OWN = /plugins\/resource-plugin\.ts random 127\.0\.0\.1:0$/;

let bin: string;
const folders: string[] = [];
const launched: ChildProcess[] = [];

beforeAll(async () => {
  bin = await mkdtemp(join(tmpdir(), "launcher-"));
  await writeFile(join(bin, "node"), '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
});

afterAll(() => rm(bin, { recursive: true }));

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

/** Starts a launcher as the engine does. @returns It, and what it says first, which is the port if it takes an offer. */
async function launch(): Promise<{ launcher: ChildProcess; said: string }> {
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}` };
  const launcher = spawn(LAUNCHER, ["127.0.0.1:0"], { env, stdio: ["pipe", "pipe", "inherit"] });
  launched.push(launcher);
  const [said] = (await once(launcher.stdout, "data")) as [Buffer];
  return { launcher, said: said.toString().trim() };
}

describe.runIf(process.platform === "linux")("the launcher of an offline plugin", () => {
  it("takes what the language host of its engine offers, and ends with the engine", async () => {
    const offer = await offered(process.pid, await ownStart());
    const { launcher, said } = await launch();
    expect(said).toBe(OFFERED);
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
    const said = (await Promise.all([launch(), launch()])).map((launched) => launched.said);
    expect(said.filter((one) => one === OFFERED)).toHaveLength(1);
    expect(said.filter((one) => OWN.test(one))).toHaveLength(1);
  });

  it.each([
    ["has ended", 4_194_304, "1"],
    ["has ended, and whose number another process has got", process.pid, "1"],
  ])("starts a process of its own where the offer is of a host that %s", async (_, host, start) => {
    await offered(host, start);
    expect((await launch()).said).toMatch(OWN);
  });

  it("starts a process of its own where another provider is offered", async () => {
    await offered(process.pid, await ownStart(), "postgresql");
    expect((await launch()).said).toMatch(OWN);
  });
});
