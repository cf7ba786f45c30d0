import { afterEach, expect, it } from "vitest";

import { setCallLimits } from "../../../providers/litellm/call-limits.ts";
import { Patience } from "../../../providers/litellm/patience.ts";

const GATEWAY = "http://127.0.0.1:4000";

afterEach(() => {
  setCallLimits();
});

it("patience gives up the calls that began before it ended, and not those that begin at the same moment", () => {
  setCallLimits(JSON.stringify({ management: { patience: 0 } }));
  for (let time = 0; time < 100; time += 1) {
    const patience = new Patience();
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
