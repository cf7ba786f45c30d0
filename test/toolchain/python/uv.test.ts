import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, it, onTestFinished, vi } from "vitest";

import { findUv, isAtLeast } from "../../../toolchain/python/uv.ts";

it.each([
  ["0.5.0", "0.5.0", true],
  ["0.13.9", "0.5.0", true],
  ["1.0.0", "0.5.0", true],
  ["0.4.30", "0.5.0", false],
])("the toolchain knows whether version %s is at least %s", (version, oldest, expected) => {
  expect(isAtLeast(version, oldest)).toBe(expected);
});

it("the toolchain takes the uv on the PATH when it is recent enough", async () => {
  const folder = await mkdtemp(join(tmpdir(), "llm-gateway-uv-"));
  vi.stubEnv("PATH", folder);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });
  await writeFile(join(folder, "uv"), "#!/bin/sh\necho uv 0.5.1 '(x86_64-unknown-linux-gnu)'\n", { mode: 0o755 });

  expect(await findUv({ path: "/nowhere/python", version: "3.11.7" })).toBe("uv");
});
