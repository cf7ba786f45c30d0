import { flushCompileCache } from "node:module";

import policy from "@pulumi/policy";

import { POLICY_RULES, type RuleName } from "../config/schema/policy-rules.ts";
import { policyOf } from "./policy.ts";
import { RULES } from "./rules.ts";
import { stackPolicies } from "./stack-policies.ts";

// What the engine tells of the stack comes as variables, which Pulumi's host of policy packs sets.
const { PULUMI_NODEJS_STACK: stack = "", PULUMI_CONFIG: config = "{}" } = process.env;
const { levels, given } = stackPolicies(stack, JSON.parse(config) as Record<string, string>);

new policy.PolicyPack("llm-gateway", {
  policies: (Object.keys(POLICY_RULES) as RuleName[]).map((name) => policyOf(name, RULES[name], levels[name], given)),
});

// The engine kills a pack in the end, and with it what Node.js would keep of compiled code, with which a start takes half as long.
setTimeout(flushCompileCache, 1000).unref();
