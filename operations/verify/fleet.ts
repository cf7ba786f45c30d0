import * as z from "zod";

import type { Deployment, PoolHolder } from "./deployment.ts";
import { read, seeLog, send, unexpected, type Request } from "./http.ts";
import { keyOf } from "./keys.ts";
import { eventually, row, Untried, type Patience, type Row } from "./result-row.ts";
import { STOPPED } from "./soft-budget.ts";
import { charges, cost } from "./spend.ts";

/** Seconds without a heartbeat, of which there is one each 10 s, after which a worker counts as gone. */
const GONE = 60;

/** Who made the enrollment keys of pools: Pulumi, as the admin notes (components/sagewai/pool_keys.py). */
const OWNER = "llm-gateway";

/** The most workers that the admin lists. */
const LISTED = 100;

const summary = z.object({ status: z.string() });
const workers = z.object({
  workers: z.array(
    z.object({
      name: z.string(),
      approval_status: z.string(),
      last_heartbeat: z.string().nullable(),
      capabilities: z.object({ pool: z.string(), labels: z.record(z.string(), z.string()) }),
    }),
  ),
});
const enrollmentKeys = z.object({
  keys: z.array(
    z.object({
      name: z.string(),
      created_by: z.string(),
      created_at: z.string(),
      allowed_pools: z.array(z.string()),
      revoked: z.boolean(),
      expires_at: z.string().nullable(),
      max_uses: z.number().nullable(),
      current_uses: z.number(),
    }),
  ),
});
type EnrollmentKey = z.output<typeof enrollmentKeys>["keys"][number];
const enqueued = z.object({ run_id: z.string() });
const task = z.object({ status: z.string(), output: z.string().nullable(), error: z.string().nullable() });

/** The Sagewai admin: that it works, and that nobody can set it up a second time. */
export function adminRows(deployment: Deployment): Promise<Row>[] {
  return [
    row("admin is healthy", () => healthy(deployment)),
    row("admin is closed to strangers", () => closed(deployment)),
    row("admin lets in the pools' workers only", () => enrolls(deployment)),
  ];
}

/**
 * A pool: that its workers are there, and that a task runs through the gateway at the expense of the pool's key.
 *
 * @param reached A request with the pool's key.
 */
export function poolRows(
  deployment: Deployment,
  pool: PoolHolder,
  reached: Promise<string>,
  patience: Patience,
): Promise<Row>[] {
  const before = knownRequests(deployment, pool);
  const ran = run(deployment, pool, [before, reached], patience);
  return [
    row(`pool ${pool.name} has its workers`, () => present(deployment, pool, patience)),
    row(`pool ${pool.name} runs a task`, () => ran),
    row(`pool ${pool.name} pays for its task`, async () => {
      await ran.catch((error: unknown) => {
        const nothing = "No task of this pool was completed, so there is nothing to charge.";
        throw error instanceof Untried ? new Untried(nothing) : new Error(nothing);
      });
      const known = new Set([...(await before), await reached.catch(() => undefined)]);
      return paid(deployment, pool, known, patience);
    }),
  ];
}

async function healthy({ admin }: Deployment): Promise<string> {
  const { status } = read(summary, await send(admin, "/api/v1/health/summary"));
  if (status !== "healthy") throw new Error(`The admin says that it is "${status}". ${seeLog(admin)}`);
  return `${admin.url} is ${status}`;
}

async function closed({ admin }: Deployment): Promise<string> {
  const answer = await send(admin, "/api/v1/setup/status");
  if (answer.status === 200) {
    throw new Error("Anyone can set the admin up and become its administrator: run `pulumi up` at once.");
  }
  if (answer.status !== 401) throw new Error(`Expected 401 from the set-up, but ${unexpected(answer)}.`);
  const listing = await send(admin, "/api/v1/fleet/workers");
  if (listing.status !== 401) throw new Error(`Expected 401 without a token, but ${unexpected(listing)}.`);
  return "set-up is over, and without a token it answers 401";
}

