import type { EnforcementLevel, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";

import type { Level, RuleName } from "../config/schema/policy-rules.ts";
import { plain, type Resource } from "./resource.ts";
import type { Given, Rule } from "./rule.ts";

/** What Pulumi calls our levels. */
const ENFORCEMENT: Record<Level, EnforcementLevel> = { off: "disabled", warn: "advisory", refuse: "mandatory" };

/** What Pulumi's library tells of a resource. */
interface Told {
  urn: string;
  type: string;
  name: string;
  opts: { protect: boolean };
  props: Record<string, unknown>;
}

/** A rule as Pulumi's library takes it. */
export function policyOf(
  name: RuleName,
  { why, types, judge, judgeAll }: Rule,
  level: Level,
  given: Given,
): ResourceValidationPolicy | StackValidationPolicy {
  const policy = { name, description: why, enforcementLevel: ENFORCEMENT[level] };
  const allowing = level === "refuse" ? ` What is meant so: llm-gateway:policies.levels.${name}: warn.` : "";
  const judgeOne = judge?.(given);
  if (judgeOne !== undefined) {
    return {
      ...policy,
      validateResource: (told, report) => {
        if (types.test(told.type)) for (const text of judgeOne(resourceOf(told))) report(text + allowing);
      },
    };
  }
  const judgeStack = judgeAll?.(given);
  const inputs = new Map<string, Resource>();
  return {
    ...policy,
    // At the end there are only outputs, and none yet of what a provider can't make before the update.
    validateResource: (told: Told) => {
      if (types.test(told.type)) inputs.set(told.urn, resourceOf(told));
    },
    validateStack: ({ resources }, report) => {
      const judged = resources
        .filter(({ type }) => types.test(type))
        .map((told) => inputs.get(told.urn) ?? resourceOf(told));
      for (const { urn, text } of judgeStack?.(judged) ?? []) report(text + allowing, urn);
    },
  };
}

function resourceOf({ urn, type, name, opts, props }: Told): Resource {
  return { urn, type, name, protect: opts.protect, inputs: plain(props) as Record<string, unknown> };
}
