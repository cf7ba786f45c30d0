import { join } from "node:path";

import { execa } from "execa";
import { expect, it } from "vitest";

import { pythonEnvironment } from "../../toolchain/python/environment.ts";

it("the choice of a deployment passes its unit tests with the modules of the pinned LiteLLM", async () => {
  const python = join(await pythonEnvironment("litellm"), "bin", "python");
  const { all, exitCode } = await execa(python, ["-B", join(import.meta.dirname, "deployment_choice_test.py")], {
    ...{ all: true, reject: false, env: { LITELLM_LOCAL_MODEL_COST_MAP: "True" } },
  });
  expect({ exitCode, all }).toMatchObject({ exitCode: 0 });
  expect(Number(/Ran (\d+) tests/.exec(all)?.[1])).toBeGreaterThanOrEqual(7);
});
