import type { Block, Page, Section } from "./document.ts";
import { riskLines } from "./wording.ts";

/** A review for a comment on a pull request. */
export function markdown(page: Page): string {
  return [
    `## ${escaped(page.headline)}`,
    ...(page.risks.length > 0
      ? ["### Lost or cut off", ...page.risks.map((risk) => riskLines(risk).map(escaped).join("  \n"))]
      : []),
    ...page.sections.map(section),
  ].join("\n\n");
}

function section({ title, blocks, isFolded = false }: Section): string {
  const body = blocks.map(block).join("\n\n");
  if (!isFolded) return `### ${escaped(title)}\n\n${body}`;
  return `<details><summary>${escaped(title)}</summary>\n\n${body}\n\n</details>`;
}

function block(one: Block): string {
  if (one.kind === "diff") return fenced("diff", one.lines);
  if (one.kind === "lines") return one.lines.map((line) => `- ${escaped(line)}`).join("\n");
  const row = (cells: string[]) => `| ${cells.map(escaped).join(" | ")} |`;
  return [row(one.head), row(one.head.map(() => "---")), ...one.rows.map(row)].join("\n");
}

/** A fence that nothing between it can end. */
function fenced(language: string, lines: string[]): string {
  const longest = Math.max(0, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([ticks]) => ticks.length)));
  const fence = "`".repeat(Math.max(3, longest + 1));
  return [`${fence}${language}`, ...lines, fence].join("\n");
}

/** Text of settings, which may say anything, as text. */
function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(/[\\`*_{}[\]|#~!@]/g, (mark) => (mark === "@" ? "@\u2060" : `\\${mark}`))
    .replaceAll(/\r?\n/g, " ");
}
