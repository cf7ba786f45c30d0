import { describe, expect, it } from "vitest";

import { milliseconds, plannedExpiry, replacedKeys } from "../../../providers/litellm/rotation.ts";

const now = new Date("2026-11-24T12:00:00Z");
const first = { alias: "team", key: "sk-first-0123456789" };
const second = { alias: "team", key: "sk-second-0123456789", generation: 2 };
const third = { alias: "team", key: "sk-third-0123456789", generation: 3 };
const firstUntilTomorrow = { alias: "team-g1", until: "2026-11-25T12:00:00.000Z" };

describe("replacedKeys", () => {
  it("keeps nothing while the key stays the same", () => {
    expect(replacedKeys(first, first, now)).toEqual([]);
    expect(replacedKeys({}, first, now)).toEqual([]);
  });

  it("keeps the key before for a day, or as long as the settings say", () => {
    expect(replacedKeys(first, second, now)).toEqual([firstUntilTomorrow]);
    expect(replacedKeys(first, { ...second, overlap: "1h" }, now)).toEqual([
      { alias: "team-g1", until: "2026-11-24T13:00:00.000Z" },
    ]);
  });

  it("keeps each of several until its own time is over", () => {
    const olds = { ...second, replaced: [firstUntilTomorrow] };
    expect(replacedKeys(olds, third, now)).toEqual([
      firstUntilTomorrow,
      { alias: "team-g2", until: "2026-11-25T12:00:00.000Z" },
    ]);
    expect(replacedKeys(olds, second, new Date("2026-11-25T12:00:01Z"))).toEqual([]);
  });

  it("ends all of them at once without an overlap, as after a leak", () => {
    expect(replacedKeys({ ...second, replaced: [firstUntilTomorrow] }, { ...third, overlap: "0s" }, now)).toEqual([]);
    expect(replacedKeys({ ...second, replaced: [firstUntilTomorrow] }, { ...second, overlap: "0s" }, now)).toEqual([]);
  });

  it("replaces an adopted key, whose value nobody knows, by its generation", () => {
    const adopted = { alias: "team", key: "" };
    expect(replacedKeys(adopted, adopted, now)).toEqual([]);
    expect(replacedKeys(adopted, second, now)).toEqual([firstUntilTomorrow]);
    expect(replacedKeys(adopted, first, now)).toEqual([]);
  });
});

describe("plannedExpiry", () => {
  const inThreeDays = "2026-11-27T12:00:00.000Z";
  const before = { ...first, duration: "90d", expires: "2026-12-01T00:00:00.000Z" };

  it("is none for a key that is valid forever, or of a duration that is none", () => {
    expect(plannedExpiry(before, first, now)).toBeUndefined();
    expect(plannedExpiry({}, { ...first, duration: "a while" }, now)).toBeUndefined();
  });

  it("stays as long as the duration and the key do", () => {
    expect(plannedExpiry(before, { ...first, duration: "90d" }, now)).toBe(before.expires);
    expect(plannedExpiry(before, { ...first, duration: "3d" }, now)).toBe(inThreeDays);
    expect(plannedExpiry({ ...before, duration: "3d" }, { ...second, duration: "3d" }, now)).toBe(inThreeDays);
    expect(plannedExpiry({}, { ...first, duration: "3d" }, now)).toBe(inThreeDays);
  });
});

it("reads durations as LiteLLM does", () => {
  expect(["0s", "90s", "30m", "24h", "7d", "2w", "1mo"].map(milliseconds)).toEqual([
    0, 90_000, 1_800_000, 86_400_000, 604_800_000, 1_209_600_000, 2_592_000_000,
  ]);
});
