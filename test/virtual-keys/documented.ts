import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { format, resolveConfig } from "prettier";

const file = join(import.meta.dirname, "../../docs/virtual-keys.md");

/** What to do when the document is behind. */
export const UPDATE = "docs/virtual-keys.md is behind: run this test with WRITE_DOCS=1, and look at the difference";

/**
 * What docs/virtual-keys.md says between the two marks of a name, and what it should say, both formatted. With
 * WRITE_DOCS=1 in the environment the document is brought in line first.
 */
export async function documented(name: string, text: string): Promise<{ written: string; expected: string }> {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const options = await resolveConfig(file);
  const expected = (await format(text, { ...options, parser: "markdown" })).trim();
  if (process.env["WRITE_DOCS"] === "1") {
    const [before, , after] = parts(await readFile(file, "utf8"), begin, end);
    await writeFile(file, `${before}${begin}\n\n${expected}\n\n${end}${after}`);
  }
  const [, written] = parts(await readFile(file, "utf8"), begin, end);
  return { written: written.trim(), expected };
}

/** A message without what differs from run to run, such as how exactly a connection failed. */
export function unvaried(message: string): string {
  return message
    .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:4000")
    .replaceAll(/fault-\d+/g, "research-team")
    .replace(/(?<=for POST \S+: ).*(?=\. See its logs)/, "…")
    .replace(/(?<=reach database server).*/s, " …");
}

function parts(document: string, begin: string, end: string): [string, string, string] {
  const [before, rest, ...others] = document.split(begin);
  const [inside, after, ...more] = rest?.split(end) ?? [];
  if (before === undefined || inside === undefined || after === undefined || others.length + more.length > 0) {
    throw new Error(`docs/virtual-keys.md needs the marks ${begin} and ${end}, once each`);
  }
  return [before, inside, after];
}
