import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "control-plane-"));
  await mkdir(join(folder, "bin"));
  // An empty cache of its own, which is looked up when the modules are loaded.
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
  vi.stubEnv("PATH", join(folder, "bin"));
});

afterAll(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

beforeEach(() => {
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
});

/** Asks for the control plane as the first of a process: later ones are told the same. */
async function build(): Promise<unknown> {
  vi.resetModules();
  return (await import("./control-plane.ts")).controlPlane();
}

async function go(script: string): Promise<void> {
  const file = join(folder, "bin", "go");
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
}

it("the build of the control plane says which Go it needs where there is none, or an older one", async () => {
  await expect(build()).rejects.toThrow("with Go 1.26 or newer, but there is no go on PATH");
  await go("echo go1.25.3");
  await expect(build()).rejects.toThrow("with Go 1.26 or newer, but the go on PATH is go1.25.3");
});

it("the build of the control plane shows the end of what Go says when a build fails, and keeps nothing of it", async () => {
  await go('[ "$1" = env ] && echo go1.26.0 || { echo "main.go:1:1: no such package" >&2; exit 1; }');
  await expect(build()).rejects.toThrow(/^go build of .*control-plane failed:\nmain.go:1:1: no such package/);
  const [name = ""] = await readdir(join(folder, "cache", "llm-gateway"));
  expect(await readdir(join(folder, "cache", "llm-gateway", name))).toEqual([]);
});
