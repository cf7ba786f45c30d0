import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it, vi } from "vitest";

import { selectedStack } from "../../operations/selected-stack.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "scripted-cli-"));
});

afterAll(() => rm(folder, { recursive: true }));

/** Variables with which `pulumi` is a script of these lines. */
async function scripted(...lines: string[]): Promise<Record<string, string>> {
  await writeFile(join(folder, "pulumi"), ["#!/bin/sh", ...lines].join("\n"), { mode: 0o700 });
  return { PATH: `${folder}:${process.env["PATH"] ?? ""}` };
}

it("the selected stack is asked of the CLI, and without a question to the person", async () => {
  const env = await scripted('[ "$*" = "stack --show-name --non-interactive" ] && echo prod');
  expect(await selectedStack(env, folder)).toBe("prod");
});

const NONE = ['echo "error: no stack selected; please use \\`pulumi stack select\\`" >&2', "exit 1"];

it("the CLI's reason why no stack is selected is passed on, and one is asked for", async () => {
  await mkdir(join(folder, "state", ".pulumi", "stacks", "llm-gateway"), { recursive: true });
  await writeFile(join(folder, "state", ".pulumi", "stacks", "llm-gateway", "prod.json"), "{}");
  await expect(selectedStack(await scripted(...NONE), folder)).rejects.toThrow(
    "This command names no stack, and the one to use can't be told: no stack selected; please use `pulumi stack select`. Add `--stack NAME`.",
  );
});

it("a stack whose name has dots is one, too", async () => {
  const home = join(folder, "dotted");
  await mkdir(join(home, "state", ".pulumi", "stacks", "llm-gateway"), { recursive: true });
  await writeFile(join(home, "state", ".pulumi", "stacks", "llm-gateway", "prod.eu.json"), "{}");
  await expect(selectedStack(await scripted(...NONE), home)).rejects.toThrow("names no stack");
});

it("the selected stack is that of this machine in a state that has none yet, unless somebody names another", async () => {
  const home = join(folder, "new");
  expect(await selectedStack(await scripted(...NONE), home)).toBe("local");
  for (const [name, value] of [
    ["PULUMI_STACK", "prod"],
    ["PULUMI_OPTION_STACK", "prod"],
    ["PULUMI_BACKEND_URL", "gs://state"],
  ] as const) {
    vi.stubEnv(name, value);
    await expect(selectedStack(await scripted(...NONE), home)).rejects.toThrow("names no stack");
    vi.unstubAllEnvs();
  }
});
