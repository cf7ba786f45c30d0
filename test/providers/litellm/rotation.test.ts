import { describe, expect, it } from "vitest";

import { isReplacement, type KeyState, planned, type Wanted } from "../../../providers/litellm/key-set.ts";
import { tokenOf } from "../../../providers/litellm/key-value.ts";
import { replacedAlias } from "../../../config/litellm/key-names.ts";

const now = new Date("2026-11-24T12:00:00Z");
const key = (generation: number, more: Partial<Wanted> = {}): Wanted => ({
  ...{ alias: "team", generation, key: `sk-of-generation-${generation}` },
  ...more,
});
const state = (generation: number, more: Partial<KeyState> = {}): KeyState => ({
  ...{ alias: "team", generation, token: tokenOf(`sk-of-generation-${generation}`) },
  ...more,
});
const firstUntilTomorrow = { alias: "team-g1", until: "2026-11-25T12:00:00.000Z" };

describe("keys that were replaced", () => {
  const replaced = (last: KeyState | undefined, wanted: Wanted, time = now) => planned(last, wanted, time).replaced;

  it("are none while the key stays the same", () => {
    expect(replaced(state(1), key(1))).toBeUndefined();
    expect(replaced(undefined, key(1))).toBeUndefined();
  });

  it("stay valid for a day, or as long as the settings say", () => {
    expect(replaced(state(1), key(2))).toEqual([firstUntilTomorrow]);
    const until = "2026-11-24T13:00:00.000Z";
    expect(replaced(state(1), key(2, { overlap: "1h" }))).toEqual([{ alias: "team-g1", until }]);
  });

  it("stay valid each until its own time is over", () => {
    const last = state(2, { replaced: [firstUntilTomorrow] });
    expect(replaced(last, key(3))).toEqual([
      firstUntilTomorrow,
      { alias: "team-g2", until: "2026-11-25T12:00:00.000Z" },
    ]);
    expect(replaced(last, key(2), new Date("2026-11-25T12:00:01Z"))).toBeUndefined();
  });

  it("end all at once without an overlap, as after a leak", () => {
    const last = state(2, { replaced: [firstUntilTomorrow] });
    expect(replaced(last, key(3, { overlap: "0s" }))).toBeUndefined();
    expect(replaced(last, key(2, { overlap: "0s" }))).toBeUndefined();
  });

  it("stay valid until the moment that the preview showed", () => {
    const shown = { alias: "team-g1", until: "2026-11-25T11:59:00.000Z" };
    expect(replaced(state(1), key(2, { replaced: [shown] }))).toEqual([shown]);
    // What the preview made of older inputs, of which an update failed in part, is not what there is.
    const until = "2026-11-25T12:00:00.000Z";
    expect(replaced(state(2), key(3, { replaced: [shown] }))).toEqual([{ alias: "team-g2", until }]);
  });

  it("have names of their own, also when a generation is replaced twice", () => {
    expect(replacedAlias(state(1, { replaced: [firstUntilTomorrow] }))).toBe("team-g1-2");
    const second = { ...firstUntilTomorrow, alias: "team-g1-2" };
    expect(replacedAlias(state(1, { replaced: [firstUntilTomorrow, second] }))).toBe("team-g1-3");
  });
});

describe("an adopted key", () => {
  const adopted = state(1, { adopt: "by-hand", token: tokenOf("sk-by-hand") });

  it("is replaced by the next generation, and when `adopt` is removed", () => {
    for (const wanted of [key(2, { adopt: "by-hand" }), key(2), key(1)]) {
      expect(planned(adopted, wanted, now).replaced).toEqual([firstUntilTomorrow]);
    }
  });

  it("takes the place of a key that is there, and of another adopted one", () => {
    const wanted = key(1, { adopt: "by-hand-2", key: "" });
    expect(planned(state(1), wanted, now).replaced).toEqual([firstUntilTomorrow]);
    expect(planned(adopted, wanted, now).replaced).toEqual([firstUntilTomorrow]);
  });

  it("stays by whichever of its names it is called", () => {
    for (const adopt of ["by-hand", "team", adopted.token]) {
      expect(isReplacement(adopted, key(1, { adopt, key: "" }))).toBe(false);
    }
  });
});

describe("the moment when a key expires", () => {
  const inThreeDays = "2026-11-27T12:00:00.000Z";
  const expires = "2026-12-01T00:00:00.000Z";
  const expiry = (last: KeyState | undefined, wanted: Wanted, time = now) => planned(last, wanted, time).expires;

  it("is none for a key that is valid forever, or of a duration that is not known yet", () => {
    expect(expiry(state(1, { duration: "90d", expires }), key(1))).toBeUndefined();
    expect(expiry(undefined, key(1, { duration: "a while" }))).toBeUndefined();
  });

  it("stays as long as the duration and the key do", () => {
    expect(expiry(state(1, { duration: "90d", expires }), key(1, { duration: "90d" }))).toBe(expires);
    expect(expiry(state(1, { duration: "90d", expires }), key(1, { duration: "3d" }))).toBe(inThreeDays);
    expect(expiry(state(1, { duration: "3d", expires }), key(2, { duration: "3d" }))).toBe(inThreeDays);
    expect(expiry(undefined, key(1, { duration: "3d" }))).toBe(inThreeDays);
  });

  it("is the one that the preview showed, unless that is over", () => {
    expect(expiry(state(1), key(1, { duration: "3d", expires }))).toBe(expires);
    expect(expiry(state(1), key(1, { duration: "3d", expires: now.toISOString() }))).toBe(inThreeDays);
  });
});

it("a rotation plans full hours from a day on, so that an update finds what its preview did", () => {
  const time = new Date("2026-11-24T11:05:07.123Z");
  const moments = (settings: Partial<Wanted>) => {
    const { replaced, expires } = planned(state(1), key(2, settings), time);
    return [replaced?.[0]?.until, expires];
  };
  // A key that was replaced works at least as long as it is said to, and one that expires no longer.
  expect(moments({ duration: "3d" })).toEqual(["2026-11-25T12:00:00.000Z", "2026-11-27T11:00:00.000Z"]);
  const inHalfAnHour = "2026-11-24T11:35:07.123Z";
  expect(moments({ overlap: "30m", duration: "30m" })).toEqual([inHalfAnHour, inHalfAnHour]);
});
