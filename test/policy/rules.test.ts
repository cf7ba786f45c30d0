import { describe, expect, it } from "vitest";

import type { RuleName } from "../../config/schema/policy-rules.ts";
import type { Resource } from "../../policy/resource.ts";
import { RULES } from "../../policy/rules.ts";
import { CASES, SECRETS } from "./cases.ts";
import { GIVEN } from "./given.ts";

/** What a rule says of resources. */
function said(name: RuleName, resources: Resource[]): string[] {
  const { types, judge, judgeAll } = RULES[name];
  const own = resources.filter(({ type }) => types.test(type));
  expect(own.length).toBeGreaterThan(0);
  const judgeOne = judge?.(GIVEN);
  return [
    ...own.flatMap((resource) => judgeOne?.(resource) ?? []),
    ...(judgeAll?.(GIVEN)(own) ?? []).map(({ text }) => text),
  ];
}

const cases = Object.entries(CASES).flatMap(([name, all]) =>
  all.map((one) => [name as RuleName, one.says, one] as const),
);

describe("the rule", () => {
  it.each(cases)('%s says "%s" of resources that break it, and nothing of those that keep to it', (name, says, one) => {
    expect(said(name, one.keeps)).toEqual([]);
    const faults = said(name, one.breaks);
    expect(faults.some((fault) => fault.includes(says))).toBe(true);
    for (const secret of SECRETS) expect(faults.join()).not.toContain(secret);
  });
});
