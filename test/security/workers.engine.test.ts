import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";

import { execa } from "execa";
import pRetry from "p-retry";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { pythonEnvironment } from "../../toolchain/python/environment.ts";
import { type TestProcess, TestSagewai, type WorkerOptions } from "../sagewai/test-sagewai.ts";
import { users } from "./ordinary-user.ts";

// Whoever can submit a task, or talk an agent into it, runs code as a child of the worker, as the worker's user.

const NEEDLE = randomBytes(12).toString("hex");
const ENROLLMENT_KEY = `${NEEDLE}-enrollment-key-of-gpu`;
const POOL_KEY = "sk-key-of-the-pool";
const HOSTILE = join(import.meta.dirname, "hostile-task.py");
const TRACES = join(import.meta.dirname, "traces-task.py");
/** Signals are confined from this version on, which came with Linux 6.12. */
const LANDLOCK_OF_SIGNALS = 6;
const USERS = await users();
const python = join(await pythonEnvironment("sagewai"), "bin", "python");

let sagewai: TestSagewai;
/** One that anybody on the machine may talk to, as Docker's for some. */
let listener: Server;
/** The version of what confines tasks on this machine: https://docs.kernel.org/userspace-api/landlock.html. */
let landlock: number;
/** Programs of a worker on a system without Landlock, such as an old kernel. */
let unconfined: string;
let admin: TestProcess;
const workers: TestProcess[] = [];

beforeAll(async () => {
  sagewai = await TestSagewai.onNewDatabase({
    enrollmentKeys: { gpu: ENROLLMENT_KEY, cpu: "enrollment-key-of-cpu" },
    projects: { gpu: "research" },
  });
  for (const task of [HOSTILE, TRACES]) {
    await cp(task, join(sagewai.programs, task.slice(import.meta.dirname.length + 1)));
  }
  const ask = "import sys; sys.path.append(sys.argv[1]); import confinement; print(confinement.landlock_version())";
  landlock = Number((await execa(python, ["-I", "-B", "-c", ask, sagewai.programs])).stdout);
  expect(landlock, "These tests need Linux 5.13 or newer, with Landlock among its security modules").toBeGreaterThan(0);
  unconfined = join(sagewai.folder, "old-system");
  await cp(sagewai.programs, unconfined, { recursive: true });
  const confinement = await readFile(join(unconfined, "confinement.py"), "utf8");
  await writeFile(
    join(unconfined, "confinement.py"),
    confinement.replace("if LINUX else 0\n", "if LINUX and False else 0\n"),
  );
  listener = createServer().listen({ path: join(sagewai.folder, "listener"), readableAll: true, writableAll: true });
  expect((await sagewai.setUp()).exitCode).toBe(0);
  admin = await sagewai.serve();
});

afterEach(async () => {
  // Not killed: the admin might give a task to the request for one that a worker leaves behind.
  for (const worker of workers.splice(0)) await worker.stop();
});

afterAll(async () => {
  await admin.stop("SIGKILL");
  listener.close();
  await sagewai.delete();
});

interface Task {
  status: string;
  output: string | null;
  error: string | null;
  worker_id: string | null;
}

const RESEARCH = { "x-project-id": "research" };

async function enqueue(payload: object, headers: Record<string, string> = RESEARCH, pool = "gpu"): Promise<string> {
  const { body } = await sagewai.call<{ run_id: string }>("fleet/tasks", { pool, payload }, undefined, headers);
  return body.run_id;
}

async function ended(run: string, headers: Record<string, string> = RESEARCH): Promise<Task> {
  return pRetry(
    async () => {
      const { body } = await sagewai.call<Task>(`fleet/tasks/${run}`, undefined, undefined, headers);
      if (body.status !== "completed" && body.status !== "failed") throw new Error(`The task is ${body.status}.`);
      return body;
    },
    { retries: 600, minTimeout: 200, factor: 1 },
  );
}

async function output<T>(run: string): Promise<T> {
  const task = await ended(run);
  expect(task).toMatchObject({ status: "completed", error: null });
  return JSON.parse(task.output ?? "") as T;
}

async function worker(name: string, options: WorkerOptions = {}): Promise<TestProcess> {
  const started = await sagewai.worker(name, "gpu", ENROLLMENT_KEY, POOL_KEY, { project: "research", ...options });
  workers.push(started);
  await started.logged(" is ready: ");
  return started;
}

interface Loot {
  opened: string[];
  found: string[];
  planted: string[];
  registered: number[];
}

/** What a hostile task looks for, and where. */
function attack(name: string, options: { programs?: string; kills?: boolean; plants?: boolean } = {}) {
  const { programs = sagewai.programs, kills = landlock >= LANDLOCK_OF_SIGNALS, plants = true } = options;
  const places = { folders: [sagewai.folder], files: programs, home: sagewai.home(name), programs };
  return {
    ...places,
    socket: join(sagewai.folder, "listener"),
    needle: NEEDLE,
    admin: sagewai.url,
    pool: "gpu",
    kills,
    plants,
  };
}

