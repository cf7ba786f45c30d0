import { styleText } from "node:util";

import Table from "cli-table3";

import type { Block, Page, Section } from "./document.ts";
import { inOneLine, riskLines } from "./wording.ts";

/** A review for a terminal. @param isColored Whether it shows colors. */
export function terminal(page: Page, isColored: boolean): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    isColored ? styleText(style, text, { validateStream: false }) : text;
  const { headline, risks: found, sections } = withTexts(page, inOneLine);
  const risks = found.map((risk) => {
    const [first = "", ...rest] = riskLines(risk);
    return [paint(risk.isAcknowledged ? "bold" : ["bold", "red"], first), ...rest.map((line) => `  ${line}`)].join(
      "\n",
    );
  });
  const block = (one: Block): string => {
    if (one.kind === "lines") return one.lines.map((line) => `  ${line}`).join("\n");
    if (one.kind === "diff") return one.lines.map((line) => `  ${paint(colorOf(line), line)}`).join("\n");
    const table = new Table({ head: one.head, style: { head: [], border: [] } });
    table.push(...one.rows);
    return table.toString();
  };
  const section = ({ title, blocks }: Section) => [paint("bold", title), ...blocks.map(block)].join("\n");
  return [
    paint("bold", headline),
    ...(risks.length > 0 ? [[paint("bold", "Lost or cut off"), ...risks].join("\n")] : []),
    ...sections.map(section),
  ].join("\n\n");
}

function withTexts(page: Page, change: (text: string) => string): Page {
  const changed = (_name: string, value: unknown) => (typeof value === "string" ? change(value) : value);
  return JSON.parse(JSON.stringify(page), changed) as Page;
}

function colorOf(line: string): "green" | "red" | "reset" {
  if (line.startsWith("+")) return "green";
  return line.startsWith("-") ? "red" : "reset";
}
