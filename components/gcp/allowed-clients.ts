import type { types } from "@pulumi/gcp";

type Rule = types.input.compute.RegionSecurityPolicyRule;

/** Ranges that one rule takes: https://cloud.google.com/armor/quotas. */
const RANGES_PER_RULE = 10;

/** The priority of the rule that every policy ends with. */
const LAST = 2_147_483_647;

/** The rules of a Cloud Armor policy that lets in only these ranges. */
export function allowedClients(ranges: string[]): Rule[] {
  const rules: Rule[] = [];
  for (let start = 0; start < ranges.length; start += RANGES_PER_RULE) {
    const few = ranges.slice(start, start + RANGES_PER_RULE);
    rules.push(rule(1000 + rules.length, "allow", few, "Clients named in the settings"));
  }
  return [...rules, rule(LAST, "deny(403)", ["*"], "All others")];
}

function rule(priority: number, action: string, srcIpRanges: string[], description: string): Rule {
  return { priority, action, description, match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges } } };
}
