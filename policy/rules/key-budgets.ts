import { KEY_SETS, keysOf } from "../keys.ts";
import { UNKNOWN } from "../resource.ts";
import type { Rule } from "../rule.ts";

export const keyBudgets: Rule = {
  why: "Every virtual key has a budget that starts again after a time, since a key without one spends until somebody looks at the bill.",
  source: "https://docs.litellm.ai/docs/proxy/users",
  types: KEY_SETS,
  judge: () => (resource) =>
    keysOf(resource).flatMap(({ alias, settings: { maxBudget, budgetDuration } }) => [
      ...(maxBudget !== UNKNOWN && !(typeof maxBudget === "number" && maxBudget > 0)
        ? [`The key ${alias} has no budget: set \`budget\` of its project or pool.`]
        : []),
      ...(budgetDuration !== UNKNOWN && (typeof budgetDuration !== "string" || budgetDuration === "")
        ? [
            `The budget of the key ${alias} never starts again: set \`budgetDuration\` of its project or pool, such as 30d.`,
          ]
        : []),
    ]),
};
