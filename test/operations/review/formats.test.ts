import { expect, it } from "vitest";

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
