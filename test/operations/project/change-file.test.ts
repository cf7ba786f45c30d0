import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";

import { changeFile, stackFileText } from "../../../operations/project/change-file.ts";
import type { ProjectChange } from "../../../operations/project/edited.ts";

const TEXT = `config:
  llm-gateway:models: [{ name: gpt-4o, model: gpt-4o, provider: openai }]
`;

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "project-files-"));
  file = join(folder, "Pulumi.dev.yaml");
});

beforeEach(() => writeFile(file, TEXT));

afterAll(() => rm(folder, { recursive: true }));

const add = (name: string, budget = 8): ProjectChange => {
  return { action: "add", name, settings: { models: ["gpt-4o"], budget } };
};
const change = (one: ProjectChange, path = file) => changeFile(path, one, join(folder, "home"));

it("a change of a project is shown as a difference of its stack file", async () => {
  const changed = await change(add("docs"));
  expect(changed?.difference.replaceAll("\t", "")).toBe(`--- Pulumi.dev.yaml
+++ Pulumi.dev.yaml
@@ -1,2 +1,6 @@
 config:
   llm-gateway:models: [{ name: gpt-4o, model: gpt-4o, provider: openai }]
+  llm-gateway:projects:
+    docs:
+      models: [gpt-4o]
+      budget: 8
`);
  expect(await readFile(file, "utf8")).toBe(changed?.text);
});

it("what a stack file says already is no change", async () => {
  await change(add("docs"));
  expect(await change({ action: "edit", name: "docs", settings: { budget: 8 }, unset: [] })).toBeUndefined();
});

it("what is refused leaves the stack file as it was, and no other file", async () => {
  const before = await readdir(folder);
  await expect(change(add("docs", -1))).rejects.toThrow("is not an amount");
  expect(await readFile(file, "utf8")).toBe(TEXT);
  expect((await readdir(folder)).filter((name) => !before.includes(name))).toEqual([]);
});

it("changes of one stack file at once take turns, and none is lost", async () => {
  const names = ["one", "two", "three", "four"];
  await Promise.all(names.map((name) => change(add(name))));
  for (const name of names) expect(await readFile(file, "utf8")).toContain(`    ${name}:\n`);
});

it("a stack file keeps its mode, and stays where a link leads to", async () => {
  await chmod(file, 0o600);
  const link = join(folder, "linked", "Pulumi.dev.yaml");
  await mkdir(join(folder, "linked"));
  await symlink(file, link);
  await change(add("docs"), link);
  expect(await readFile(file, "utf8")).toContain("docs:");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

it("a stack without a file is refused with the names of those that have one", async () => {
  await expect(stackFileText(join(folder, "Pulumi.prod.yaml"))).rejects.toThrow(
    "There is no Pulumi.prod.yaml; write --stack with one of dev.",
  );
});
