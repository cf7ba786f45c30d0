import { describe, expect, it } from "vitest";
import * as yaml from "yaml";

import { litellmConfig } from "../../config/litellm-config.ts";
import { parseSettings } from "../../config/settings.ts";
import { problemsOf, rawConfig } from "./stack.ts";

const models = ["gpt-4o", "claude"].map((name) => ({ name, model: "gpt-4o", provider: "openai" }));

const problems = (routing: object, more: object = {}) => problemsOf({ models, routing, ...more });

/** The router's part of LiteLLM's file. */
function routerOf(settings: object): Record<string, unknown> {
  const text = litellmConfig(parseSettings(rawConfig({ models, ...settings })));
  return (yaml.parse(text) as { router_settings: Record<string, unknown> }).router_settings;
}

describe("models that are tried in place of others", () => {
  it.each(["fallbacks", "contextWindowFallbacks", "contentPolicyFallbacks"])(
    "are models of the gateway: %s",
    (section) => {
      expect(problems({ [section]: { "gpt-4": ["gpt-4o"], "gpt-4o": ["gpt-4o", "clade"], claude: [] } })).toEqual([
        `routing.${section}.claude: [] is empty; write the models to try`,
        `routing.${section}.gpt-4 is not a model of this gateway; write one of gpt-4o, claude; did you mean "gpt-4o"?`,
        `routing.${section}.gpt-4o[0]: "gpt-4o" is the model that failed; write others`,
        `routing.${section}.gpt-4o[1]: "clade" is not a model of this gateway; write one of gpt-4o, claude; did you mean "claude"?`,
      ]);
    },
  );

  it("are models of the gateway for all others too", () => {
    expect(problems({ defaultFallbacks: ["gpt-5"] })).toEqual([
      'routing.defaultFallbacks[0]: "gpt-5" is not a model of this gateway; write one of gpt-4o, claude; did you mean "gpt-4o"?',
    ]);
  });

  it("may be aliases, and what a name with a star allows", () => {
    const wildcard = [...models, { name: "openai/*", model: "openai/*", provider: "openai" }];
    const routing = {
      aliases: { best: "claude" },
      fallbacks: { best: ["openai/gpt-4.1"], "openai/gpt-4.1": ["gpt-4o"] },
    };
    expect(problemsOf({ models: wildcard, routing })).toEqual([]);
    expect(problems(routing)).toEqual([
      'routing.fallbacks.best[0]: "openai/gpt-4.1" is not a model of this gateway; write one of gpt-4o, claude, best',
      'routing.fallbacks["openai/gpt-4.1"] is not a model of this gateway; write one of gpt-4o, claude, best',
    ]);
  });

  it("are a mapping, not the list that LiteLLM's file has", () => {
    expect(problems({ fallbacks: [{ "gpt-4o": ["claude"] }] })).toEqual([
      'routing.fallbacks: [{"gpt-4o":["claude"]}] must be a mapping of names',
    ]);
  });

  it("are LiteLLM's lists in its file", () => {
    const router = routerOf({
      routing: {
        fallbacks: { "gpt-4o": ["claude"], claude: ["gpt-4o"] },
        contextWindowFallbacks: { claude: ["gpt-4o"] },
        contentPolicyFallbacks: { "gpt-4o": ["claude"] },
        defaultFallbacks: ["claude"],
      },
    });
    expect(router).toMatchObject({
      fallbacks: [{ "gpt-4o": ["claude"] }, { claude: ["gpt-4o"] }],
      context_window_fallbacks: [{ claude: ["gpt-4o"] }],
      content_policy_fallbacks: [{ "gpt-4o": ["claude"] }],
      default_fallbacks: ["claude"],
    });
  });
});

describe("an alias", () => {
  it("is no model's name, and stands for one", () => {
    expect(problems({ aliases: { claude: "gpt-4o", best: "opus" } })).toEqual([
      'routing.aliases.best: "opus" is not a model of this gateway; write one of gpt-4o, claude, best',
      "routing.aliases.claude is the name of a model; write another alias",
    ]);
  });

  it("is LiteLLM's model_group_alias, and a project may ask for it", () => {
    const settings = { routing: { aliases: { best: "claude" } }, projects: { a: { models: ["best"], budget: 40 } } };
    expect(problemsOf({ models, ...settings })).toEqual([]);
    expect(routerOf(settings)).toMatchObject({ model_group_alias: { best: "claude" } });
  });
});

describe("what routing reads by its strategy", () => {
  it.each(["simple-shuffle", "least-busy"])("has no options with %s", (strategy) => {
    expect(problems({ strategy, strategyOptions: { ttl: 1 } })).toEqual([
      `routing.strategyOptions changes nothing with ${strategy}, which has no options`,
    ]);
  });

  it("has them with others, under LiteLLM's names", () => {
    const routing = { strategy: "latency-based-routing", strategyOptions: { ttl: 10, lowest_latency_buffer: 0.5 } };
    expect(routerOf({ routing })).toMatchObject({
      routing_strategy: "latency-based-routing",
      routing_strategy_args: { ttl: 10, lowest_latency_buffer: 0.5 },
    });
  });

  it("has tags of deployments only with tagFiltering", () => {
    const tagged = { models: [{ ...models[0], tags: ["paid"] }] };
    const off =
      "models[0].tags changes nothing, because routing.tagFiltering is off; set it to true, or leave the tags out";
    expect(problemsOf(tagged)).toEqual([off]);
    expect(problemsOf({ ...tagged, routing: { tagFiltering: false } })).toEqual([off]);
    expect(problemsOf({ ...tagged, routing: { tagFiltering: true } })).toEqual([]);
    expect(routerOf({ ...tagged, routing: { tagFiltering: true } })).toMatchObject({ enable_tag_filtering: true });
    const team = { models: ["gpt-4o"], budget: 1, tags: ["eu"] };
    expect(problemsOf({ projects: { team }, pools: { gpu: team } })).toEqual([
      off.replace("models[0]", "pools.gpu"),
      off.replace("models[0]", "projects.team"),
    ]);
  });
});

describe("retries by kind of failure", () => {
  it("are those that LiteLLM tells apart", () => {
    expect(problems({ retries: { timeot: 2, rateLimit: -1 } })).toEqual([
      "routing.retries.rateLimit: -1 must be at least 0",
      'routing.retries.timeot is not a setting; write one of badRequest, authentication, timeout, rateLimit, contentPolicy, internalServer, serviceUnavailable; did you mean "timeout"?',
    ]);
  });

  it("are LiteLLM's retry_policy, also of a model of which another deployment is tried after a 404", () => {
    const two = [...models, { name: "claude", model: "gpt-4o-mini", provider: "openai" }];
    const router = routerOf({ models: two, routing: { retries: { timeout: 2, rateLimit: 4, badRequest: 0 } } });
    const policy = { BadRequestErrorRetries: 0, TimeoutErrorRetries: 2, RateLimitErrorRetries: 4 };
    expect(router).toMatchObject({
      retry_policy: policy,
      model_group_retry_policy: { claude: { NotFoundErrorRetries: 1, ...policy } },
    });
  });

  it("aren't in LiteLLM's file where the settings have none", () => {
    expect(Object.keys(routerOf({}))).toEqual([
      ...["routing_strategy", "num_retries", "retry_after", "disable_cooldowns", "allowed_fails", "cooldown_time"],
    ]);
  });
});
