import { randomUUID } from "node:crypto";
import { cp, readFile } from "node:fs/promises";
import { basename, join } from "node:path";

import pRetry from "p-retry";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { AttackedGateway } from "../security/attacked-gateway.ts";
import { type TestProcess, TestSagewai, type WorkerOptions } from "./test-sagewai.ts";

// Two pools of one project at a real gateway: "a" has models whose names no provider has, "b" has others.

const WORKER = join(import.meta.dirname, "../../images/worker");
const MODELS = {
  a: ["gpt-4o", "team/model", "my model", "local/*"],
  b: ["claude-sonnet", "gemini-flash"],
};

let gateway: AttackedGateway;
let sagewai: TestSagewai;
let admin: TestProcess;
const workers: TestProcess[] = [];

beforeAll(async () => {
  for (const started of await Promise.allSettled([startGateway(), startSagewai()])) {
    if (started.status === "rejected") throw started.reason;
  }
  const programs = (name: string) => ["python", "-I", join(sagewai.programs, name)];
  const task = programs("task.py");
  // As a stack has them: one with a handler of its own, one without; and one with somebody who looks for the other's key.
  await start("a", { models: MODELS.a, task: [...task, join(sagewai.programs, "asks-task.py")] });
  await start("b", { models: MODELS.b, task });
  await start("spy", { models: ["spy"], task: programs("hostile-task.py") });
  for (const worker of workers) await worker.logged(" is ready: ");
}, 600_000);

afterAll(async () => {
  for (const process of [...workers, admin] as (TestProcess | undefined)[]) await process?.stop("SIGKILL");
  await Promise.all([
    (sagewai as TestSagewai | undefined)?.delete(),
    (gateway as AttackedGateway | undefined)?.delete(),
  ]);
});

async function startGateway(): Promise<void> {
  gateway = await AttackedGateway.start((settings) => {
    const known = settings["models"] as object[];
    const named = (name: string, model = "openai/gpt-4o") => ({ ...known[0], name, model });
    const models = [...known, named("team/model"), named("my model"), named("local/*", "openai/*")];
    const pool = { budget: 8, project: "research" };
    return { ...settings, models, pools: { a: { ...pool, models: MODELS.a }, b: { ...pool, models: MODELS.b } } };
  });
}

async function startSagewai(): Promise<void> {
  const pools = ["a", "b", "spy"];
  sagewai = await TestSagewai.onNewDatabase({
    enrollmentKeys: Object.fromEntries(pools.map((pool) => [pool, `enrollment-${pool}`])),
    projects: Object.fromEntries(pools.map((pool) => [pool, "research"])),
  });
  for (const program of ["sagewai/asks-task.py", "security/hostile-task.py"]) {
    await cp(join(import.meta.dirname, "..", program), join(sagewai.programs, basename(program)));
  }
  expect((await sagewai.setUp()).exitCode).toBe(0);
  admin = await sagewai.serve();
}

async function start(pool: string, options: WorkerOptions): Promise<void> {
  const wiring = { gateway: gateway.url, project: "research", variables: { USE_LITELLM_PROXY: "True" } };
  const key = keyOf(pool === "spy" ? "a" : pool);
  workers.push(await sagewai.worker(`worker-${pool}`, pool, `enrollment-${pool}`, key, { ...wiring, ...options }));
}

// Each task loads Sagewai for seconds, on a busy machine for half a minute.
vi.setConfig({ testTimeout: 300_000 });
const WAIT = { timeout: 200_000, interval: 500 };

const keyOf = (pool: string) => gateway.keys[pool] ?? "";

interface Task {
  status: string;
  output: string | null;
  error: string | null;
}

async function run(pool: string, payload: object, model?: string): Promise<Task> {
  const headers = { "x-project-id": "research" };
  const task = { pool, payload, ...(model !== undefined && { model }) };
  const { run_id } = (await sagewai.call<{ run_id: string }>("fleet/tasks", task, undefined, headers)).body;
  return pRetry(
    async () => {
      const { body } = await sagewai.call<Task>(`fleet/tasks/${run_id}`, undefined, undefined, headers);
      if (body.status !== "completed" && body.status !== "failed") throw new Error(`The task is ${body.status}.`);
      return body;
    },
    { retries: 600, minTimeout: 200, factor: 1 },
  );
}

