import { expect, it } from "vitest";

import { isDuration, milliseconds } from "../../../config/litellm/duration.ts";

it("the provider reads durations as LiteLLM does", () => {
  expect(["0s", "90s", "30m", "24h", "7d", "2w", "1mo"].map(milliseconds)).toEqual([
    0, 90_000, 1_800_000, 86_400_000, 604_800_000, 1_209_600_000, 2_592_000_000,
  ]);
  expect(["", "24", "h", "1y", "1.5h", "-1h", "toString"].map(milliseconds)).toEqual(Array(7).fill(Number.NaN));
});

it("the provider tells a duration from what LiteLLM can't read", () => {
  expect(["30d", "1mo", "90s"].filter((text) => isDuration(text))).toHaveLength(3);
  expect(
    ["0d", "30", "1y", "1.5h", " 1h", "1h\n2h", "monthly", "36501d", "99999999d"].filter((text) => isDuration(text)),
  ).toEqual([]);
});