/** Whoever has an enrollment key registers workers, which see tasks and report for them what they like. */
async function enrolls(deployment: Deployment): Promise<string> {
  const { keys } = read(enrollmentKeys, await ask(deployment, "enrollment-keys"));
  const usable = keys.filter(isUsable);
  const own = new Map(deployment.pools.map((pool) => [pool.name, usable.find((key) => isOf(pool, key))]));
  const strange = usable.filter((key) => ![...own.values()].includes(key));
  if (strange.length > 0) {
    const each = strange.map(({ name, allowed_pools, created_by, created_at }) => {
      const scope = allowed_pools.length > 0 ? `for ${allowed_pools.join(", ")}` : "for every pool";
      return `"${name}" (${scope}, made by ${created_by} on ${created_at.slice(0, 10)})`;
    });
    throw new Error(
      `Sagewai has enrollment keys that aren't those of the pools: ${each.join(", ")}. Whoever has one registers workers of their own. Revoke in Sagewai those that you don't know.`,
    );
  }
  const pools = [...own.keys()];
  const without = pools.filter((pool) => own.get(pool) === undefined);
  if (without.length > 0) {
    throw new Error(
      `Sagewai has no enrollment key of ${without.join(", ")}, or has revoked it, so no worker can register there: run \`pulumi refresh\`, then \`pulumi up\`.`,
    );
  }
  return pools.length > 0 ? `enrollment keys of ${pools.join(", ")}, and no others` : "there are no enrollment keys";
}

/** Whether it is the key that Pulumi has declared for a pool. */
function isOf({ name, project }: PoolHolder, key: EnrollmentKey): boolean {
  const scope = project === undefined ? "no project" : `project ${project}`;
  return key.created_by === OWNER && key.name === `pool ${name}, ${scope}`;
}

function isUsable(key: EnrollmentKey): boolean {
  const isExpired = key.expires_at !== null && Date.parse(key.expires_at) <= Date.now();
  const isUsedUp = key.max_uses !== null && key.current_uses >= key.max_uses;
  return !key.revoked && !isExpired && !isUsedUp;
}

async function present(deployment: Deployment, pool: PoolHolder, patience: Patience): Promise<string> {
  const { name, replicas, labels } = pool;
  let twice: string | undefined;
  // One that was restarted after a crash is listed twice, until its former self counts as gone.
  const found = await eventually(patience, async () => {
    const { listed, alive } = await living(deployment, pool);
    const names = alive.filter((worker) => worker.approval_status === "approved").map((worker) => worker.name);
    twice = names.find((worker, index) => names.indexOf(worker) !== index);
    return twice === undefined ? { listed, alive, approved: new Set(names) } : undefined;
  });
  if (!found) {
    throw new Error(
      `${twice ?? "A worker"} is there twice, so one of the two isn't this stack's. Replace the pool's key: \`pulumi up --replace '**::sagewai-admin-enrollment-key-${name}'\`.`,
    );
  }
  const { listed, alive, approved } = found;
  const wanted = JSON.stringify(sorted(labels));
  const mislabelled = alive.find(({ capabilities }) => JSON.stringify(sorted(capabilities.labels)) !== wanted);
  const waiting = alive.find((worker) => !approved.has(worker.name));
  if (waiting) {
    throw new Error(`${waiting.name} is ${waiting.approval_status}: approve it in Sagewai, or run \`pulumi up\`.`);
  }
  if (approved.size < replicas) {
    const full =
      listed.length >= LISTED
        ? ` Sagewai lists ${LISTED} workers at most: restart the admin, which forgets the dead ones.`
        : "";
    throw new Error(`${approved.size} of ${replicas} workers are alive and approved.${full} ${seeLogs(pool)}`);
  }
  if (approved.size > replicas) {
    throw new Error(
      `${approved.size} workers are alive, but the settings ask for ${replicas}: run \`pulumi up\`. If that doesn't help, some aren't this stack's: replace the pool's enrollment key.`,
    );
  }
  if (mislabelled) throw new Error(`${mislabelled.name} has other labels than the settings: run \`pulumi up\`.`);
  return `${[...approved].sort().join(", ")} approved`;
}