/** What each pool's key has paid for, by model, once every answer of the provider is charged: some seconds after it. */
async function paid(): Promise<Record<string, string[]>> {
  return pRetry(
    async () => {
      const found = { a: await charged("a"), b: await charged("b") };
      // Without what goes to other hosts, which has no body here.
      const answers = gateway.provider.received.filter(({ body }) => body !== "").length;
      if (found.a.length + found.b.length < answers) throw new Error(`Charged of ${answers}: ${JSON.stringify(found)}`);
      return found;
    },
    { retries: 120, minTimeout: 500, factor: 1 },
  );
}

async function charged(pool: string): Promise<string[]> {
  const charges = await gateway.charges(keyOf(pool));
  return charges.filter(({ spend }) => spend > 0).map(({ model_group }) => model_group);
}

/** What each pool's key pays for while `work` is done. */
async function paidFor<T>(work: () => Promise<T>): Promise<{ result: T; a: string[]; b: string[] }> {
  const before = await paid();
  const result = await work();
  const after = await paid();
  const since = (pool: string) => multisetDifference(after[pool] ?? [], before[pool] ?? []);
  return { result, a: since("a"), b: since("b") };
}

/** Those of `all` that are left when each of `some` is taken away once, in order. */
function multisetDifference(all: string[], some: string[]): string[] {
  const left = [...all];
  for (const one of some) left.splice(left.indexOf(one), 1);
  return left.sort();
}

describe("an agent of a pool's task calls models through the gateway, at the expense of the pool's key", () => {
  const NOTHING = ["USE_LITELLM_PROXY", "LITELLM_PROXY_API_BASE", "LITELLM_PROXY_API_KEY"];
  const asked = async (ways: string[], models: string[], without: string[] = []) => {
    const { result, a, b } = await paidFor(() => run("a", { ways, models, without }));
    expect(result).toMatchObject({ status: "completed", error: null });
    const outcomes = Object.entries(JSON.parse(result.output ?? "{}") as Record<string, string | null>);
    expect(outcomes.filter(([, error]) => error !== null)).toEqual([]);
    expect(outcomes).toHaveLength(ways.length * models.length);
    expect(b).toEqual([]);
    return a;
  };

  it("by any of the gateway's names, streamed or not, without any variable", async () => {
    const models = ["gpt-4o", "team/model", "my model", "local/llama-3", "litellm_proxy/gpt-4o"];
    const once = ["gpt-4o", "gpt-4o", "local/llama-3", "my model", "team/model"];
    expect(await asked(["simply", "streamed"], models, NOTHING)).toEqual([...once, ...once].sort());
  });

  it("whatever it was given, and wherever in the task's process it runs", async () => {
    const ways = ["with an address and a key of its own", "in a thread", "in an executor"];
    const more = ["in an empty context", "after a fork"];
    const models = await asked([...ways, ...more], ["team/model"], NOTHING);
    expect(models).toEqual(Array.from({ length: 5 }, () => "team/model"));
  });

  it("and so does what is no agent of this process: other programs, and what calls LiteLLM itself", async () => {
    const models = await asked(["in a program of its own", "past agents"], ["team/model"]);
    expect(models).toEqual(["team/model", "team/model"]);
  });
});

it("a pool without a handler of its own runs Sagewai's, which is charged to the pool's key", async () => {
  const [model = ""] = MODELS.b;
  const payload = { agent: "test", message: "Who are you?", model };
  const { result, ...paid } = await paidFor(() => run("b", payload, model));
  expect(result).toMatchObject({ status: "completed", error: null });
  expect(paid).toEqual({ a: [], b: [model] });
});

it("what `verify` submits is run by Sagewai's own handler and never by the pool's, by a name with a slash too", async () => {
  const payload = { verify: true, agent: "verify", message: "Answer with one word: ready.", model: "team/model" };
  const { result, ...paid } = await paidFor(() => run("a", payload, "team/model"));
  expect(result).toMatchObject({ status: "completed", error: null });
  expect(paid).toEqual({ a: ["team/model"], b: [] });
});

it("a pool's task is refused the other pool's models, which cost nobody anything", async () => {
  const models = ["claude-sonnet", "openai/gpt-4o"];
  const { result, ...paid } = await paidFor(() => run("a", { ways: ["simply", "past agents"], models, without: [] }));
  const outcomes = Object.values(JSON.parse(result.output ?? "{}") as Record<string, string | null>);
  const refused = expect.stringMatching(/'(claude-sonnet|openai\/gpt-4o)' is not available for this API key/) as string;
  expect(outcomes).toEqual(Array.from({ length: 4 }, () => refused));
  expect(paid).toEqual({ a: [], b: [] });
});

