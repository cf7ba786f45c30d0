import * as z from "zod";

/** Percent of a hard budget that is margin, unless the settings say otherwise: $80 → $100. */
export const DEFAULT_MARGIN = 20;

/** How much of the hard budget is margin, in percent. */
export const margin = () => {
  const error = "is not a margin; write a whole number of percent from 0 to 90, such as 20";
  return z.int(error).min(0, error).max(90, error);
};

/** The settings of what agents do at their soft budget, the same for projects and pools. */
export const softBudgetFields = {
  budgetMargin: margin()
    .optional()
    .describe("Percent of the hard budget that is margin. Default: `budgetMargin` of the stack."),
  softAction: z
    .enum(["warn", "throttle", "stop"])
    .default("stop")
    .describe(
      "What its Sagewai agents do once `budget` is spent: `warn` and go on, `throttle` to the models of `softFallback`, or `stop`.",
    ),
  softFallback: z
    .array(z.string())
    .min(1, "is empty; name a cheaper model, or leave it out")
    .optional()
    .describe(
      "The models that agents go on with once `budget` is spent, with `softAction: throttle`: the first one other than their own. Each must be one of its `models`.",
    ),
  softUnknown: z
    .enum(["stop", "allow"])
    .default("stop")
    .describe(
      "What its agents do while the gateway can't be asked what has been spent: `stop`, or `allow` their calls, which the gateway itself still refuses at the hard budget.",
    ),
};

/** What agents do at the soft budget of a key's holder. */
export interface SoftBudget {
  /** Sagewai's budget in US dollars per `budgetDuration`. */
  budget: number;
  softAction: "warn" | "throttle" | "stop";
  softFallback?: string[] | undefined;
  softUnknown: "stop" | "allow";
}

/** Where a key's metadata has its soft budget, which `python/` reads there: names of ours, which LiteLLM doesn't know. */
export const SOFT_BUDGET_METADATA = ["soft_budget", "soft_action", "soft_fallback", "soft_unknown"] as const;

/**
 * The soft budget as a key's metadata has it. Agents read it with the key's spend, so that an agent needs nothing but its key,
 * and a change of the settings reaches agents that run.
 */
export function softBudgetMetadata({ budget, softAction, softFallback, softUnknown }: SoftBudget) {
  return {
    soft_budget: budget,
    soft_action: softAction,
    ...(softFallback && { soft_fallback: softFallback }),
    soft_unknown: softUnknown,
  } satisfies Partial<Record<(typeof SOFT_BUDGET_METADATA)[number], unknown>>;
}

/**
 * LiteLLM's budget, the hard one, for a Sagewai budget in US dollars: what is between them is the margin in which agents can
 * slow down before the proxy refuses them. In whole cents, rounded up so that the margin is never smaller.
 *
 * @param margin Percent of the hard budget: 20 makes $80 → $100.
 */
export function maxBudgetFor(budget: number, margin = DEFAULT_MARGIN): number {
  const cents = Math.round(budget * 100);
  return Math.ceil((cents * 100) / (100 - margin)) / 100;
}
