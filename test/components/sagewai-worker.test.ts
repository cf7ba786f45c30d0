import { readdir, readFile } from "node:fs/promises";

import * as pulumi from "@pulumi/pulumi";
import { beforeEach, describe, expect, it } from "vitest";

import { SagewaiWorker, type SagewaiWorkerArgs } from "../../components/sagewai-worker.ts";
import { mocked, RecordingPlatform } from "./recording-platform.ts";

let platform: RecordingPlatform;
let args: SagewaiWorkerArgs;

beforeEach(() => {
  platform = new RecordingPlatform();
  args = {
    platform,
    version: "1.0.1",
    name: "gpu",
    models: ["gpt-4o", "claude-sonnet"],
    labels: { env: "prod", zone: "a" },
    replicas: 3,
    maxConcurrent: 2,
    sagewai: {
      url: pulumi.output("http://127.0.0.1:8000"),
      enrollmentKeys: { gpu: pulumi.secret("enrollment-of-gpu") },
      ready: [],
    },
    gatewayUrl: "http://127.0.0.1:4000",
    key: pulumi.secret("sk-gpu"),
    softUnknown: "allow",
  };
});

async function serviceOf(overrides: Partial<SagewaiWorkerArgs> = {}) {
  await mocked(() => new SagewaiWorker("worker-gpu", { ...args, ...overrides }));
  return platform.service("worker-gpu");
}

describe("SagewaiWorker", () => {
  it("runs one worker per replica, ready once the admin has approved it", async () => {
    const service = await serviceOf();
    expect(service.command).toEqual([
      ...["python", "-I", "{files}/worker.py", "{files}/task.env"],
      ...["python", "-I", "{files}/task.py"],
    ]);
    // All that they import, by the names that they import it by.
    const files = (service.files ?? {}) as Record<string, string>;
    const imported = Object.values(files).flatMap((text) => [...text.matchAll(/^ *from (\w+) import/gm)]);
    const folders = await Promise.all(["components/sagewai", "python/llm_gateway_agents"].map((one) => readdir(one)));
    const ours = folders.flat().filter((name) => name.endsWith(".py"));
    const needed = imported.map(([, name = ""]) => `${name}.py`).filter((name) => ours.includes(name));
    expect(Object.keys(files)).toEqual(expect.arrayContaining(needed));
    expect(needed).toEqual(expect.arrayContaining(["confinement.py", "gateway_budget.py"]));
    expect(service.replicas).toBe(3);
    // The words of the program itself.
    expect(files["fleet_worker.py"]).toContain(
      `say(f"{self.name}${service.readyWhenLogged ?? "nothing"}approved in pool`,
    );
    expect(service.port).toBeUndefined();
  });

  it("holds soft budgets by the file that people's own agents take along", async () => {
    const { files = {} } = await serviceOf();
    const { "gateway_budget.py": held } = files as Record<string, string>;
    expect(held).toBe(await readFile("python/llm_gateway_agents/gateway_budget.py", "utf8"));
  });

  it("takes its place in the fleet from its environment", async () => {
    const service = await serviceOf();
    expect(service.environment).toEqual({
      SAGEWAI_HOME: "{data}",
      LITELLM_LOCAL_MODEL_COST_MAP: "True",
      FLEET_GATEWAY_URL: "http://127.0.0.1:8000",
      WORKER_POOL: "gpu",
      WORKER_MODELS: "gpt-4o,claude-sonnet",
      WORKER_LABELS: "env=prod,zone=a",
      WORKER_MAX_CONCURRENT: "2",
    });
    expect(service.privateSecrets).toEqual({ ENROLLMENT_KEY: "enrollment-of-gpu" });
    expect(service.secrets).toBeUndefined();
  });

  it("gives tasks the gateway and the pool's key, in a file that only the worker reads", async () => {
    const { secretFiles, files, environment, command } = await serviceOf();
    expect(secretFiles).toEqual({
      "task.env": [
        "USE_LITELLM_PROXY=True",
        "OPENAI_API_BASE=http://127.0.0.1:4000/v1",
        "OPENAI_BASE_URL=http://127.0.0.1:4000/v1",
        "OPENAI_API_KEY=sk-gpu",
        "LITELLM_PROXY_API_BASE=http://127.0.0.1:4000",
        "LITELLM_PROXY_API_KEY=sk-gpu",
        "LITELLM_PROXY_URL=http://127.0.0.1:4000",
        "LITELLM_API_KEY=sk-gpu",
        "LLM_GATEWAY_SOFT_UNKNOWN=allow",
        "",
      ].join("\n"),
    });
    expect(JSON.stringify({ files, environment, command })).not.toMatch(/sk-gpu|enrollment-of-gpu/);
  });

  it("takes the tasks of its pool's project", async () => {
    const service = await serviceOf({ project: "research" });
    expect(service.environment).toMatchObject({ WORKER_PROJECT: "research" });
  });

  it("runs a pool's own handler, which it looks at before it starts and before it stops what runs", async () => {
    const handler = 'print(f"{data}")\n';
    const { files, command, prepare, trial } = await serviceOf({ handler });
    expect(command.slice(-2)).toEqual(["{files}/task.py", "{files}/handler.py"]);
    expect(prepare).toEqual(["python", "-I", "{files}/check_handler.py", "{files}/handler.py"]);
    expect(trial).toEqual(prepare);
    expect(files).toMatchObject({ "handler.py": handler, "check_handler.py": expect.any(String) as string });
    const without = await serviceOf();
    expect([without.prepare, without.trial]).toEqual([undefined, undefined]);
    expect(Object.keys(without.files ?? {})).not.toContain("check_handler.py");
  });

  it("refuses a pool that the admin does not know", async () => {
    await expect(serviceOf({ name: "cpu" })).rejects.toThrow('`sagewai` has no enrollment key of the pool "cpu".');
    await pulumi.runtime.disconnect();
  });
});
