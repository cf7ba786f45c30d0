import { describe, expect, it } from "vitest";

import { problemsOf } from "./stack.ts";

const deployment = { name: "gpt-4o", model: "gpt-4o", provider: "openai" };
const price = { input: 1, output: 2 };
const byPrice = { strategy: "cost-based-routing" };

const differs = (index: number) =>
  `models[${index}].price differs from that of models[0], the same model, and cost-based-routing needs one price for each model; write the same price, a model with its provider in front, or another routing.strategy`;

describe("prices of deployments of one model", () => {
  it.each([
    ["one of them is priced", deployment, { ...deployment, price }],
    ["both are", { ...deployment, price }, { ...deployment, price: { input: 0, output: 0 } }],
    ["they are spelled otherwise", deployment, { ...deployment, model: "openai/gpt-4o", price }],
    ["they have different names and keys", deployment, { ...deployment, name: "dear", provider: "anthropic", price }],
  ])("agree where LiteLLM routes by them: %s", (_case, ...models) => {
    expect(problemsOf({ models, routing: byPrice })).toEqual([differs(1)]);
    expect(problemsOf({ models })).toEqual([]);
  });

  it.each([
    ["the same price", { ...deployment, price }, { ...deployment, price }],
    ["no price", deployment, deployment],
    ["other models", deployment, { ...deployment, model: "gpt-4o-mini", price }],
    [
      "the same model of two providers",
      { ...deployment, model: "openai/gpt-4o" },
      { ...deployment, model: "openrouter/gpt-4o", price },
    ],
    [
      "a model that another provider resells",
      { ...deployment, model: "openai/gpt-4o" },
      { ...deployment, model: "openrouter/openai/gpt-4o", price },
    ],
  ])("may be everything else: %s", (_case, ...models) => {
    expect(problemsOf({ models, routing: byPrice })).toEqual([]);
  });

  it("are not compared with one that is wrong by itself", () => {
    const models = [
      { ...deployment, price },
      { ...deployment, price: { input: -1, output: 2 } },
    ];
    expect(problemsOf({ models, routing: byPrice })).toEqual(["models[1].price.input: -1 must be at least 0"]);
  });
});
