import { milliseconds } from "../../config/litellm/duration.ts";
import { keysOf } from "../keys.ts";
import type { Resource } from "../resource.ts";
import type { Rule } from "../rule.ts";

const TEAM = "pulumi-nodejs:dynamic/litellm:Team";
const MONTH = milliseconds("30d");

export const budgetCeiling: Rule = {
  why: "All keys together may spend no more than what somebody has agreed to pay, since many small budgets are a large one.",
  source: "https://docs.litellm.ai/docs/proxy/users",
  types: /^pulumi-nodejs:dynamic\/litellm:(VirtualKeys|Team)$/,
  judge: ({ budgetCeiling: ceiling }) => {
    const seen = new Map<string, Resource>();
    return (resource) => {
      seen.set(resource.urn, resource);
      // A team is made before its keys, and by itself spends nothing.
      if (ceiling === undefined || resource.type === TEAM) return [];
      const total = totalOf([...seen.values()]);
      if (total <= ceiling) return [];
      return [
        `With the keys ${aliasesOf(resource)}, all together may spend $${total.toFixed(2)} in 30 days, which is more than llm-gateway:policies.budgetCeiling, $${ceiling}: lower budgets, or raise the ceiling.`,
      ];
    };
  },
};

/** What the keys of all sets may spend in 30 days, in US dollars; a team's keys no more than the team. */
function totalOf(resources: Resource[]): number {
  const limits = new Map<string, number>();
  for (const { type, inputs } of resources) {
    const { name } = inputs;
    if (type === TEAM && typeof name === "string") limits.set(name, monthly(inputs) ?? Number.POSITIVE_INFINITY);
  }
  const spent = new Map<string, number>();
  let total = 0;
  for (const { settings } of resources.filter(({ type }) => type !== TEAM).flatMap(keysOf)) {
    const { teamId } = settings;
    const own = monthly(settings) ?? 0;
    if (typeof teamId === "string") spent.set(teamId, (spent.get(teamId) ?? 0) + own);
    else total += own;
  }
  for (const [team, sum] of spent) total += Math.min(sum, limits.get(team) ?? Number.POSITIVE_INFINITY);
  return total;
}

/** A hard budget in 30 days; nothing for one that is unknown or none, which other rules are about. */
function monthly({ maxBudget, budgetDuration }: Record<string, unknown>): number | undefined {
  if (typeof maxBudget !== "number" || typeof budgetDuration !== "string") return undefined;
  const time = milliseconds(budgetDuration);
  return Number.isFinite(time) && time > 0 ? (maxBudget * MONTH) / time : undefined;
}

function aliasesOf(resource: Resource): string {
  const aliases = keysOf(resource).map(({ alias }) => alias);
  return aliases.length > 5 ? `${aliases.slice(0, 5).join(", ")} and ${aliases.length - 5} more` : aliases.join(", ");
}
