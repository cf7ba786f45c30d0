import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

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

it("asks the CLI, and without a question to the person", async () => {
  const env = await scripted('[ "$*" = "stack --show-name --non-interactive" ] && echo prod');
  expect(await selectedStack(env)).toBe("prod");
});

it("passes on why there is none, and asks for one", async () => {
  const env = await scripted('echo "error: no stack selected; please use \\`pulumi stack select\\`" >&2', "exit 1");
  await expect(selectedStack(env)).rejects.toThrow(
    "This command names no stack, and the one to use can't be told: no stack selected; please use `pulumi stack select`. Add `--stack NAME`.",
  );
});
