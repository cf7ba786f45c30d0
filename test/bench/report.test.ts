import { expect, it } from "vitest";

import { chart } from "../../bench/chart.ts";
import { withMeasured } from "../../bench/measured-section.ts";
import { report } from "../../bench/report.ts";
import { table } from "../../bench/table.ts";
import { figureOf, results } from "./results.ts";

it("the report aligns a table as Prettier does", () => {
  expect(table(["", "keys"], [["create", "1"]])).toBe("|        | keys |\n| ------ | ---- |\n| create | 1    |");
});

it("the report has one table of times for each number of keys, with a dash for what a contender can't do", () => {
  const text = report(results({ "raw API create 200": 2.54, "this package create 10": 1, "raw API create 10": 0.5 }));

  expect(text.indexOf("### 10 keys")).toBeLessThan(text.indexOf("### 200 keys"));
  const row = text
    .slice(text.indexOf("### 200 keys"))
    .split("\n")
    .find((line) => line.includes("create all keys"));
  expect(row?.split("|").map((cell) => cell.trim())).toEqual(["", "create all keys", "2.5 s", "–", "–", "–", ""]);
});

it("the report says who failed and who did not take part", () => {
  const failed = { ...figureOf("BerriAI raise 10"), failure: "Error: Team object not found" };
  const text = report({ ...results({}), figures: [failed], skipped: { ncecere: "no go on PATH" } });

  expect(text).toContain("| fails");
  expect(text).toContain("- BerriAI fails to raise all budgets: Error: Team object not found");
  expect(text).toContain("- ncecere did not take part: no go on PATH");
});

it("the report shows state per key and the most memory of any operation on keys", () => {
  const figures = [
    { ...figureOf("this package create 10"), seconds: 1, megabytes: 400 },
    { ...figureOf("this package raise 10"), seconds: 1, megabytes: 450 },
    { ...figureOf("this package destroyGateway 10"), seconds: 1, megabytes: 900 },
  ];
  const text = report({ ...results({}), figures, state: [{ contender: "this package", keys: 10, bytes: 1940 }] });

  expect(text).toMatch(/state per key, 10 keys .*\| 1\.9 KB/);
  expect(text).toMatch(/peak memory, 10 keys .*\| 450 MB/);
});

it("the report shows the medians of what is fixed, and how many times as much of it this package takes", () => {
  const rounds = [2, 9, 3].map((seconds) => ({
    empty: { seconds: 2, processorSeconds: 1, megabytes: 400 },
    ours: { seconds, processorSeconds: 1.4, megabytes: 500 },
  }));
  const start = { command: "start", rounds: [{ empty: { seconds: 1 }, ours: { seconds: 1.2 } }] } as const;
  const text = report({
    ...results({}),
    fixed: [
      { command: "preview", rounds },
      { ...start, rounds: [...start.rounds] },
    ],
  });

  expect(text).toMatch(/first resource: time +\| 1\.0 s +\| 1\.2 s +\| 1\.20 ×/);
  expect(text).not.toContain("first resource: processor time");
  expect(text).toMatch(/preview: time +\| 2\.0 s +\| 3\.0 s +\| 1\.50 ×/);
  expect(text).toMatch(/preview: processor time +\| 1\.00 s +\| 1\.40 s +\| 1\.40 ×/);
  expect(text).toMatch(/preview: peak memory +\| 400 MB +\| 500 MB +\| 1\.25 ×/);
  expect(report(results({}))).not.toContain("Fixed cost");
});

it("the report charts the contenders that made every number of keys", () => {
  const text = chart(results({ "raw API create 10": 0.5, "raw API create 200": 2.5, "ncecere create 10": 1 }));

  expect(text).toContain('x-axis "keys" [10, 200]');
  expect(text.match(/line \[.*\]/g)).toEqual(["line [0.5, 2.5]"]);
  expect(text).toContain("of their colors: raw API.");
});

it("the report writes between the markers of the document, again and again", () => {
  const document = "# Title\n\n<!-- measured -->\n<!-- end of measured -->\n\nRest\n";
  const once = withMeasured(document, "first");

  expect(once).toBe("# Title\n\n<!-- measured -->\n\nfirst\n\n<!-- end of measured -->\n\nRest\n");
  expect(withMeasured(once, "second")).toBe(once.replace("first", "second"));
  expect(() => withMeasured("# Title", "text")).toThrow("lacks the line <!-- measured -->");
});
