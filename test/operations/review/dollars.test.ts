import { expect, it } from "vitest";

import { dollars, signedDollars } from "../../../operations/review/dollars.ts";

it("a review writes amounts with two decimals at most, or as whole dollars, and says when one isn't known", () => {
  expect([dollars(1250.5), dollars(0.004), dollars(1250.5, 0), dollars(Number.NaN)]).toEqual([
    "$1,250.5",
    "$0",
    "$1,251",
    "unknown",
  ]);
});

it("a review writes differences with their signs, and none that rounds to nothing", () => {
  const written = [20, -20.25, 0.004, -0.4, Number.NaN].map((amount) => signedDollars(amount));
  expect(written).toEqual(["+$20", "−$20.25", "±$0", "−$0.4", "unknown"]);
  expect([signedDollars(-0.4, 0), signedDollars(-1.6, 0)]).toEqual(["±$0", "−$2"]);
});
