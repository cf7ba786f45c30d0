import { join } from "node:path";

import { execa } from "execa";
import { expect, it } from "vitest";

import { pythonEnvironment } from "../../toolchain/python/environment.ts";
import { AttackedGateway } from "./attacked-gateway.ts";

it("the request guard passes its unit tests with the modules of the pinned LiteLLM", async () => {
  const python = join(await pythonEnvironment("litellm"), "bin", "python");
  const { all, exitCode } = await execa(python, ["-B", join(import.meta.dirname, "request_guard_test.py")], {
    all: true,
    reject: false,
  });
  expect({ exitCode, all }).toMatchObject({ exitCode: 0 });
  expect(Number(/Ran (\d+) tests/.exec(all)?.[1])).toBeGreaterThan(20);
});

it("the request guard is there whenever LiteLLM runs: without it, LiteLLM does not start", async () => {
  const unguarded = AttackedGateway.start(undefined, { LITELLM_WORKER_STARTUP_HOOKS: "" });
  await expect(unguarded).rejects.toThrow("The request guard does not run before LiteLLM");
});

it("the request guard does not let LiteLLM start when it can't start itself", async () => {
  const broken = AttackedGateway.start(undefined, { LITELLM_WORKER_STARTUP_HOOKS: "request_guard:of_another_version" });
  await expect(broken).rejects.toThrow("has no attribute 'of_another_version'");
});

it("the request guard stands before each of several processes", { timeout: 300_000 }, async () => {
  const gateway = await AttackedGateway.start((settings) => ({ ...settings, litellm: { workers: 2 } }));
  try {
    const body = { model: "gpt-4o", messages: [{ role: "user", content: "Hello" }] };
    const attempts = Array.from({ length: 40 }, (_, index) =>
      gateway.send("/v1/chat/completions", {
        key: gateway.keys["research"],
        body: index % 2 === 0 ? { ...body, num_retries: 3 } : body,
        headers: { connection: "close" },
      }),
    );
    const statuses = (await Promise.all(attempts)).map(({ status }) => status);
    expect(statuses).toEqual(statuses.map((_, index) => (index % 2 === 0 ? 400 : 200)));
    // Each says so in the log when it starts.
    expect((await gateway.log()).match(/Proxy initialized with Config/g)).toHaveLength(2);
  } finally {
    await gateway.delete();
  }
});
