import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";
import * as yaml from "yaml";

import { parseSettings } from "../../config/settings.ts";
import { minimal, rawConfig } from "../config/stack.ts";
import sentences from "./sentences.json" with { type: "json" };

interface Row {
  /** The guide's words, up to an ellipsis. */
  quote: string;
  verdict: string;
  test: string;
}

const page = await readFile(join(import.meta.dirname, "../../docs/guide.md"), "utf8");

/** Rows of the page by heading. */
const rows: Record<string, Row[]> = Object.fromEntries(
  page.split(/^##+ /m).map((section) => [section.split("\n", 1).join(), rowsOf(section)] as const),
);

function rowsOf(section: string): Row[] {
  return [...section.matchAll(/^\| "([^"]*)"([^|]*)\|([^|]*)\|([^|]*)\|$/gm)].map(
    ([, quote = "", , verdict = "", test = ""]) => ({ quote, verdict: verdict.trim(), test: test.trim() }),
  );
}

/** By which sentences.json knows a sentence of the guide, which isn't ours to copy: its first four words. */
function fingerprint(words: string): string {
  const first = (words.toLowerCase().match(/[a-z0-9_]+/g) ?? []).slice(0, 4).join(" ");
  return createHash("sha256").update(first).digest("hex").slice(0, 12);
}

describe("docs/guide.md", () => {
  it.for(Object.entries(sentences))("has a row for each sentence and code block below: %s", ([heading, expected]) => {
    const quoted = (rows[heading] ?? []).map(({ quote }) => fingerprint(quote));
    for (const sentence of expected) {
      const place = quoted.indexOf(sentence);
      expect(place, `"${heading}" lacks the sentence ${sentence}`).not.toBe(-1);
      quoted.splice(place, 1);
    }
  });

  it("says of each row whether it works or goes another way, and names a test", () => {
    const all = Object.values(rows).flat();
    expect(all.length).toBeGreaterThan(Object.values(sentences).flat().length);
    expect(all).toHaveLength(page.match(/^\| "/gm)?.length ?? 0);
    expect(all.filter(({ verdict }) => !/^\*\*(works|other way)\*\*/.test(verdict))).toEqual([]);
    expect(all.filter(({ test }) => !/^`test\/[\w./-]+\.test\.ts`: \S/.test(test))).toEqual([]);
  });

  it("says for every other way why, and what to do", () => {
    const others = Object.values(rows).flatMap((row) =>
      row.filter(({ verdict }) => verdict.startsWith("**other way**")),
    );
    expect(others.length).toBeGreaterThan(15);
    expect(others.filter(({ verdict }) => verdict.length < 80)).toEqual([]);
  });

  it("has settings that are right", () => {
    const [, block = ""] = /```yaml\n(.*?)```/s.exec(page) ?? [];
    const { "llm-gateway:projects": projects } = yaml.parse(block) as Record<string, object>;
    const models = ["gpt-4o", "claude-sonnet"].map((name) => ({ name, model: "gpt-4o", provider: "openai" }));
    expect(parseSettings(rawConfig({ ...minimal, models, projects })).projects).toMatchObject([
      { name: "research-team", maxBudget: 50 },
    ]);
  });
});
