import { styleText } from "node:util";

import Table from "cli-table3";

import type { Row } from "./result-row.ts";

/**
 * The rows as a table for people, with a line that counts them.
 *
 * @param columns Width of the table in characters.
 */
export function report(rows: Row[], columns = 120): string {
  const width = Math.max(...rows.map(({ check }) => check.length), 5) + 2;
  const table = new Table({
    head: ["", "check", "found"],
    colWidths: [4, width, Math.max(columns - width - 8, 40)],
    wordWrap: true,
    wrapOnWordBoundary: true,
    style: { head: [], border: [] },
  });
  for (const row of rows) table.push([mark(row), row.check, row.detail]);
  return `${table.toString()}\n${verdict(rows)}`;
}

function mark({ ok, untried }: Row): string {
  if (untried) return styleText("yellow", "–");
  return ok ? styleText("green", "✔") : styleText("red", "✘");
}

function verdict(rows: Row[]): string {
  const failed = rows.filter(({ ok }) => !ok).length;
  const untried = rows.filter((row) => row.untried).length;
  const passed = rows.length - failed - untried;
  const rest = untried > 0 ? `; ${untried} could not be made` : "";
  if (failed > 0) return `${failed} of ${rows.length} checks failed${rest}.`;
  return untried > 0 ? `${passed} of ${rows.length} checks passed${rest}.` : `All ${passed} checks passed.`;
}
