import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";

import { duplicateAliases, keyFailures } from "../../../providers/litellm/key-check.ts";

const inputs = { alias: "research-team", models: ["gpt-4o"], key: "sk-0123456789abcdefghij" };

describe("keyFailures", () => {
  const reasons = (news: object) => keyFailures({ ...inputs, ...news }).map(({ reason }) => reason);

  it("passes what LiteLLM can do, and what is not known yet", () => {
    expect(reasons({ maxBudget: 0, tpmLimit: 0, duration: "90d", modelRpmLimit: { "gpt-4o": 3 } })).toEqual([]);
    for (const overlap of ["0s", "24h", pulumi.runtime.unknownValue]) expect(reasons({ overlap })).toEqual([]);
    expect(reasons({ key: pulumi.runtime.unknownValue, maxBudget: pulumi.runtime.unknownValue })).toEqual([]);
  });

  it.each([
    [{ tags: ["a"] }, "`tags` needs a LiteLLM Enterprise licence"],
    [{ enforcedParams: ["user"] }, "`enforcedParams` needs a LiteLLM Enterprise licence"],
    [{ rpmLimit: -1 }, "`rpmLimit` must be a whole number, at least 0, got -1."],
    [{ maxBudget: -5 }, "`maxBudget` must be an amount in US dollars, at least 0, got -5."],
    [
      { budgetDuration: "1 month" },
      '`budgetDuration` must be a duration: a number and s, m, h, d, w or mo, such as "30d", a hundred years at most, got "1 month".',
    ],
    [{ duration: "9999999d" }, "`duration` must be a duration"],
    [{ overlap: "99999999d" }, "`overlap` must be `0s`, or a duration"],
    [{ maxParallelRequests: 3_000_000_000 }, "`maxParallelRequests` must be a whole number from 0 to 2147483647"],
    [{ alias: "../x" }, "`alias` must have no control characters, and no `..` between slashes"],
    [
      { modelTpmLimit: { "gpt-4o": 1.5 } },
      '`modelTpmLimit` must be a mapping to whole numbers, at least 0, got {"gpt-4o":1.5}.',
    ],
    [{ overlap: "1 day" }, "`overlap` must be `0s`, or a duration: a number and s, m, h, d, w or mo"],
    [{ softBudget: 5, budgetId: "team" }, "`softBudget` can't be set together with `budgetId`"],
    [{ key: "sk-short" }, "`key` must begin with `sk-` and have at least 16 characters"],
  ])("refuses %j", (news, reason) => {
    const [found, ...others] = reasons(news);
    expect(others).toEqual([]);
    expect(found).toContain(reason);
    expect(found).not.toContain("sk-short");
  });
});

it("the check of a set of keys refuses two keys of one alias", () => {
  const keys = { a: { alias: "team" }, b: { alias: "other" }, c: { alias: "team" } };
  expect(duplicateAliases(new Map(Object.entries(keys)))).toEqual([
    { property: "", reason: "`c`: its alias `team` is that of `a` too: give each key an alias of its own." },
  ]);
});
