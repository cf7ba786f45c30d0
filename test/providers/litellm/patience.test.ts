import { afterEach, expect, it } from "vitest";

import { RetryBudget, setCallLimits } from "../../../providers/litellm/retry-budget.ts";

const GATEWAY = "http://127.0.0.1:4000";

afterEach(() => {
  setCallLimits();
});

it("patience gives up the calls that began before it ended, and not those that begin at the same moment", () => {
  setCallLimits(JSON.stringify({ management: { patience: 0 } }));
  for (let time = 0; time < 100; time += 1) {
    const patience = new RetryBudget();
    const waiting = performance.now() - 1;
    const failure = new Error("fetch failed");
    expect(patience.isLeft(GATEWAY, performance.now(), failure)).toBe(false);
    const next = performance.now();
    expect(() => {
      patience.check(GATEWAY, waiting);
    }).toThrow(failure);
    patience.check(GATEWAY, next);
  }
});
