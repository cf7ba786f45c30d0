import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { execa } from "execa";
import { expect, it } from "vitest";

import { pythonEnvironment } from "../../toolchain/python/environment.ts";
import { findPython } from "../../toolchain/python/interpreter.ts";
import { sagewaiRuntime } from "../../toolchain/python/runtime.ts";
import { findUv } from "../../toolchain/python/uv.ts";

/** Sagewai's environment may have to be installed first. */
const PATIENCE = 600_000;

it.each([
  ["the soft budget's manager", "gateway_budget_test.py", 30],
  ["the agents' package", "gateway_agent_test.py", 20],
])("%s passes its unit tests with the pinned Sagewai", { timeout: PATIENCE }, async (_, file, least) => {
  const env = { ...sagewaiRuntime(await pythonEnvironment("sagewai")), HOME: tmpdir() };
  const program = join(import.meta.dirname, file);
  const { all, exitCode } = await execa("python", ["-B", program], { env, extendEnv: false, all: true, reject: false });
  expect({ exitCode, all }).toMatchObject({ exitCode: 0 });
  expect(Number(/Ran (\d+) tests/.exec(all)?.[1])).toBeGreaterThan(least);
});

it("the agents' package can be installed from a checkout, and nothing of that stays there", async () => {
  const folder = await mkdtemp(join(tmpdir(), "llm-gateway-package-"));
  const checkout = join(folder, "checkout");
  // In the checkout itself, other tests run Python at the same time.
  await cp(join(import.meta.dirname, "../../python"), checkout, { recursive: true, filter: isSource });
  const before = await readdir(checkout, { recursive: true });
  const target = join(folder, "installed");
  const venv = await pythonEnvironment("sagewai");
  const uv = await findUv(await findPython());
  const python = join(venv, "bin", "python");
  // What it needs is in the environment already, in the versions that it names.
  await execa(uv, ["pip", "install", "--python", python, "--target", target, "--no-deps", checkout]);
  const look = "import llm_gateway_agents as a, importlib.metadata as m; print(a.__file__, *m.requires(a.__name__))";
  const env = { ...sagewaiRuntime(venv), HOME: folder, PYTHONPATH: target };
  const { stdout } = await execa(python, ["-B", "-c", look], { env, extendEnv: false });
  const [file, ...requires] = stdout.split(" ");
  expect(file).toBe(join(target, "llm_gateway_agents/__init__.py"));
  const check = `import importlib.metadata as m, sys; print(*[f"{n}=={m.version(n)}" for n in sys.argv[1:]])`;
  const names = requires.map((one) => one.split("==")[0] ?? "");
  expect((await execa(python, ["-c", check, ...names])).stdout.split(" ")).toEqual(requires);
  expect(await readdir(checkout, { recursive: true })).toEqual(before);
  await rm(folder, { recursive: true });
});

function isSource(path: string): boolean {
  return basename(path) !== "__pycache__";
}
