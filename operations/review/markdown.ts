import type { Block, Page, Section } from "./document.ts";
import { inOneLine, riskLines } from "./wording.ts";

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
  return [row(one.head), `|${" --- |".repeat(one.head.length)}`, ...one.rows.map(row)].join("\n");
}

/** A fence that nothing between it can end. */
function fenced(language: string, texts: string[]): string {
  const lines = texts.map(inOneLine);
  const longest = Math.max(0, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([ticks]) => ticks.length)));
  const fence = "`".repeat(Math.max(3, longest + 1));
  return [`${fence}${language}`, ...lines, fence].join("\n");
}

/** What GitHub and GitLab make a mention, a reference or a link of, up to where something invisible keeps them from it. */
const LINKS = /@|\\#|&amp;(?=\w)|:(?=\/\/)|\bwww(?=\.)|\bG[HL]-(?=\d)/gi;

/** Text of settings, which may say anything, as text: no mark, and at the start of a line no heading, list or `/command`. */
export function escaped(text: string): string {
  return inOneLine(text)
    .trimStart()
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(/[\\`*_{}[\]|#~!$]/g, "\\$&")
    .replaceAll(LINKS, "$&\u2060")
    .replace(/^(?=[-+](\s|$)|[-=]+\s*$|[>/])|(?<=^\d+)(?=[.)])/, "\\");
}
