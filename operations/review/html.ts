import type { Block, Page, Section } from "./document.ts";
import { inOneLine, riskLines } from "./wording.ts";

const STYLE =
  "body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}td,th{border:1px solid #ccc;padding:.2rem .6rem;text-align:left}table{border-collapse:collapse}.open{border-left:.4rem solid #c00;padding-left:1rem}.said{border-left:.4rem solid #999;padding-left:1rem}ins{background:#dfd;text-decoration:none}del{background:#fdd;text-decoration:none}";

/** A review as a page by itself. */
export function html(page: Page): string {
  const risks = page.risks.map(
    (risk) =>
      `<div class="${risk.isAcknowledged ? "said" : "open"}"><p>${riskLines(risk).map(escaped).join("<br>")}</p></div>`,
  );
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${escaped(page.headline)}</title><style>${STYLE}</style>
<h1>${escaped(page.headline)}</h1>
${risks.length > 0 ? `<h2>Lost or cut off</h2>\n${risks.join("\n")}` : ""}
${page.sections.map(section).join("\n")}
</html>`;
}

function section({ title, blocks, isFolded = false }: Section): string {
  const body = blocks.map(block).join("\n");
  if (!isFolded) return `<h2>${escaped(title)}</h2>\n${body}`;
  return `<details><summary>${escaped(title)}</summary>\n${body}\n</details>`;
}

function block(one: Block): string {
  if (one.kind === "lines") return `<ul>${one.lines.map((line) => `<li>${escaped(line)}</li>`).join("")}</ul>`;
  if (one.kind === "diff") return `<pre>${one.lines.map(marked).join("\n")}</pre>`;
  const row = (cells: string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join("")}</tr>`;
  return `<table>${row(one.head, "th")}${one.rows.map((cells) => row(cells, "td")).join("")}</table>`;
}

function marked(line: string): string {
  const tag = { "+": "ins", "-": "del" }[line.slice(0, 1)];
  return tag === undefined ? escaped(line) : `<${tag}>${escaped(line)}</${tag}>`;
}

function escaped(text: string): string {
  return inOneLine(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
