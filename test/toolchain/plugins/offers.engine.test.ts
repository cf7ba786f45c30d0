import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";
import getPort from "get-port";
import pRetry from "p-retry";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { project } from "../../../toolchain/pulumi/offline-distribution.ts";
import { TestStack } from "./stack.ts";

let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.create();
});

afterAll(() => stack.delete());

interface Process {
  pid: number;
  ppid: number;
  command: string;
}

/** The processes that an engine has started by itself. */
async function startedBy(engine: number): Promise<Process[]> {
  const { stdout } = await execa("ps", ["-eo", "pid=,ppid=,args="]);
  return stdout
    .split("\n")
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [])
    .map(([, pid, ppid, command = ""]) => ({ pid: Number(pid), ppid: Number(ppid), command }))
    .filter(({ ppid }) => ppid === engine);
}

/** The folders of offers of an engine that are there. */
async function offersTo(engine: number): Promise<string[]> {
  const names = await readdir(join(project, "node_modules/.cache/pulumi/offers"));
  return names.filter((name) => name.startsWith(`${engine}-`));
}

/** A program that waits in a dynamic resource, once its random values and its other resources are there. */
function waiting(others = ""): string {
  return `const ids = [new random.RandomId("id", { byteLength: 4 })];
    ${others}
    class Waiting extends pulumi.dynamic.Resource {
      constructor() {
        const create = async () => {
          const { writeFileSync } = await import("node:fs");
          writeFileSync("waiting", String(process.pid));
          await new Promise((resolve) => setTimeout(resolve, 600_000));
        };
        super({ create }, "waiting", {}, { dependsOn: ids });
      }
    }
    new Waiting();`;
}

/** Starts an update, and hands over when its program waits. */
async function whileWaiting(program: string, work: (engine: number) => Promise<void>): Promise<string> {
  await stack.program(program);
  await execa("rm", ["-f", join(stack.folder, "waiting")]);
  const up = stack.start("up", "--yes", "--skip-preview");
  try {
    await pRetry(() => readFile(join(stack.folder, "waiting")), { retries: 600, minTimeout: 100, factor: 1 });
    await work(up.pid ?? 0);
  } finally {
    up.kill("SIGKILL");
  }
  const { all } = await up;
  // The engine had no chance to give back its lock.
  await stack.succeeds("cancel", "--yes");
  return all;
}

describe("the language host's process", () => {
  it("serves providers besides programs: their plugins have processes that only wait, and a third one of its own", async () => {
    const more = `for (const name of ["a", "b"]) {
      const provider = new random.Provider(name);
      ids.push(new random.RandomId(name, { byteLength: 4 }, { provider }));
    }`;
    await whileWaiting(waiting(more), async (engine) => {
      const commands = (await startedBy(engine)).map(({ command }) => command);
      expect(commands.filter((command) => command === "cat")).toHaveLength(2);
      expect(commands.filter((command) => command.includes("resource-plugin.ts random"))).toHaveLength(1);
      expect(commands.filter((command) => command.includes("nodejs-language-host.ts"))).toHaveLength(1);
    });
  });

  it("withdraws its offers when the engine is killed", async () => {
    let killed = 0;
    await whileWaiting(waiting(), async (engine) => {
      killed = engine;
      expect(await offersTo(engine)).toHaveLength(1);
    });
    const none = async () => {
      expect(await offersTo(killed)).toEqual([]);
    };
    await pRetry(none, { retries: 100, minTimeout: 100, factor: 1 });
  });

  it("keeps providers of one kind apart, each with its own configuration", async () => {
    const ports = await Promise.all([getPort(), getPort(), getPort()]);
    await stack.program(`for (const port of ${JSON.stringify(ports)}) {
      const provider = new postgresql.Provider("server" + port, { host: "127.0.0.1", port, username: "u" + port });
      new postgresql.Role("role" + port, { name: "role" }, { provider });
    }`);
    const said = await stack.fails("up", "--yes", "--skip-preview", "--continue-on-error");
    for (const port of ports) {
      expect(said).toContain(`PostgreSQL at 127.0.0.1:${port}, database postgres, user u${port}`);
    }
  });

  it("lets no run of the engine hang when it is killed itself, and the next run is as ever", async () => {
    await stack.program(waiting());
    await execa("rm", ["-f", join(stack.folder, "waiting")]);
    const up = stack.start("up", "--yes", "--skip-preview");
    await pRetry(() => readFile(join(stack.folder, "waiting")), { retries: 600, minTimeout: 100, factor: 1 });
    const engine = up.pid ?? 0;
    const children = await startedBy(engine);
    for (const { pid, command } of children) {
      if (command.includes("nodejs-language-host.ts")) process.kill(pid, "SIGKILL");
    }
    const program = await readFile(join(stack.folder, "waiting"), "utf8");
    process.kill(Number(program), "SIGKILL");
    expect((await up).exitCode).not.toBe(0);
    expect(await offersTo(engine)).toHaveLength(1);

    await stack.program('export const id = new random.RandomId("id", { byteLength: 4 }).hex;');
    await stack.up();
    expect(await offersTo(engine)).toEqual([]);
    expect(await stack.plan()).toEqual({});
  });
});
