import { describe, expect, it } from "vitest";

import { didYouMean } from "../../config/problems/did-you-mean.ts";

describe("didYouMean", () => {
  it.each([
    ["budgett", "budget"],
    ["budgt", "budget"],
    ["bugdet", "budget"],
    ["BUDGET", "budget"],
    ["aliass", "alias"],
  ])("answers %s with %s", (word, nearest) => {
    expect(didYouMean(word, ["models", "alias", "budget"])).toBe(`; did you mean "${nearest}"?`);
  });

  it("names the nearest of several", () => {
    expect(didYouMean("gpt-4", ["gpt-3.5", "gpt-4o"])).toBe('; did you mean "gpt-4o"?');
  });

  it("says nothing when nothing is near", () => {
    expect(didYouMean("zebra", ["models", "alias", "budget"])).toBe("");
  });
});
