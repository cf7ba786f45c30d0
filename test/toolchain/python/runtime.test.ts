import { accessSync, constants } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { litellmRuntime, sagewaiRuntime } from "../../../toolchain/python/runtime.ts";

const prisma = join(import.meta.dirname, "../../../toolchain/prisma/bin");

it("the runtime environment puts our Prisma CLI before LiteLLM's own programs, and those before the machine's", () => {
  expect(litellmRuntime("/venv", "/usr/bin")["PATH"]).toBe(`${prisma}:/venv/bin:/usr/bin`);
});

it("the runtime environment names a query engine that can be executed", () => {
  const engine = litellmRuntime("/venv")["PRISMA_QUERY_ENGINE_BINARY"] ?? "";

  expect(engine).toBe(join(prisma, "query-engine"));
  expect(() => {
    accessSync(engine, constants.X_OK);
  }).not.toThrow();
});

it("the runtime environment keeps LiteLLM and Sagewai from fetching price lists", () => {
  for (const runtime of [litellmRuntime("/venv"), sagewaiRuntime("/venv")]) {
    expect(runtime["LITELLM_LOCAL_MODEL_COST_MAP"]).toBe("True");
  }
});

it("the runtime environment puts Sagewai's programs before the machine's", () => {
  expect(sagewaiRuntime("/venv", "/usr/bin")["PATH"]).toBe("/venv/bin:/usr/bin");
});
