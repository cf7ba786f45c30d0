import { describe, expect, it } from "vitest";

import { keyChanges, type KeyInputs, type KeySet, type KeyState } from "../../../providers/litellm/key-set.ts";
import { keyValue, tokenOf } from "../../../providers/litellm/key-value.ts";
import { keyWarnings } from "../../../providers/litellm/key-messages.ts";

const now = new Date("2026-11-24T12:00:00Z");
const shared = { gatewayAccess: { url: "http://127.0.0.1:4000" }, masterKey: "sk-master", keySeed: "of-the-test-only" };
const BY_HAND = "sk-made-by-hand-0123456789";

const set = (keys: Record<string, unknown>): KeySet => ({ ...shared, ...keys });
const key = (more: Partial<KeyInputs> = {}): KeyInputs => ({ alias: "team", maxBudget: 5, ...more });
/** What the set knows of `team` once it was made; of an adopted key that it is the one made by hand. */
const state = (more: Partial<KeyInputs> = {}): KeyState => ({
  ...key(more),
  token: tokenOf(keyValue(shared.keySeed, "team", key(more)) || BY_HAND),
});
const changes = (before: Record<string, unknown>, wanted: Record<string, unknown>) =>
  keyChanges(set(before), set(wanted), now);
const names = (keys: Map<string, unknown>) => [...keys.keys()];

describe("after an update that failed in part", () => {
  // Then the inputs, and with them what a preview makes of them, are those of the update before: of generation 1.
  const firstUntil = (until: string) => ({ alias: "team-g1", until });
  const shown = firstUntil("2026-11-25T12:00:00.000Z");
  const made = firstUntil("2026-11-25T07:00:00.000Z");

  it("goes back to no key that was replaced", () => {
    expect(() => changes({ team: state({ generation: 2 }) }, { team: key() })).toThrow(
      "`team`: `generation` can't go back from 2 to 1: a key that was replaced does not come back. Write 2, or 3 for another new key.",
    );
  });

  it("leaves each key that was replaced its time, and the moment as it was", () => {
    const last = state({ generation: 2, replaced: [made] });
    const again = changes({ team: last }, { team: key({ generation: 2, replaced: [shown] }) });
    expect(again.wanted.get("team")?.replaced).toEqual([made]);
    expect(names(again.outOfSync)).toEqual([]);

    const next = changes({ team: last }, { team: key({ generation: 3, replaced: [shown] }) });
    const second = { alias: "team-g2", until: "2026-11-25T12:00:00.000Z" };
    expect(next.wanted.get("team")?.replaced).toEqual([made, second]);
    expect(keyWarnings(next.removed, next.replaced)).toEqual([
      `Virtual keys that are replaced by new ones: \`team\`. The old ones work until ${second.until}.`,
    ]);
  });

  it("does again what failed, even if nothing of it is wanted any longer", () => {
    expect(names(changes({ team: state(), unsureKeys: ["team"] }, { team: key() }).outOfSync)).toEqual(["team"]);
  });
});

it("the plan for a set of keys recreates all keys on another server, and touches none on the same one", () => {
  const on = (databaseServer: string, keys: Record<string, unknown>) => ({ databaseServer, ...keys });
  const moved = changes(on("postgres-1", { team: state() }), on("postgres-2", { team: key() }));
  expect([names(moved.outOfSync), names(moved.removed)]).toEqual([["team"], []]);
  const stayed = changes(on("postgres-1", { team: state() }), on("postgres-1", { team: key() }));
  expect(names(stayed.outOfSync)).toEqual([]);
});

describe("a key that was given up", () => {
  const lowestGenerations = { team: 3 };

  it("does not come back by its name", () => {
    expect(() => changes({ lowestGenerations }, { team: key({ generation: 2 }) })).toThrow(
      "`team`: The key of this name was deleted or replaced, and its value does not come back: write `generation: 3` for a new one.",
    );
    expect(names(changes({ lowestGenerations }, { team: key({ generation: 3 }) }).outOfSync)).toEqual(["team"]);
  });

  it("does not come back when an adopted one is replaced", () => {
    const before = { team: state({ adopt: "by-hand" }), lowestGenerations };
    expect(() => changes(before, { team: key() })).toThrow("write `generation: 3`");
    expect(names(changes(before, { team: key({ adopt: "by-hand" }) }).outOfSync)).toEqual([]);
  });
});

describe("`adopt`", () => {
  it("on a key that is there takes another one in its place", () => {
    for (const before of [state(), state({ generation: 2 }), state({ adopt: "other" })]) {
      const { outOfSync } = changes({ team: before }, { team: key({ adopt: "by-hand" }) });
      expect(outOfSync.get("team")?.replaced).toHaveLength(1);
    }
  });

  it("does not believe another value of the key that was taken", () => {
    const taking = (adoptedKey: string) => () =>
      changes({ team: state({ adopt: "by-hand" }) }, { team: key({ adopt: "by-hand", adoptedKey }) });
    expect(names(taking(BY_HAND)().outOfSync)).toEqual([]);
    expect(taking("sk-of-somebody-else-0123")).toThrow("`team`: `adoptedKey` is not the value of the key");
  });

  it("takes no key from another of the set, which would delete it first if it left", () => {
    for (const adopt of ["team", state().token]) {
      expect(() => changes({ team: state() }, { crew: key({ alias: "crew", adopt }) })).toThrow(
        "`crew`: `adopt` names the key of `team`, which is of this set already: keep that name, or make a new key.",
      );
    }
  });
});

it("the plan for a set of keys recreates a key that somebody deleted, and leaves those before it their time", () => {
  const replaced = [{ alias: "team-g1", until: "2026-11-25T07:00:00.000Z" }];
  const gone: KeyState = { alias: "", generation: 2, replaced, token: state({ generation: 2 }).token };
  for (const generation of [2, 3]) {
    const { outOfSync } = changes({ team: gone }, { team: key({ generation }) });
    expect(outOfSync.get("team")?.replaced).toEqual(replaced);
  }
});

it("the plan for a set of keys renames first the keys whose aliases others are to have", () => {
  const before = { team: state(), b: state({ alias: "b" }), c: state({ alias: "c" }) };
  const chain = { team: key({ alias: "b" }), b: key({ alias: "d" }), c: key({ alias: "c" }) };
  expect(names(changes(before, chain).renamed)).toEqual(["b"]);
  const swap = { team: key({ alias: "b" }), b: key({ alias: "team" }), c: key({ alias: "c" }) };
  expect(names(changes(before, swap).renamed)).toEqual(["team", "b"]);
  expect(names(changes(before, { team: key({ alias: "free" }), new: key(), b: key({ alias: "b" }) }).renamed)).toEqual([
    "team",
  ]);
});

it("the plan for a set of keys finds nothing to do in a state of the release before", () => {
  const expiring = { duration: "90d", expires: "2026-12-01T07:08:09.123Z" };
  const replaced = { generation: 2, replaced: [{ alias: "team-g1", until: "2026-11-25T07:08:09.123Z" }] };
  const adopted = { adopt: "by-hand", adoptedKey: BY_HAND };
  for (const more of [{}, expiring, replaced, adopted, { adopt: "by-hand" }, { adopt: "by-hand", generation: 2 }]) {
    const { removed, outOfSync } = changes({ team: { ...state(more), ...more } }, { team: key(more) });
    expect([...names(removed), ...names(outOfSync)]).toEqual([]);
  }
  expect(names(changes({ team: state() }, { team: key(), databaseServer: "postgres-1" }).outOfSync)).toEqual([]);
});
