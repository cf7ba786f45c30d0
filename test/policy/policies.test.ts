import { readFile } from "node:fs/promises";

import type { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import proxies from "@pulumi/policy/proxy.js";
import { describe, expect, it } from "vitest";

import { RULE_NAMES } from "../../config/schema/policy-rules.ts";
import { policiesDocument, policiesDocumentFile } from "../../operations/policies-document.ts";
import { policyOf } from "../../policy/policy.ts";
import { RULES } from "../../policy/rules.ts";
import { stackPolicies } from "../../policy/stack-policies.ts";
import { CASES } from "./cases.ts";
import { GIVEN } from "./given.ts";

/** Pulumi's library keeps these to itself: what its policies see of values that are unknown. */
const { unknownCheckingProxy, unknownObjectValue, unknownStringValue } = proxies as unknown as {
  unknownCheckingProxy: (inputs: object) => Record<string, unknown>;
  unknownObjectValue: string;
  unknownStringValue: string;
};

describe("the policies' document", () => {
  it("says what the rules say", async () => {
    expect(await readFile(policiesDocumentFile, "utf8")).toBe(await policiesDocument());
  });
});

describe("the levels of rules", () => {
  const levels = (stack: string, policies: object = {}) =>
    stackPolicies(stack, { "llm-gateway:policies": JSON.stringify(policies) }).levels;

  it.each(["prod", "production", "eu-prod", "PROD2"])("are those of prod for the stack %s", (stack) => {
    expect(levels(stack)).toMatchObject({ protection: "refuse", "key-models": "refuse" });
  });

  it.each(["dev", "kubernetes", "reproduction", "products"])("are those of dev for the stack %s", (stack) => {
    expect(levels(stack)).toMatchObject({ protection: "off", "key-models": "warn", "public-addresses": "refuse" });
  });

  it("are those of the environment and of the rules that the settings name", () => {
    expect(levels("prod", { environment: "dev", levels: { backups: "warn" } })).toMatchObject({
      protection: "off",
      backups: "warn",
    });
  });

  it("are those of prod where the settings are wrong, which the program refuses", () => {
    expect(levels("dev", { levels: { backup: "warn" } })).toMatchObject({ protection: "refuse" });
    expect(stackPolicies("dev", { "llm-gateway:policies": "{" }).levels).toMatchObject({ protection: "refuse" });
  });

  it("come with parameters, also as Pulumi stores numbers", () => {
    const { given } = stackPolicies("dev", {
      "llm-gateway:policies": '{"budgetCeiling":"5000","leastMargin":"15"}',
      "llm-gateway:platform": "gcp",
    });
    expect(given).toEqual({
      platform: "gcp",
      budgetCeiling: 5000,
      leastMargin: 15,
      longestKeyLife: "365d",
      labels: [],
    });
  });

  it("are there for a stack without settings of this project", () => {
    expect(stackPolicies("dev", {}).given).toMatchObject({ platform: undefined, leastMargin: 10 });
  });
});

/** What a policy reports of a resource as Pulumi's library shows it, in which some values are unknown yet. */
function reported(name: keyof typeof RULES, type: string, inputs: Record<string, unknown>): string[] {
  const { validateResource } = policyOf(name, RULES[name], "refuse", GIVEN) as ResourceValidationPolicy;
  const props = unknownCheckingProxy(inputs);
  const texts: string[] = [];
  const told = { type, name: "one", urn: `urn:${type}`, opts: { protect: true }, props };
  if (typeof validateResource !== "function") throw new Error(`${name} has no validation`);
  void validateResource(told as unknown as ResourceValidationArgs, (text) => texts.push(text));
  return texts;
}

describe("a policy", () => {
  const keys = CASES["key-models"][0]?.breaks[0];
  if (keys === undefined) throw new Error("no case");

  it("tells the rule's setting along with what it refuses", () => {
    expect(reported("key-models", keys.type, keys.inputs)).toEqual([
      "The key research-team may use openai/*: name each in `models` of its project or pool. What is meant so: llm-gateway:policies.levels.key-models: warn.",
    ]);
  });

  it("looks at nothing but the types that its rule is about", () => {
    expect(reported("key-models", "kubernetes:core/v1:ConfigMap", keys.inputs)).toEqual([]);
  });

  it.each(RULE_NAMES.filter((name) => RULES[name].judge !== undefined))(
    "%s reports nothing of inputs that are unknown in a preview, and doesn't fail",
    (name) => {
      for (const { keeps, breaks } of CASES[name]) {
        const names = [...keeps, ...breaks].flatMap(({ inputs }) => Object.keys(inputs));
        const unknown = Object.fromEntries(names.map((key) => [key, unknownObjectValue]));
        // That it is there is what is wrong with it.
        const types = breaks.map(({ type }) => type).filter((type) => !type.endsWith(":Secret"));
        for (const type of types) expect(reported(name, type, unknown)).toEqual([]);
      }
    },
  );

  it("judges what is known beside what is unknown", () => {
    const inputs = { known: { models: ["*"] }, other: { models: [unknownStringValue] } };
    expect(reported("key-models", keys.type, inputs).join()).toContain("The key known may use *");
    expect(reported("key-models", keys.type, inputs)).toHaveLength(1);
  });
});
