import { expect, it } from "vitest";

import { failuresByReason, failuresOf } from "../../providers/failures.ts";

const failed = (name: string, reason: string) => [name, { status: "rejected", reason: new Error(reason) }] as const;
const done = ["done", { status: "fulfilled", value: "a key" }] as const;

it("the error about parts that failed names each reason once, with all that it holds for", () => {
  const failures = failuresOf([done, failed("a", "taken"), failed("b", "gone"), failed("c", "taken")]);
  expect(failuresByReason(failures)).toEqual(["`a`, `c`: taken", "`b`: gone"]);
  expect(failuresOf([done])).toEqual([]);
  expect(failuresByReason([])).toEqual([]);
});

it("the error about parts that failed counts them from the eleventh on", () => {
  const names = Array.from({ length: 12 }, (_, index) => `key-${index}`);
  const shown = names.slice(0, 10).map((name) => `\`${name}\``);
  expect(failuresByReason(names.map((name) => ({ name, reason: "gone" })))).toEqual([
    `${shown.join(", ")} and 2 more: gone`,
  ]);
});
