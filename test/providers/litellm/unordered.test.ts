import { expect, it } from "vitest";

import { inFormerOrder } from "../../../providers/litellm/virtual-keys.ts";

const last = { alias: "team", models: ["gpt-4o", "claude-sonnet"], allowedRoutes: ["/v1/models", "/key/info"] };

it("the comparison of names takes another order of the same names for no change, in every list of names", () => {
  const key = { alias: "team", models: ["claude-sonnet", "gpt-4o"], allowedRoutes: ["/key/info", "/v1/models"] };
  expect(inFormerOrder(last, key)).toEqual(last);
});

it.each([
  ["a new key", undefined, ["claude-sonnet", "gpt-4o"]],
  ["one more", last, ["gpt-4o", "claude-sonnet", "gemini-flash"]],
  ["one fewer", last, ["claude-sonnet"]],
  ["another one", last, ["claude-sonnet", "gemini-flash"]],
  ["one twice in place of another", last, ["gpt-4o", "gpt-4o"]],
])("the comparison of names leaves what is wanted of %s", (_, before, models) => {
  expect(inFormerOrder(before, { alias: "team", models }).models).toEqual(models);
});

it("the comparison of names keeps the order where it means something", () => {
  const before = { alias: "team", budgetFallbacks: { "gpt-4o": ["a", "b"] } };
  const key = { alias: "team", budgetFallbacks: { "gpt-4o": ["b", "a"] } };
  expect(inFormerOrder(before, key)).toEqual(key);
});
