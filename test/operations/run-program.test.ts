import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it, vi } from "vitest";

import { programVariables } from "../../operations/run-program.ts";
import { stackCommand } from "../../operations/parse-pulumi-args.ts";
import { pluginsFor } from "../../operations/stack-plugins.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stack-files-"));
  await writeFile(join(folder, "Pulumi.cloud.yaml"), "config:\n  llm-gateway:platform: gcp\n");
  await writeFile(join(folder, "Pulumi.cluster.yaml"), "config:\n  llm-gateway:platform: kubernetes\n");
  await writeFile(join(folder, "Pulumi.empty.yaml"), "");
});

afterAll(() => rm(folder, { recursive: true }));

it.each([
  ["refresh", "--stack", "cloud"],
  ["up", "--yes", "--refresh", "-s", "organization/llm-gateway/cloud"],
  ["preview", "--refresh", "--stack=cloud"],
  ["refresh", "--yes"],
])("npm run pulumi runs the program to read resources that are reached through it: %s %s %s", async (...args) => {
  const command = await stackCommand(args, { folder, selected: () => Promise.resolve("cloud") });
  expect(await programVariables(command, () => Promise.resolve(true))).toEqual({ PULUMI_RUN_PROGRAM: "true" });
});

it.each([
  ["destroy", "--stack", "cloud"],
  ["up", "--yes", "--stack", "cloud"],
  ["config", "--stack", "cloud"],
  ["refresh", "--stack", "cluster"],
  ["refresh", "--stack", "empty"],
  ["refresh", "--stack", "unheard-of"],
  ["refresh"],
])("npm run pulumi runs the program for nothing else: %s %s %s", async (...args) => {
  const hasRoles = vi.fn(() => Promise.resolve(true));
  expect(await programVariables(await stackCommand(args, { folder }), hasRoles)).toEqual({});
  expect(hasRoles).not.toHaveBeenCalled();
});

it("npm run pulumi does not run the program for a stack that was never made as far as its roles", async () => {
  const hasRoles = () => Promise.resolve(false);
  expect(await programVariables(await stackCommand(["refresh", "--stack", "cloud"], { folder }), hasRoles)).toEqual({});
});

it("npm run pulumi asks for the plugins of Google Cloud and of Kubernetes", async () => {
  const plugins = ["random", "postgresql", "kubernetes", "gcp"];
  expect(pluginsFor(await stackCommand(["destroy", "--stack", "cloud"], { folder }))).toEqual(plugins);
});
