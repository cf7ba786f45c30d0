import * as z from "zod";

import { asMeant } from "../config/schema/as-meant.ts";
import { policiesSchema } from "../config/schema/policies.ts";
import { environmentOf, type Level, levelsOf, type RuleName } from "../config/schema/policy-rules.ts";
import type { Given } from "./rule.ts";

/** What the settings of a stack say of policies. */
export interface StackPolicies {
  levels: Record<RuleName, Level>;
  given: Given;
}

/**
 * Reads the settings as the engine hands them to a pack. Settings with a mistake count as none, in production: the program says
 * what is wrong with them, in the same preview.
 *
 * @param stack Its name.
 * @param config All settings of the stack by full key, as text.
 */
export function stackPolicies(stack: string, config: Record<string, string>): StackPolicies {
  const said = asMeant(value(config["llm-gateway:policies"]), z.toJSONSchema(policiesSchema, { io: "input" }));
  const { data = policiesSchema.parse({ environment: "prod" }) } = policiesSchema.safeParse(said);
  const { environment = environmentOf(stack), levels, ...parameters } = data;
  return { levels: levelsOf(environment, levels), given: { ...parameters, platform: config["llm-gateway:platform"] } };
}

function value(text = "{}"): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
