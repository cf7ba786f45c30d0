import { describe, expect, it } from "vitest";

import { check } from "../../../../toolchain/plugins/resource-type.ts";
import { randomPassword, randomText } from "../../../../toolchain/plugins/random/text.ts";

const draw = (inputs: Record<string, unknown>) => randomText(randomPassword.inputs.parse(inputs));
const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

describe("randomText", () => {
  it("draws as many characters as wanted, whatever the rules", () => {
    for (let length = 1; length <= 200; length++) expect(draw({ length })).toHaveLength(length);
  });

  it("keeps to the classes that are switched on", () => {
    for (let round = 0; round < 200; round++) {
      expect(draw({ length: 30, special: false })).toMatch(/^[A-Za-z0-9]{30}$/);
      expect(draw({ length: 30, upper: false, lower: false, special: false })).toMatch(/^[0-9]{30}$/);
      expect(draw({ length: 30, upper: false, lower: false, numeric: false, overrideSpecial: "-_" })).toMatch(
        /^[-_]{30}$/,
      );
    }
  });

  it("has at least as many of each class as required, even in the shortest text", () => {
    const rules = { minLower: 2, minUpper: 3, minNumeric: 4, minSpecial: 1, overrideSpecial: "!" };
    for (let round = 0; round < 200; round++) {
      const text = draw({ length: 10, ...rules });
      expect([/[a-z]/g, /[A-Z]/g, /[0-9]/g, /!/g].map((pattern) => count(text, pattern))).toEqual([2, 3, 4, 1]);
    }
  });

  it("puts required characters anywhere", () => {
    const positions = new Set<number>();
    for (let round = 0; round < 500; round++) {
      positions.add(draw({ length: 5, numeric: false, special: false, minNumeric: 1 }).search(/[0-9]/));
    }
    expect([...positions].sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it("uses every character about equally often", () => {
    const text = draw({ length: 62_000, special: false });
    const counts = new Map<string, number>();
    for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
    expect(counts.size).toBe(62);
    // 1,000 expected; eight standard deviations either way.
    expect(Math.min(...counts.values())).toBeGreaterThan(750);
    expect(Math.max(...counts.values())).toBeLessThan(1_250);
  });
});

describe("the inputs of RandomPassword", () => {
  it.each([
    [{}, "length", "it is required"],
    [{ length: 0 }, "length", "it must be at least 1"],
    [
      { length: 3, minLower: 4 },
      "length",
      "it is 3, less than the 4 that minLower, minUpper, minNumeric and minSpecial add up to",
    ],
    [{ length: 8, minUpper: -1 }, "minUpper", "it must not be negative"],
    [
      { length: 8, lower: false, upper: false, numeric: false, special: false },
      "lower",
      "one of lower, upper, numeric and special must be true",
    ],
  ])("%j: %s %s", (inputs, property, reason) => {
    expect(check(randomPassword, inputs)).toEqual([{ property, reason }]);
  });

  it("may be unknown in a preview", () => {
    expect(check(randomPassword, { length: "04da6b54-80e4-46f7-96ec-b56ff0331ba9", minLower: 4 })).toEqual([]);
  });
});
