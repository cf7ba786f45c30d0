import { accessSync, constants } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { litellmRuntime, sagewaiRuntime } from "../../../toolchain/python/runtime.ts";

const prisma = join(import.meta.dirname, "../../../toolchain/prisma/bin");

it("puts our Prisma CLI before LiteLLM's own programs, and those before the machine's", () => {
  expect(litellmRuntime("/venv", "/usr/bin")["PATH"]).toBe(`${prisma}:/venv/bin:/usr/bin`);
});

it("names a query engine that can be executed", () => {
  const engine = litellmRuntime("/venv")["PRISMA_QUERY_ENGINE_BINARY"] ?? "";

  expect(engine).toBe(join(prisma, "query-engine"));
  expect(() => {
    accessSync(engine, constants.X_OK);
  }).not.toThrow();
});

it("keeps both from fetching price lists", () => {
  for (const runtime of [litellmRuntime("/venv"), sagewaiRuntime("/venv")]) {
    expect(runtime["LITELLM_LOCAL_MODEL_COST_MAP"]).toBe("True");
  }
});

it("puts Sagewai's programs before the machine's", () => {
  expect(sagewaiRuntime("/venv", "/usr/bin")["PATH"]).toBe("/venv/bin:/usr/bin");
});
