import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const paths = (await readdir(import.meta.dirname, { recursive: true })).map((path) => `test/${path}`);
const pages = [...(await readdir(root)), ...(await readdir(join(root, "docs"))).map((name) => `docs/${name}`)];
const documents = await textsOf(pages.filter((path) => path.endsWith(".md")));
const tests = await textsOf(paths.filter((path) => path.endsWith(".test.ts")));

async function textsOf(files: string[]): Promise<Record<string, string>> {
  const texts = files.map(async (file) => [file, await readFile(join(root, file), "utf8")] as const);
  return Object.fromEntries(await Promise.all(texts));
}

/** What documents say in code that matches, by document. */
function said(pattern: RegExp): { document: string; groups: string[] }[] {
  return Object.entries(documents).flatMap(([document, text]) =>
    [...text.matchAll(pattern)].map(([, ...groups]) => ({ document, groups })),
  );
}

it("every file and folder of tests that a document names is there", () => {
  const named = said(/`(test\/[\w./-]*\w)\/?`/g);
  expect(named.length).toBeGreaterThan(60);
  expect(named.filter(({ groups: [path = ""] }) => !paths.includes(path))).toEqual([]);
});

it("every file of tests that a document names without its folder is there", () => {
  const named = said(/`([\w./-]+(?:\.test\.ts|_test\.py))`/g);
  expect(named.length).toBeGreaterThan(100);
  expect(named.filter(({ groups: [name = ""] }) => !paths.some((path) => `/${path}`.endsWith(`/${name}`)))).toEqual([]);
});

it("every test that a document names after its file is found there by that name", () => {
  const named = said(/`(test\/[\w./-]+\.test\.ts)`: ([^|]*[^|\s])/g);
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter(({ groups: [file = "", name = ""] }) => tests[file]?.includes(name) !== true)).toEqual([]);
});
