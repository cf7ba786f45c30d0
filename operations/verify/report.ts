import { styleText } from "node:util";

import Table from "cli-table3";

import type { Row } from "./row.ts";

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
  for (const { check, ok, detail } of rows) {
    table.push([ok ? styleText("green", "✔") : styleText("red", "✘"), check, detail]);
  }
  const failed = rows.filter(({ ok }) => !ok).length;
  const verdict = failed === 0 ? `All ${rows.length} checks passed.` : `${failed} of ${rows.length} checks failed.`;
  return `${table.toString()}\n${verdict}`;
}
