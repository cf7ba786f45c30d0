import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";
import pRetry from "p-retry";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { TestStack } from "./stack.ts";

let stack: TestStack;

beforeEach(async () => {
  stack = await TestStack.create();
});

afterEach(async () => {
  await rm(stack.folder, { recursive: true });
});

/** A program with a dynamic resource whose create says in a file that it has begun, and takes `seconds`. */
function slow(seconds: number): string {
  return `
    class Slow extends pulumi.dynamic.Resource {
      constructor() {
        const create = async () => {
          const { writeFileSync } = await import("node:fs");
          writeFileSync("begun", String(process.pid));
          await new Promise((resolve) => setTimeout(resolve, ${seconds * 1000}));
          return { id: "1", outs: {} };
        };
        super({ create }, "slow", {});
      }
    }
    new Slow();
    new random.RandomId("id", { byteLength: 4 });`;
}

/** A policy pack that is nothing but a program. */
async function policyPack(code: string): Promise<string> {
  const folder = join(stack.folder, "pack");
  await mkdir(folder);
  await writeFile(join(folder, "PulumiPolicy.yaml"), "runtime: nodejs\n");
  await writeFile(join(folder, "package.json"), JSON.stringify({ version: "1.0.0", main: "pack.cjs" }));
  await writeFile(join(folder, "pack.cjs"), code);
  return folder;
}

async function begun(): Promise<void> {
  await pRetry(() => readFile(join(stack.folder, "begun")), { retries: 300, minTimeout: 100, factor: 1 });
}

/** The processes that descend from a process. */
async function descendants(pid: number): Promise<number[]> {
  const { stdout } = await execa("ps", ["-eo", "pid=,ppid="]);
  const pairs = stdout.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  const children = (parent: number): number[] =>
    pairs.filter(([, ppid]) => ppid === parent).flatMap(([child = 0]) => [child, ...children(child)]);
  return children(pid);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function end(pids: number[]): Promise<number[]> {
  const gone = () => {
    if (pids.some(isAlive)) throw new Error("still there");
  };
  await pRetry(gone, { retries: 50, minTimeout: 100, factor: 1 }).catch(() => undefined);
  return pids.filter(isAlive);
}

describe("the offline Node.js language host", () => {
  it("runs programs without one warning, and shows what they write to both streams", async () => {
    await stack.program('console.log("to stdout"); console.error("to stderr"); export const answer = 42;');
    const output = await stack.up();
    expect(output).toContain("to stdout");
    expect(output).toContain("to stderr");
    expect(output).toContain("answer: 42");
    expect(output).not.toContain("warning");
  });

  it("gives programs their settings, secret ones as secrets", async () => {
    await stack.succeeds("config", "set", "size", "7");
    await stack.succeeds("config", "set", "--secret", "token", "hidden-token");
    await stack.program(`const config = new pulumi.Config();
      export const size = config.requireNumber("size") + 1;
      export const token = config.requireSecret("token");`);
    const output = await stack.up();
    expect(output).toContain("size : 8");
    expect(output).toContain("token: [secret]");
    expect(output).not.toContain("hidden-token");
  });

  it("fails with the error of a program that throws", async () => {
    await stack.program('throw new Error("the reason");');
    expect(await stack.fails("up", "--yes", "--skip-preview")).toContain("the reason");
  });

  it("fails when a program exits by itself", async () => {
    await stack.program("process.exit(3);");
    expect(await stack.fails("up", "--yes", "--skip-preview")).toContain("the program ended with exit code 3");
  });

  it("lets an operation finish on Ctrl-C, ends the program, and leaves no process behind", async () => {
    await stack.program(slow(3));
    const up = stack.start("up", "--yes", "--skip-preview");
    await begun();
    const processes = await descendants(up.pid ?? 0);
    up.kill("SIGINT");
    const { all, exitCode } = await up;
    expect(exitCode).not.toBe(0);
    expect(all).toContain("update canceled");
    expect(processes.length).toBeGreaterThanOrEqual(4);
    expect(await end(processes)).toEqual([]);
    expect(await stack.outputs("slow")).toBeDefined();
  });

  it("leaves no process behind when the engine is killed", async () => {
    await stack.program(slow(60));
    const up = stack.start("up", "--yes", "--skip-preview");
    await begun();
    const processes = await descendants(up.pid ?? 0);
    up.kill("SIGKILL");
    await up;
    expect(processes.length).toBeGreaterThanOrEqual(4);
    expect(await end(processes)).toEqual([]);
  });

  it("fails with the error of a policy pack that can't start", async () => {
    const pack = await policyPack('throw new Error("the reason");');
    const said = await stack.fails("preview", "--policy-pack", pack);
    expect(said).toContain("the reason");
    expect(said).toContain("the policy pack ended before it served anything");
  });

  it("ends a policy pack when the engine is killed", async () => {
    const pack = await policyPack('require("fs").writeFileSync("../begun", ""); setInterval(() => {}, 1000);');
    const preview = stack.start("preview", "--policy-pack", pack);
    await begun();
    const processes = await descendants(preview.pid ?? 0);
    preview.kill("SIGKILL");
    await preview;
    expect(processes.length).toBeGreaterThanOrEqual(2);
    expect(await end(processes)).toEqual([]);
  });
});