/** The workers that the admin lists, and those of the pool that are alive. */
async function living(deployment: Deployment, { name }: PoolHolder) {
  const listed = read(workers, await ask(deployment, "workers")).workers;
  const alive = listed.filter(
    ({ capabilities, last_heartbeat }) =>
      capabilities.pool === name && Date.now() - Date.parse(last_heartbeat ?? "1970-01-01T00:00:00Z") < GONE * 1000,
  );
  return { listed, alive };
}

/** @param first Comes before the task. What hinders a request with the pool's key hinders the task as well. */
async function run(
  deployment: Deployment,
  pool: PoolHolder,
  first: Promise<unknown>[],
  patience: Patience,
): Promise<string> {
  for (const result of await Promise.allSettled(first)) {
    if (result.status === "rejected" && result.reason instanceof Untried) throw result.reason;
  }
  const [model = ""] = pool.models;
  const headers = project(pool);
  const { run_id } = read(
    enqueued,
    await ask(deployment, "tasks", {
      headers,
      body: {
        pool: pool.name,
        model,
        labels: pool.labels,
        // A pool's own handler is left alone (components/sagewai/task.py): it may do more than ask a model.
        payload: { verify: true, agent: "verify", message: "Answer with one word: ready.", model },
      },
    }),
  );
  const started = Date.now();
  const result = await eventually({ ...patience, every: 1 }, async () => {
    const current = read(task, await ask(deployment, `tasks/${run_id}`, { headers }));
    return current.status === "completed" || current.status === "failed" ? current : undefined;
  });
  if (!result) {
    throw new Error(`No worker has completed the task ${run_id} after ${patience.seconds} s. ${seeLogs(pool)}`);
  }
  if (result.error?.includes(STOPPED)) throw new Untried(lastLine(result.error));
  if (result.status === "failed") throw new Error(`The task failed: ${lastLine(result.error)}`);
  return `${model} in ${((Date.now() - started) / 1000).toFixed(0)} s`;
}

async function paid(
  deployment: Deployment,
  pool: PoolHolder,
  known: Set<string | undefined>,
  patience: Patience,
): Promise<string> {
  const charge = await eventually(patience, async () =>
    (await charges(deployment, keyOf(deployment, pool.alias))).find(({ request_id }) => !known.has(request_id)),
  );
  if (!charge) {
    throw new Error(
      `The task is not in the spend log of the key ${pool.alias} after ${patience.seconds} s: its call did not go through the gateway with this key. Run \`pulumi up\`.`,
    );
  }
  return `${cost(charge)}, to the key ${pool.alias}, by its inference_overrides`;
}

async function knownRequests(deployment: Deployment, pool: PoolHolder): Promise<string[]> {
  return (await charges(deployment, keyOf(deployment, pool.alias))).map(({ request_id }) => request_id);
}

function ask({ admin, adminToken }: Deployment, path: string, request: Request = {}) {
  return send(admin, `/api/v1/fleet/${path}`, { ...request, token: adminToken });
}

function project({ project: slug }: PoolHolder): Record<string, string> {
  return slug === undefined ? {} : { "x-project-id": slug };
}

function seeLogs({ logs }: PoolHolder): string {
  return `See their logs: ${logs}`;
}

function sorted(labels: Record<string, string>): [string, string][] {
  return Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A failed task's error is the log of its process, the reason last. */
function lastLine(error: string | null): string {
  const line = error?.trim().split("\n").at(-1) ?? "";
  return line.length > 300 ? `${line.slice(0, 300)} …` : line;
}
