import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { verify } from "../../../operations/verify/verify.ts";
import { enrollmentKey, ScriptedServers, worker } from "./scripted-servers.ts";

let servers: ScriptedServers;

beforeEach(async () => {
  servers = await ScriptedServers.start();
});

afterEach(() => servers.stop());

/** @param seconds How long it waits for what isn't there. */
async function failures(seconds = 0.2): Promise<string[]> {
  const rows = await verify(servers.deployment, { seconds, every: 0.05 });
  return rows.filter(({ ok }) => !ok).map(({ check, detail }) => `${check}: ${detail}`);
}

describe("verify of the fleet", () => {
  it("names the enrollment keys that aren't those of the pools", async () => {
    const keys = [
      enrollmentKey("gpu"),
      enrollmentKey("gpu", { name: "laptop", allowed_pools: ["gpu", "cpu"], created_by: "admin" }),
      enrollmentKey("gpu", { allowed_pools: [], created_by: "admin" }),
      enrollmentKey("gone"),
      enrollmentKey("gpu", { name: "pool gpu, project payroll" }),
      enrollmentKey("gpu"),
    ];
    servers.replies["GET /api/v1/fleet/enrollment-keys"] = () => [200, { keys }];
    expect(await failures()).toEqual([
      "admin lets in the pools' workers only: Sagewai has enrollment keys that aren't those of the pools: " +
        '"laptop" (for gpu, cpu, made by admin on 2026-01-02), ' +
        '"pool gpu, no project" (for every pool, made by admin on 2026-01-02), ' +
        '"pool gone, no project" (for gone, made by llm-gateway on 2026-01-02), ' +
        '"pool gpu, project payroll" (for gpu, made by llm-gateway on 2026-01-02), ' +
        '"pool gpu, no project" (for gpu, made by llm-gateway on 2026-01-02). ' +
        "Whoever has one registers workers of their own. Revoke in Sagewai those that you don't know.",
    ]);
  });

  it.each([{ revoked: true }, { expires_at: "2026-01-03T00:00:00Z" }, { max_uses: 3 }])(
    "takes no offence at an enrollment key that nobody can use any more: %o",
    async (end) => {
      const keys = [enrollmentKey("gpu"), enrollmentKey("gpu", { created_by: "admin", ...end })];
      servers.replies["GET /api/v1/fleet/enrollment-keys"] = () => [200, { keys }];
      expect(await failures()).toEqual([]);
    },
  );

  it.each([[[]], [[enrollmentKey("gpu", { revoked: true })]], [[enrollmentKey("cpu", { revoked: true })]]])(
    "finds that a pool has no enrollment key: %j",
    async (keys) => {
      servers.replies["GET /api/v1/fleet/enrollment-keys"] = () => [200, { keys }];
      expect(await failures()).toEqual([
        "admin lets in the pools' workers only: Sagewai has no enrollment key of gpu, or has revoked it, " +
          "so no worker can register there: run `pulumi refresh`, then `pulumi up`.",
      ]);
    },
  );

  it.each([
    [
      "a worker short",
      [worker("worker-gpu-0")],
      "1 of 2 workers are alive and approved. See their logs: kubectl logs worker-gpu",
    ],
    [
      "one whose heart stopped",
      [worker("worker-gpu-0"), worker("worker-gpu-1", { last_heartbeat: "2026-01-01T00:00:00Z" })],
      "1 of 2 workers are alive and approved. See their logs: kubectl logs worker-gpu",
    ],
    [
      "one that nobody approved",
      [worker("worker-gpu-0"), worker("worker-gpu-1", { approval_status: "pending" })],
      "worker-gpu-1 is pending: approve it in Sagewai, or run `pulumi up`.",
    ],
    [
      "one too many",
      ["worker-gpu-0", "worker-gpu-1", "worker-gpu-2"].map((name) => worker(name)),
      "3 workers are alive, but the settings ask for 2: run `pulumi up`. If that doesn't help, some aren't this stack's: replace the pool's enrollment key.",
    ],
    [
      "one with other labels",
      [worker("worker-gpu-0"), worker("worker-gpu-1", { capabilities: { pool: "gpu", labels: {} } })],
      "worker-gpu-1 has other labels than the settings: run `pulumi up`.",
    ],
  ])("finds a pool with %s", async (_case, workers, problem) => {
    servers.replies["GET /api/v1/fleet/workers"] = ({ token }) => (token ? [200, { workers }] : [401, {}]);
    expect(await failures()).toEqual([`pool gpu has its workers: ${problem}`]);
  });

  it("counts a worker once that was restarted and is listed twice", async () => {
    const former = worker("worker-gpu-0");
    let looks = 0;
    servers.replies["GET /api/v1/fleet/workers"] = ({ token }) => {
      if (!token) return [401, {}];
      const workers = ["worker-gpu-0", "worker-gpu-1"].map((name) => worker(name));
      return [200, { workers: looks++ === 0 ? [former, ...workers] : workers }];
    };
    expect(await failures(60)).toEqual([]);
  });

  it("finds a stranger's worker that has the name of the pool's", async () => {
    const workers = ["worker-gpu-0", "worker-gpu-0", "worker-gpu-1"].map((name) => worker(name));
    servers.replies["GET /api/v1/fleet/workers"] = ({ token }) => (token ? [200, { workers }] : [401, {}]);
    expect(await failures()).toEqual([
      "pool gpu has its workers: worker-gpu-0 is there twice, so one of the two isn't this stack's. " +
        "Replace the pool's key: `pulumi up --replace '**::sagewai-admin-enrollment-key-gpu'`.",
    ]);
  });

  it("shows the reason of a task that failed", async () => {
    servers.replies["GET /api/v1/fleet/tasks/run-1"] = () => [
      200,
      { status: "failed", output: null, error: "Traceback\n  ...\nAuthenticationError: invalid key\n" },
    ];
    expect(await failures()).toEqual([
      "pool gpu runs a task: The task failed: AuthenticationError: invalid key",
      "pool gpu pays for its task: No task of this pool was completed, so there is nothing to charge.",
    ]);
  });

  it("finds a task that nobody takes", async () => {
    servers.replies["GET /api/v1/fleet/tasks/run-1"] = () => [200, { status: "pending", output: null, error: null }];
    expect((await failures())[0]).toBe(
      "pool gpu runs a task: No worker has completed the task run-1 after 0.2 s. See their logs: kubectl logs worker-gpu",
    );
  });

  it("finds a task that went past the gateway", async () => {
    servers.replies["POST /api/v1/fleet/tasks"] = () => [201, { run_id: "run-1" }];
    expect(await failures()).toEqual([
      "pool gpu pays for its task: The task is not in the spend log of the key pool-gpu after 0.2 s: " +
        "its call did not go through the gateway with this key. Run `pulumi up`.",
    ]);
  });
});
