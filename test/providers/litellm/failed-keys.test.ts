import { expect, it } from "vitest";

import { failedKeys, failuresOf } from "../../../providers/litellm/key-messages.ts";

const failed = (name: string, reason: string) => [name, { status: "rejected", reason: new Error(reason) }] as const;
const done = ["done", { status: "fulfilled", value: "a key" }] as const;

it("the error about failed keys names each reason once, with all keys that it holds for", () => {
  const failures = failuresOf([done, failed("a", "taken"), failed("b", "gone"), failed("c", "taken")]);
  expect(failedKeys(failures)).toEqual(["`a`, `c`: taken", "`b`: gone"]);
  expect(failuresOf([done])).toEqual([]);
  expect(failedKeys([])).toEqual([]);
});

it("the error about failed keys counts the keys from the eleventh on", () => {
  const names = Array.from({ length: 12 }, (_, index) => `key-${index}`);
  const shown = names.slice(0, 10).map((name) => `\`${name}\``);
  expect(failedKeys(names.map((name) => ({ name, reason: "gone" })))).toEqual([`${shown.join(", ")} and 2 more: gone`]);
});
