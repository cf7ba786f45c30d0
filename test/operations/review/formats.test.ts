import { expect, it } from "vitest";

import type { Page } from "../../../operations/review/document.ts";
import { html } from "../../../operations/review/html.ts";
import { markdown } from "../../../operations/review/markdown.ts";
import { readPreview } from "../../../operations/review/preview.ts";
import { review } from "../../../operations/review/review.ts";
import { terminal } from "../../../operations/review/terminal.ts";
import { key, KEYS, previewText, SERVICE, step } from "./previews.ts";

const file = (line: string) => ({ files: { "litellm-config.yaml": `a\n${line}\n` } });

const made = review(
  "prod",
  readPreview(
    previewText([
      step("update", KEYS, "projects", { a: key("<b>|*a*", 40) }, { b: key("@everyone [x](https://x)", 8) }),
      step("update", SERVICE, "litellm", file("before"), file("```\n<script>")),
    ]),
  ),
);

it("a terminal gets the risk before all else, and colors only where it shows them", () => {
  const plain = terminal(made, false);
  expect(plain.split("\n").slice(0, 6)).toEqual([
    "Stack prod: 1 risk to decide about (2 updated)",
    "",
    "Lost or cut off",
    "⚠ The virtual key <b>|*a* is deleted",
    "  Whoever uses it is refused from then on, and its value never comes back.",
    "  Keep it in the settings until nobody uses it.",
  ]);
  expect(plain).not.toContain("\u001B");
  expect(terminal(made, true)).toContain("\u001B[31m");
});

it("in Markdown no text of the settings is anything but text", () => {
  const text = markdown(made);
  expect(text).toContain("⚠ The virtual key &lt;b>\\|\\*a\\* is deleted");
  expect(text).not.toMatch(/[^\\]\[x\]\(https/);
  expect(text).not.toContain("@everyone");
  // A fence that the file's own can't end.
  expect(text).toContain("````diff\n");
  expect(text).toContain("<details><summary>All else (2)</summary>");
});

it("in HTML neither", () => {
  const page = html(made);
  expect(page).toContain("The virtual key &lt;b&gt;|*a* is deleted");
  expect(page).not.toContain("<script>");
  expect(page).toContain("<ins>+&lt;script&gt;</ins>");
});

/** A page of nothing but one text, wherever a page has texts. */
function pageOf(text: string): Page {
  return {
    ...{ stack: text, headline: text },
    risks: [{ act: text, what: text, why: text, remedy: text, isAcknowledged: false }],
    sections: [
      {
        ...{ title: text, isFolded: true },
        blocks: [
          { kind: "lines", lines: [text] },
          { kind: "diff", lines: [text] },
          { kind: "table", head: [text], rows: [[text]] },
        ],
      },
    ],
  };
}

it.each([
  ["an escape sequence of a terminal", "a\u001B[2Jb", "\u001B"],
  ["an address behind other words", "a\u001B]8;;https://x\u0007b", "\u0007"],
  ["one of a single character", "a\u009B2Kb", "\u009B"],
  ["the start of a line over again", "a\rStack prod: no change\r===", "\r"],
  ["another direction of writing", "a\u202Eb", "\u202E"],
])("no format does what a text says: %s", (_what, text, sign) => {
  for (const format of [html, markdown, (page: Page) => terminal(page, false)]) {
    expect(format(pageOf(text))).not.toContain(sign);
    expect(format(pageOf("a\nb\u2028c"))).toContain("a b c");
  }
});

it.each([
  ["https://x.example", "https:\u2060//x.example"],
  ["www.x.example", "www\u2060.x.example"],
  ["acme/gateway#1", "acme/gateway\\#\u20601"],
  ["GH-1", "GH-\u20601"],
  ["$a % b$", "\\$a % b\\$"],
])("in Markdown %s is no link, reference or formula", (text, shown) => {
  expect(markdown(pageOf(text))).toContain(`- ${shown}\n`);
});

it("in Markdown a table stays one", () => {
  expect(markdown(pageOf("a"))).toContain("| a |\n| --- |\n| a |");
});

it.each(["/close", "===", "---", "- a", "+ a", "> a", "1. a", "12) a", "    a"])(
  "in Markdown a line of a risk starts nothing: %j",
  (text) => {
    const [risks = ""] = markdown(pageOf(text)).split("\n\n<details>");
    expect(risks).not.toMatch(/^([-=>/]|\+ |\d+[.)]| {4})/m);
  },
);
