import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, it } from "vitest";

import { lockedVersion } from "../../toolchain/python/environment.ts";

const root = join(import.meta.dirname, "../..");
const pyproject = await readFile(join(root, "python/pyproject.toml"), "utf8");

it("the agents' package needs the versions that the stack itself has", async () => {
  const lock = await readFile(join(root, "toolchain/python/requirements/sagewai.txt"), "utf8");
  const [, list = ""] = /^dependencies = \[(.*)\]$/m.exec(pyproject) ?? [];
  const needed = [...list.matchAll(/"([\w-]+)==([^"]+)"/g)].map(([, name = "", version = ""]) => [name, version]);
  expect(needed.map(([name]) => name)).toEqual(["httpx", "sagewai"]);
  for (const [name = "", version] of needed) expect(lockedVersion(lock, name), name).toBe(version);
});

it("the agents' package takes the Pythons that the stack's own software runs on", async () => {
  const interpreter = await readFile(join(root, "toolchain/python/interpreter.ts"), "utf8");
  const [, oldest, newest] = /\[OLDEST, NEWEST\] = \[(\d+), (\d+)\]/.exec(interpreter) ?? [];
  expect(pyproject).toContain(`requires-python = ">=3.${oldest},<3.${Number(newest) + 1}"`);
});