it("a pool's task finds the key of another pool nowhere: in no variable, file, argument or memory", async () => {
  const places = { folders: [sagewai.folder], files: sagewai.programs, home: sagewai.home("worker-spy") };
  const attack = { ...places, programs: sagewai.programs, socket: "/nowhere", admin: sagewai.url, pool: "a" };
  const own = await run("spy", { ...attack, needle: keyOf("b"), kills: false, plants: false });
  expect(own).toMatchObject({ status: "completed", error: null });
  expect(JSON.parse(own.output ?? "{}")).toEqual({ opened: [], found: [], planted: [], registered: [401, 401] });
});

it("a pool's key says whose it is, so that what a project's pools have spent can be added up", async () => {
  for (const pool of ["a", "b"]) {
    const { info } = await gateway.management.get<{ info: { metadata: object } }>(`/key/info?key=${keyOf(pool)}`);
    expect(info.metadata).toMatchObject({ pool, project: "research" });
  }
});

describe("the worker of workflows in images/worker", () => {
  let worker: TestProcess | undefined;
  const variables = () => ({
    DATABASE_URL: sagewai.postgres.url("workflows"),
    SAGEWAI_DATABASE_URL: sagewai.postgres.url("workflows"),
    SAGEWAI_HOME: sagewai.home("workflows"),
    TMPDIR: sagewai.folder,
    LITELLM_PROXY_API_BASE: gateway.url,
    LITELLM_PROXY_API_KEY: keyOf("a"),
    WORKER_POOL: "workflows",
  });
  const program = (name: string, ...command: string[]) => sagewai.program(name, command, variables());

  afterAll(() => worker?.stop("SIGKILL"));

  it("says what it lacks", async () => {
    const without = sagewai.program("without", ["python", join(WORKER, "worker.py")], {
      DATABASE_URL: "postgresql://",
    });
    expect(await without.ended()).toBe(1);
    expect(await readFile(without.log, "utf8")).toContain("worker: LITELLM_PROXY_API_BASE is not set.");
    const dead = program("dead", "python", join(WORKER, "worker.py"), "--healthy");
    expect(await dead.ended()).toBe(1);
    expect(await readFile(dead.log, "utf8")).toBe("worker: the database has not answered yet.\n");
  });

  it("runs what is enqueued in a database of its own, paid by its key", async () => {
    await sagewai.postgres.query("CREATE DATABASE workflows");
    expect(await program("upgrade", "sagewai", "db", "upgrade").ended()).toBe(0);
    worker = program("workflow-worker", "python", join(WORKER, "worker.py"));
    const runs = ["team/model", "claude-sonnet"].map((model) => ({
      ...{
        name: "summarize",
        run_id: randomUUID(),
        pool: "workflows",
        project: "research",
        input: { text: "Long.", model },
      },
    }));
    const [allowed = "", refused = ""] = runs.map(({ run_id }) => run_id);
    const state = (id: string) =>
      sagewai.postgres.query<{ status: string; data: object }>(
        `SELECT status, data FROM workflow_runs WHERE run_id = '${id}'`,
        "workflows",
      );
    const lines = runs.map((one) => JSON.stringify(one)).join("\n");
    const enqueue = join(import.meta.dirname, "enqueue_workflow.py");
    const { a, b } = await paidFor(async () => {
      expect(await sagewai.program("enqueue", ["python", enqueue], variables(), lines).ended()).toBe(0);
      await expect.poll(() => state(allowed), WAIT).toMatchObject([{ status: "completed" }]);
      await expect.poll(() => state(refused), WAIT).toMatchObject([{ status: "failed" }]);
    });
    expect({ a, b }).toEqual({ a: ["team/model"], b: [] });
    // Its checkpoints are in the database, for the next worker.
    expect(JSON.stringify(await state(refused))).toContain("is not available for this API key");
  });

  it("is healthy while its database answers, and ends when told to", async () => {
    expect(await program("healthy", "python", join(WORKER, "worker.py"), "--healthy").ended()).toBe(0);
    // By the process id: execa would kill it after five seconds.
    process.kill(worker?.pid ?? 0, "SIGTERM");
    expect(await worker?.ended()).toBe(0);
    expect(await readFile(worker?.log ?? "", "utf8")).not.toContain(keyOf("a"));
  });
});
