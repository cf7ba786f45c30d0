import type { Given } from "../../policy/rule.ts";

/** What the tests' rules know of the stack. */
export const GIVEN: Given = {
  platform: "gcp",
  budgetCeiling: 150,
  leastMargin: 10,
  longestKeyLife: "365d",
  labels: ["cost-center"],
};
