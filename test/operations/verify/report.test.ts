import { stripVTControlCharacters } from "node:util";

import { expect, it } from "vitest";

import { report } from "../../../operations/verify/report.ts";

it("the report of verify shows a row per check and counts the failures", () => {
  const text = report([
    { check: "gateway is healthy", ok: true, detail: "connected" },
    { check: "admin is healthy", ok: false, detail: "It is down." },
  ]);
  const lines = stripVTControlCharacters(text).split("\n");
  expect(lines.find((line) => line.includes("gateway is healthy"))).toMatch(
    /^│ ✔ +│ gateway is healthy │ connected +│$/,
  );
  expect(lines.find((line) => line.includes("admin is healthy"))).toMatch(
    /^│ ✘ +│ admin is healthy +│ It is down\. +│$/,
  );
  expect(lines.at(-1)).toBe("1 of 2 checks failed.");
});

it("the report of verify tells what could not be tried from what failed", () => {
  const rows = [
    { check: "gateway is healthy", ok: true, detail: "connected" },
    { check: "key team reaches a model", ok: true, untried: true as const, detail: "Its budget is used up." },
  ];
  const lines = stripVTControlCharacters(report(rows)).split("\n");
  expect(lines.find((line) => line.includes("reaches"))).toMatch(/^│ – +│ key team reaches a model │/);
  expect(lines.at(-1)).toBe("1 of 2 checks passed; 1 could not be made.");
  const broken = [...rows, { check: "admin is healthy", ok: false, detail: "It is down." }];
  expect(report(broken)).toMatch(/1 of 3 checks failed; 1 could not be made\.$/);
});

it("the report of verify says when all is well", () => {
  expect(report([{ check: "gateway is healthy", ok: true, detail: "" }])).toMatch(/All 1 checks passed\.$/);
});
