import { expect, it } from "vitest";

import { validity } from "../../../operations/verify/keys.ts";

const now = new Date("2026-11-24T00:00:00Z");

it("npm run verify says how long a key is valid, and what to do in its last 14 days", () => {
  expect(validity("2026-12-09T00:00:00Z", now)).toBe("for 15 days more, until 2026-12-09T00:00:00Z");
  expect(validity("2026-12-08T00:00:00Z", now)).toBe(
    "for 14 days more, until 2026-12-08T00:00:00Z: raise its `generation` in time",
  );
});

it("npm run verify fails for a key that has expired", () => {
  expect(() => validity("2026-11-23T00:00:00Z", now)).toThrow("It expired at 2026-11-23T00:00:00Z");
});
