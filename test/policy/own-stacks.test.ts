import { describe, expect, it } from "vitest";

import { levelsOf, RULE_NAMES, type RuleName } from "../../config/schema/policy-rules.ts";
import type { Resource } from "../../policy/resource.ts";
import type { Rule } from "../../policy/rule.ts";
import { RULES } from "../../policy/rules.ts";
import { deploy } from "../program/deploy.ts";
import { GIVEN } from "./given.ts";

const { resources, kept } = await deploy("prod", {
  "llm-gateway:providers": { openai: { apiKey: "sk-of-openai" }, anthropic: { apiKey: "sk-of-anthropic" } },
  "llm-gateway:gcp": {
    ...{ project: "acme-llm-prod", region: "europe-west1", highAvailability: true, labels: { "cost-center": "42" } },
    ...{ postgres: { tier: "db-custom-2-7680", diskSize: 50, logDays: 7 }, redis: { nodeType: "STANDARD_SMALL" } },
    access: { hostname: "llm.prod.internal", clients: ["10.8.0.0/24"] },
  },
});
const all: Resource[] = resources.map(({ type, name, inputs }) => {
  const protect = kept.has(`${type} ${name}`);
  const parents = name.includes("-egress-") ? "llm-gateway:gcp:Egress$" : "";
  return { urn: `urn:pulumi:prod::llm-gateway::${parents}${type}::${name}`, type, name, protect, inputs };
});

function faults(name: RuleName): string[] {
  const { types, judge, judgeAll }: Rule = RULES[name];
  const own = all.filter(({ type }) => types.test(type));
  const judgeOne = judge?.(GIVEN);
  return [
    ...own.flatMap((one) => (judgeOne?.(one) ?? []).map((text) => `${one.name}: ${text}`)),
    ...(judgeAll?.(GIVEN)(own) ?? []).map(({ urn, text }) => `${urn}: ${text}`),
  ];
}

const levels = levelsOf("prod");
const refused = RULE_NAMES.filter((name) => levels[name] === "refuse");

describe("the stack file prod", () => {
  it.each(refused)("keeps to %s", (name) => {
    // Of a bucket it has none.
    const judged = all.filter(({ type }) => RULES[name].types.test(type));
    expect(judged.length > 0).toBe(name !== "public-buckets");
    expect(faults(name)).toEqual([]);
  });

  it("names its images by tags, which is why that is only a warning", () => {
    expect(levels["image-digests"]).toBe("warn");
    expect(faults("image-digests")).toHaveLength(2);
  });

  it("has keys that never end, which is why that rule is off", () => {
    expect(levels["key-expiry"]).toBe("off");
    expect(faults("key-expiry")).toHaveLength(2);
  });
});

describe("all budgets together", () => {
  const set = (name: string, keys: Record<string, unknown>): Resource => ({
    ...{ urn: `urn:${name}`, type: "pulumi-nodejs:dynamic/litellm:VirtualKeys", name, protect: false },
    inputs: keys,
  });
  const team: Resource = {
    ...{ urn: "urn:team", type: "pulumi-nodejs:dynamic/litellm:Team", name: "team-research", protect: false },
    inputs: { name: "research", maxBudget: 60, budgetDuration: "30d" },
  };
  const key = (maxBudget: number, more: object = {}) => ({ maxBudget, budgetDuration: "30d", ...more });
  const judged = (...sets: Resource[]) => {
    const judge = RULES["budget-ceiling"].judge?.({ ...GIVEN, budgetCeiling: 100 });
    return sets.map((one) => judge?.(one) ?? []);
  };

  it("are counted over all sets of keys, and the set that goes past the ceiling is refused", () => {
    const [first, second, third] = judged(
      set("a", { one: key(50) }),
      set("b", { two: key(50) }),
      set("c", { x: key(1) }),
    );
    expect([first, second]).toEqual([[], []]);
    expect(third).toEqual([expect.stringContaining("With the keys x, all together may spend $101.00 in 30 days")]);
  });

  it("of a team's keys are no more than the team's", () => {
    const inTeam = key(50, { teamId: "research" });
    expect(judged(team, set("a", { one: inTeam, two: inTeam, three: key(40) }))).toEqual([[], []]);
    expect(judged(team, set("a", { one: inTeam, two: inTeam, three: key(41) })).flat()).toHaveLength(1);
  });

  it("of shorter times are counted for 30 days", () => {
    expect(
      judged(set("a", { one: key(25, { budgetDuration: "1w" }) }))
        .flat()
        .join(),
    ).toContain("$107.14");
  });

  it("are not judged twice when a set is asked about again", () => {
    expect(judged(set("a", { one: key(60) }), set("a", { one: key(70) }))).toEqual([[], []]);
  });
});
