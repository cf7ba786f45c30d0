import { describe, expect, it } from "vitest";

import { maxBudgetFor } from "../../config/schema/soft-budget.ts";

describe("maxBudgetFor", () => {
  it.each([
    [80, 100],
    [40, 50],
    [8, 10],
    [0.04, 0.05],
    [33.36, 41.7],
    [1.16, 1.45],
  ])("of $%d is exactly $%d", (soft, hard) => {
    expect(maxBudgetFor(soft)).toBe(hard);
  });

  it.each([
    [0.01, 0.02],
    [33.33, 41.67],
  ])("of $%d is rounded up to $%d, a whole cent", (soft, hard) => {
    expect(maxBudgetFor(soft)).toBe(hard);
  });

  it.each([
    [70, 30, 100],
    [40, 0, 40],
    [10, 90, 100],
    [9.99, 50, 19.98],
    [1, 33, 1.5],
  ])("of $%d with a margin of %d percent is $%d", (soft, margin, hard) => {
    expect(maxBudgetFor(soft, margin)).toBe(hard);
  });

  it("leaves a margin of at least a fifth, for every amount up to $1,000", () => {
    const tooSmall = Array.from({ length: 100_000 }, (_, index) => (index + 1) / 100).filter(
      (soft) => Math.round(maxBudgetFor(soft) * 100) * 4 < Math.round(soft * 100) * 5,
    );
    expect(tooSmall).toEqual([]);
  });
});
