import { beforeEach, expect, it, vi } from "vitest";

import type { KeyInputs, KeySet } from "../../../providers/litellm/key-set.ts";
import { keyValue, tokenOf } from "../../../providers/litellm/key-value.ts";
import { provider } from "../../../providers/litellm/virtual-keys.ts";

const said: string[] = [];
vi.mock("../../../providers/announce.ts", () => ({
  announce: async (message: string) => {
    said.push(message);
  },
}));

beforeEach(() => {
  said.length = 0;
});

// Not that there are changes: then the engine would show all keys, not those that change.
const CHANGED = { replaces: [] };
const shared = { gatewayAccess: { url: "http://127.0.0.1:4000" }, masterKey: "sk-master", keySeed: "of-the-test-only" };
const settings = { alias: "research-team", maxBudget: 50 };
const state: KeySet = {
  ...shared,
  "research-team": { ...settings, token: tokenOf(keyValue(shared.keySeed, "research-team", settings)) },
};
const diff = (news: Partial<KeyInputs>, more: Partial<KeySet> = {}) =>
  provider.diff("", state, { ...shared, "research-team": { ...settings, ...news }, ...more });

it("the diff of a set of keys sees no change where there is none", async () => {
  expect(await diff({})).toMatchObject({ changes: false, replaces: [] });
  expect(said).toEqual([]);
});

it("the diff of a set of keys updates in place whatever changes, the key itself too", async () => {
  expect(await diff({ maxBudget: 60 })).toEqual(CHANGED);
  expect(await diff({ generation: 2 })).toEqual(CHANGED);
  expect(await diff({}, { keySeed: "another" })).toEqual(CHANGED);
});

it("the diff of a set of keys warns of a key that is replaced, and says until when the old one works", async () => {
  await diff({ maxBudget: 60 });
  expect(said).toEqual([]);
  await diff({ generation: 2, overlap: "0s" });
  const until = "2026-11-25T12:00:00.000Z";
  await diff({ generation: 2, replaced: [{ alias: "research-team-g1", until }] });
  expect(said).toEqual([
    "Virtual keys that are replaced by new ones: `research-team`. The old ones stop working at once.",
    `Virtual keys that are replaced by new ones: \`research-team\`. The old ones work until ${until}.`,
  ]);
});

it("the diff of a set of keys sees a key that comes, and one that goes", async () => {
  expect(await diff({}, { newcomer: { alias: "newcomer" } })).toEqual(CHANGED);
  expect(said).toEqual([]);
  expect(await provider.diff("", state, shared)).toEqual(CHANGED);
  expect(said).toEqual([
    "Virtual keys that are deleted, as they left the settings: `research-team`. Whoever uses one is refused from then on.",
  ]);
});

it("the diff of a set of keys notices another master key, which the next refresh and destroy will need", async () => {
  expect(await diff({}, { masterKey: "sk-other" })).toEqual(CHANGED);
});
