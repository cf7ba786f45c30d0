import { stripVTControlCharacters } from "node:util";

import { expect, it } from "vitest";

import { report } from "../../../operations/verify/report.ts";

it("shows a row per check and counts the failures", () => {
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

it("says when all is well", () => {
  expect(report([{ check: "gateway is healthy", ok: true, detail: "" }])).toMatch(/All 1 checks passed\.$/);
});