const HANDOVERS = ["variable", "stdin"] as const;

describe.each(Object.entries(USERS))("a hostile task of a worker that runs as %s", (who, user) => {
  it.each(HANDOVERS)("gets nothing from a worker that got its key by %s", async (handover) => {
    const name = `boxed-${handover}-${who.replaceAll(" ", "-")}`;
    const task = ["python", "-I", join(sagewai.programs, "hostile-task.py")];
    const hunted = await worker(name, { handover, task, ...(user && { user }) });
    const first = await output<Loot>(await enqueue(attack(name)));
    // Its key of the pool, and no key at all, register nobody.
    expect(first).toEqual({ opened: [], found: [], planted: [], registered: [401, 401] });
    // The worker lives, and its next task fares no better.
    expect(await output<Loot>(await enqueue(attack(name)))).toEqual(first);
    await hunted.stop();
    const kept = await readFile(join(sagewai.home(name), "fleet", "registration"), "utf8");
    expect(kept).not.toMatch(/secret|worker/);
  });

  it.each(HANDOVERS)("learns no secret even without Landlock, the key coming by %s", async (handover) => {
    const name = `open-${handover}-${who.replaceAll(" ", "-")}`;
    const task = ["python", "-I", join(unconfined, "hostile-task.py")];
    const hunted = await worker(name, { handover, task, programs: unconfined, ...(user && { user }) });
    const loot = await output<Loot>(await enqueue(attack(name, { programs: unconfined, kills: false, plants: false })));
    expect(loot.found).toEqual([]);
    expect(loot.registered).toEqual([401, 401]);
    // By stdin, there is a process in front that has nothing to hide. Root without privileges can't look into root's.
    const front = handover === "stdin" && who !== "root" ? ["descriptors", "environment", "memory", "trace"] : [];
    // Nothing confines it, indeed.
    expect(loot.opened).toContain("file worker.py");
    const beyondFiles = loot.opened.filter((what) => !what.startsWith("file "));
    expect(beyondFiles).toEqual(front.map((what) => `${what} of worker.py`));
    await hunted.stop();
  });
});

it.each(Object.entries(USERS))(
  "a worker that runs as %s is known by a process in front, and goes with it",
  async (who, user) => {
    const name = `in-front-${user?.uid ?? "own"}`;
    const front = await worker(name, { handover: "stdin", ...(user && { user }) });
    const as = user ? ["setpriv", "--reuid", String(user.uid), "--regid", String(user.uid), "--clear-groups"] : [];
    const environment = async (pid: number) =>
      (await execa("env", [...as, "cat", `/proc/${pid}/environ`], { reject: false })).stdout;
    const hidden = await childOf(front.pid);
    expect(await environment(front.pid)).toContain(`REPLICA_NAME=${name}`);
    // Root sees everything.
    if (who !== "root") expect(await environment(hidden)).toBe("");
    await front.stop("SIGKILL");
    await expect.poll(() => existsSync(`/proc/${hidden}`), { timeout: 60_000 }).toBe(false);
  },
);

async function childOf(parent: number): Promise<number> {
  return Number((await execa("ps", ["-o", "pid=", "--ppid", String(parent)])).stdout);
}

it("the hostile task would find what nothing hides", async () => {
  const programs = join(sagewai.folder, "open");
  await mkdir(programs);
  await writeFile(join(programs, "worker.py"), "import time; time.sleep(600)");
  const open = execa(python, [join(programs, "worker.py")], { env: { ENROLLMENT_KEY }, reject: false });
  const input = JSON.stringify({
    payload: { ...attack("open", { programs, kills: true, plants: false }), folders: [programs] },
  });
  const { stdout } = await execa(python, [HOSTILE], { input, env: { LITELLM_PROXY_API_KEY: POOL_KEY } });
  const loot = JSON.parse(stdout) as Loot;
  const ways = ["descriptors of", "environment of", "memory of", "signal to", "trace of"];
  expect(loot.opened).toEqual(["file worker.py", ...ways.map((way) => `${way} worker.py`), "ring", "socket"].sort());
  expect(loot.found.sort()).toEqual(["environment of worker.py", "memory of worker.py"]);
  expect((await open).signal).toBe("SIGKILL");
});

interface Traces {
  places: string[];
  seen: string[];
  before: string[];
  after: number;
}

