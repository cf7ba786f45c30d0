import * as z from "zod";

import { dollars, duration, line } from "./fields.ts";
import { ENVIRONMENTS, LEVELS, POLICY_RULES, RULE_NAMES, type RuleName } from "./policy-rules.ts";
import { margin } from "./soft-budget.ts";

/** The least margin that the rule `budget-margin` wants, in percent of the hard budget, unless the settings say otherwise. */
const LEAST_MARGIN = 10;

/** How long a key may be valid at most by the rule `key-expiry`, unless the settings say otherwise. */
const LONGEST_KEY_LIFE = "365d";

const level = (name: RuleName) =>
  z
    .enum(LEVELS)
    .optional()
    .describe(`\`off\`, \`warn\` or \`refuse\`. Default: ${defaults(name)}.`);

function defaults(name: RuleName): string {
  const { dev, prod } = POLICY_RULES[name];
  return dev === prod ? `\`${dev}\`` : `\`${dev}\` in \`dev\`, \`${prod}\` in \`prod\``;
}

/** What the policy pack does about a stack that breaks its rules. */
export const policiesSchema = z.strictObject({
  environment: z
    .enum(ENVIRONMENTS)
    .optional()
    .describe(
      "Which levels hold where `levels` names none. Default: `prod` for a stack with the word prod or production in its name, otherwise `dev`.",
    ),
  levels: z
    .strictObject(
      Object.fromEntries(RULE_NAMES.map((name) => [name, level(name)])) as Record<RuleName, ReturnType<typeof level>>,
    )
    .prefault({})
    .describe("What becomes of a stack that breaks a rule, by the rule's name."),
  budgetCeiling: dollars()
    .optional()
    .describe(
      "What all keys together may spend in 30 days, in US dollars, by their hard budgets; what several have from one team counts once. Default: no limit.",
    ),
  leastMargin: margin()
    .default(LEAST_MARGIN)
    .describe("Percent of each hard budget that must be margin between it and the soft one."),
  longestKeyLife: duration()
    .default(LONGEST_KEY_LIFE)
    .describe("How long a key may be valid at most, where the rule `key-expiry` is on."),
  labels: z
    .array(line("a label"))
    .default([])
    .describe(
      "Labels that everything in Google Cloud must have, such as `cost-center`; `gcp.labels` sets them. Default: none.",
    ),
});

export type Policies = z.output<typeof policiesSchema>;
