import { maxBudgetFor } from "../../config/schema/soft-budget.ts";
import { KEY_SETS, keysOf } from "../keys.ts";
import { at } from "../resource.ts";
import type { Rule } from "../rule.ts";

export const budgetMargin: Rule = {
  why: "Between the soft budget and the hard one a margin is kept, since in it agents can slow down or stop by themselves before LiteLLM refuses everybody's requests.",
  source: "https://docs.litellm.ai/docs/proxy/users",
  types: KEY_SETS,
  judge:
    ({ leastMargin }) =>
    (resource) =>
      keysOf(resource).flatMap(({ alias, settings }) => {
        const hard = at(settings, "maxBudget");
        const soft = at(settings, "metadata.soft_budget");
        // The admin's own key has no soft budget: no agent works with it.
        if (typeof hard !== "number" || typeof soft !== "number" || hard >= maxBudgetFor(soft, leastMargin)) return [];
        return [
          `The key ${alias} has a soft budget of $${soft} and a hard one of $${hard}, of which less than ${leastMargin} % is margin: raise \`budgetMargin\`.`,
        ];
      }),
};
