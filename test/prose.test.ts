import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, it } from "vitest";

const folder = join(import.meta.dirname, "..", "config");

/** How messages aren't put, because nobody says or searches for it so, and what to write. */
const HABITS: [habit: RegExp, instead: string][] = [
  [/["'`]is (no|nobody) (?!longer|more)/, "is not a …"],
  [/ is for [^"'`]* alone[;,.]/, "is only for …"],
  [/\banew\b/, "again, or the verb itself: recreated, restarted"],
];

it("messages of the settings are put as people put and search for them", async () => {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".ts"));
  expect(names.length).toBeGreaterThan(40);
  const found: string[] = [];
  for (const name of names) {
    const lines = (await readFile(join(folder, name), "utf8")).split("\n");
    for (const [index, line] of lines.entries()) {
      const [, instead] = HABITS.find(([habit]) => habit.test(line)) ?? [];
      if (instead !== undefined) found.push(`config/${name}:${index + 1}: write "${instead}": ${line.trim()}`);
    }
  }
  expect(found).toEqual([]);
});
