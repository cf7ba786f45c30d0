import { expect, it } from "vitest";

import { failedKeys } from "../../../providers/litellm/failed-keys.ts";

const failed = (name: string, reason: string) => [name, { status: "rejected", reason: new Error(reason) }] as const;

it("names each reason once, with all keys that it holds for", () => {
  const done = ["done", { status: "fulfilled", value: "a key" }] as const;
  expect(failedKeys([done, failed("a", "taken"), failed("b", "gone"), failed("c", "taken")])).toEqual([
    "`a`, `c`: taken",
    "`b`: gone",
  ]);
  expect(failedKeys([done])).toEqual([]);
});

it("counts the keys from the eleventh on", () => {
  const names = Array.from({ length: 12 }, (_, index) => `key-${index}`);
  expect(failedKeys(names.map((name) => failed(name, "gone")))).toEqual([
    `${names
      .slice(0, 10)
      .map((name) => `\`${name}\``)
      .join(", ")} and 2 more: gone`,
  ]);
});