/** The processes whose arguments hold the marker of a task that leaves some. */
async function left(marker: string): Promise<string[]> {
  const running = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(running.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
  return running.filter((_, index) => commands[index]?.split("\0").includes(marker));
}

const SYSTEMS = { "this system": () => sagewai.programs, "one without Landlock": () => unconfined };

describe.each(Object.entries(SYSTEMS))("a task on %s", (system, programs) => {
  const tracing = (name: string) =>
    worker(name, { programs: programs(), task: ["python", "-I", join(programs(), "traces-task.py")] });
  const slug = system.replaceAll(" ", "-");

  it("leaves the next one no file, no process and no place of its own", async () => {
    const marker = randomBytes(8).toString("hex");
    await tracing(`traces-${slug}`);
    const first = await output<Traces>(await enqueue({ marker }));
    // Both count alike: the task one that runs, and this test none any more.
    expect(first).toMatchObject({ before: [], after: 1 });
    expect(await left(marker)).toEqual([]);
    const second = await output<Traces>(await enqueue({ marker }));
    expect(second).toMatchObject({ before: [], after: 1 });
    expect(new Set([...first.places, ...second.places]).size).toBe(2);
    expect(second.seen).toEqual([]);
    expect(await readdir(join(sagewai.home(`traces-${slug}`), "tasks"))).toEqual([]);
  });

  it("ends with its worker, however that ends", async () => {
    const marker = randomBytes(8).toString("hex");
    const killed = await tracing(`killed-${slug}`);
    const run = await enqueue({ marker, waits: true });
    await expect.poll(() => left(marker), { timeout: 60_000 }).toHaveLength(1);
    await killed.stop("SIGKILL");
    await expect.poll(() => left(marker), { timeout: 60_000 }).toEqual([]);
    await sagewai.postgres.query(`UPDATE fleet_tasks SET status = 'failed' WHERE run_id = '${run}'`, "sagewai");
  });
});

it("the worker ends what a task leaves that ended its box", async () => {
  const marker = randomBytes(8).toString("hex");
  const task = ["python", "-I", join(unconfined, "traces-task.py")];
  await worker("box-killed", { programs: unconfined, task });
  expect(await ended(await enqueue({ marker, kills: true }))).toMatchObject({ status: "failed" });
  await expect.poll(() => left(marker), { timeout: 60_000 }).toEqual([]);
  expect(await output<Traces>(await enqueue({ marker }))).toMatchObject({ before: [], after: 1 });
});

describe("who has the enrollment key of a pool", () => {
  const stranger = { name: "stranger", models: ["gpt-4o"], pool: "gpu", enrollment_key: ENROLLMENT_KEY };
  const register = (path: string, headers: Record<string, string>) =>
    sagewai.call<{ worker_id: string; worker_secret: string; status: string; detail: string }>(
      `fleet/${path}`,
      stranger,
      "none",
      { "x-enrollment-key": ENROLLMENT_KEY, ...headers },
    );

  it("registers for the project of the pool only", async () => {
    const answers = await Promise.all([
      register("register", {}),
      register("register", { "x-project-id": "payroll" }),
      register("register?project_id=payroll", {}),
    ]);
    expect(answers.map(({ status, body }) => [status, body.detail])).toEqual([
      [403, "The enrollment key of pool gpu is not for project None."],
      [403, "The enrollment key of pool gpu is not for project payroll."],
      [403, "The enrollment key of pool gpu is not for project payroll."],
    ]);
    expect((await sagewai.call<{ workers: object[] }>("fleet/workers")).body.workers).not.toContainEqual(
      expect.objectContaining({ name: "stranger" }),
    );
  });

  it("neither claims nor reports another project's tasks, whatever its requests say", async () => {
    const payroll = { "x-project-id": "payroll" };
    const confidential = await enqueue({ message: "Who earns what?" }, payroll);
    const { body } = await register("register", RESEARCH);
    expect(body.status).toBe("approved");
    const own = { "x-worker-id": body.worker_id, "x-worker-secret": body.worker_secret };
    const claim = await sagewai.call("fleet/claim?project_id=payroll", { poll_timeout: 0 }, "none", {
      ...own,
      ...payroll,
    });
    expect(claim).toEqual({ status: 204, body: undefined });
    const forged = { run_id: confidential, status: "completed", output: "Nobody earns anything." };
    expect((await sagewai.call("fleet/report", forged, "none", { ...own, ...payroll })).status).toBe(403);
    const { body: task } = await sagewai.call<Task>(`fleet/tasks/${confidential}`, undefined, undefined, payroll);
    expect(task).toMatchObject({ status: "pending", worker_id: null, output: null });
  });
});

it("the worker refuses a task that the admin should not have given it, which another worker then gets", async () => {
  const misled = await worker("misled");
  await sagewai.postgres.query("UPDATE workers SET project_id = 'finance' WHERE name = 'misled'", "sagewai");
  const finance = { "x-project-id": "finance" };
  const run = await enqueue({ message: "Who earns what?" }, finance);
  await misled.logged(
    `misled registers again: the admin gave it the task ${run} of project finance, pool gpu, model None`,
  );
  await sagewai.postgres.query(`UPDATE fleet_tasks SET lease_expires_at = now() WHERE run_id = '${run}'`, "sagewai");
  const held = async () => (await sagewai.call<Task>(`fleet/tasks/${run}`, undefined, undefined, finance)).body;
  await expect.poll(held, { timeout: 90_000 }).toMatchObject({ status: "pending", worker_id: null });
  const own = await enqueue({ agent: "test", message: "Who are you?", model: "gpt-4o" });
  expect(await ended(own)).toMatchObject({ status: "completed", output: "I am gpt-4o\n" });
}, 300_000);
