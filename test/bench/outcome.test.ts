import { expect, it } from "vitest";

import { checkOutcome, requireKeys } from "../../bench/assert-outcome.ts";
import type { ListedKey } from "../../bench/proxy.ts";
import type { Operation } from "../../bench/results.ts";

const ALIASES = ["a-0", "a-1", "a-2"];

/** Keys as LiteLLM lists them. */
function keys(budget: number, generation = 1): ListedKey[] {
  return ALIASES.map((alias) => ({ alias, token: `${alias}-${generation}`, budget }));
}

const DONE: [Operation, ListedKey[], ListedKey[]][] = [
  ["create", [], keys(50)],
  ["preview", keys(50), keys(50)],
  ["previewRefresh", keys(50), keys(50)],
  ["raise", keys(50), keys(60)],
  ["refresh", keys(60), keys(60)],
  ["destroy", keys(60), []],
  ["rotate", keys(60), keys(60, 2)],
];

it.each(DONE)("the check accepts that %s did what it should", (operation, before, after) => {
  expect(() => {
    checkOutcome(operation, ALIASES, { before, after });
  }).not.toThrow();
});

it.each([
  ["create", [], [], "lists 0 keys, not 3"],
  ["raise", keys(50), keys(50), "budget of a-0 is 50, not 60"],
  ["destroy", keys(60), keys(60), "lists 3 keys, not 0"],
  ["rotate", keys(60), keys(60), "a-0 is the same key as before"],
] as const)("the check refuses a %s that does nothing", (operation, before, after, message) => {
  expect(() => {
    checkOutcome(operation, ALIASES, { before, after });
  }).toThrow(message);
});

it.each([
  ["create", [], [...keys(50).slice(0, 2), ...keys(60).slice(2)], "budget of a-2 is 60, not 50"],
  ["raise", keys(50), [...keys(60).slice(0, 1), ...keys(50).slice(1)], "budget of a-1 is 50, not 60"],
  ["destroy", keys(60), keys(60).slice(1, 2), "lists 1 keys, not 0"],
  ["rotate", keys(60), [...keys(60, 2).slice(0, 2), ...keys(60).slice(2)], "a-2 is the same key"],
] as const)("the check refuses a %s that does not do all", (operation, before, after, message) => {
  expect(() => {
    checkOutcome(operation, ALIASES, { before, after });
  }).toThrow(message);
});

it.each([
  ["preview", keys(50), keys(60), "budget of a-0 is 60, not 50"],
  ["raise", keys(50), keys(60, 2), "a-0 is another key than before"],
  ["rotate", keys(60), keys(50, 2), "budget of a-0 is 50, not 60"],
] as const)("the check refuses a %s that does more than it should", (operation, before, after, message) => {
  expect(() => {
    checkOutcome(operation, ALIASES, { before, after });
  }).toThrow(message);
});

it("the check wants one key of each alias", () => {
  const [first, second] = keys(50);
  const twice = first && second ? [first, second, { ...second, token: "other" }] : [];
  expect(() => {
    requireKeys(ALIASES, twice, "before raise");
  }).toThrow("before raise, LiteLLM lists 3 keys of 2 aliases, not 3");
});
