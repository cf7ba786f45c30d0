import { describe } from "vitest";

import { RULE_NAMES } from "../../config/schema/policy-rules.ts";
import { amount, duration, each } from "./mistakes.ts";

describe("of policies", () => {
  each([
    [
      "a mistyped rule is refused, with the one that was meant",
      { policies: { levels: { "key-model": "warn" } } },
      `policies.levels.key-model is not a setting; write one of ${RULE_NAMES.join(", ")}; did you mean "key-models"?`,
    ],
    [
      "a level that isn't one is refused",
      { policies: { levels: { "key-models": "error" } } },
      'policies.levels.key-models: "error" must be one of off, warn, refuse',
    ],
    [
      "an environment that isn't one is refused",
      { policies: { environment: "production" } },
      'policies.environment: "production" must be one of dev, prod',
    ],
    [
      "a ceiling that isn't an amount is refused",
      { policies: { budgetCeiling: 0 } },
      `policies.budgetCeiling: 0 ${amount}`,
    ],
    [
      "a lifetime that isn't a duration is refused",
      { policies: { longestKeyLife: "forever" } },
      `policies.longestKeyLife: "forever" ${duration}`,
    ],
  ]);
});
