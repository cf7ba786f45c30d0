import { describe, expect, it } from "vitest";
import * as yaml from "yaml";

import { litellmConfig } from "../../config/litellm-config.ts";
import { parseSettings } from "../../config/settings.ts";
import { minimal, rawConfig } from "./stack.ts";

const apiKey = "sk-provider-key";
const providers = { openai: { apiKey }, anthropic: { apiKey }, google: { apiKey } };

/** The guide's models. */
const models = [
  { name: "gpt-4o", model: "gpt-4o", provider: "openai" },
  { name: "claude-sonnet", model: "claude-sonnet-4-20250514", provider: "anthropic" },
  { name: "gemini-flash", model: "gemini/gemini-2.0-flash", provider: "google" },
];

interface Config {
  model_list: { model_name: string }[];
  litellm_settings: object;
}

const routing = { strategy: "cost-based-routing", numRetries: 3, retryAfter: 5, allowedFails: 2, cooldownTime: 60 };

function configOf(settings: Record<string, unknown>): string {
  return litellmConfig(parseSettings(rawConfig({ ...minimal, ...settings }), ["llm-gateway:providers"]));
}

describe("litellmConfig", () => {
  // The guide's general_settings.master_key is a secret, so it comes from the environment instead.
  it("is the guide's file, with what LiteLLM needs besides", () => {
    expect(configOf({ models, providers, routing })).toBe(`\
model_list:
  - model_name: gpt-4o
    litellm_params:
      model: gpt-4o
      api_key: os.environ/MODEL_KEY_OPENAI
    model_info:
      id: "4490d6d62d49803b5a8e533d18360c61226674c79d11f7fb3b3304b70ea6b9e3"
  - model_name: claude-sonnet
    litellm_params:
      model: claude-sonnet-4-20250514
      api_key: os.environ/MODEL_KEY_ANTHROPIC
    model_info:
      id: "54bf625788d7c190ae74df9ca995950e145113a23d7790edde1df082e6389dba"
  - model_name: gemini-flash
    litellm_params:
      model: gemini/gemini-2.0-flash
      api_key: os.environ/MODEL_KEY_GOOGLE
    model_info:
      id: "198caac15b1d4464d4251abac6aad8c36ae8ee228b9d8d4bb6617f92b684ed29"
router_settings:
  routing_strategy: cost-based-routing
  num_retries: 3
  retry_after: 5
  disable_cooldowns: true
  allowed_fails: 2
  cooldown_time: 60
litellm_settings:
  budget_exceeded_status_code: 429
  request_timeout: 600
  json_logs: true
  default_key_generate_params:
    allowed_routes:
      - /v1/chat/completions
      - /chat/completions
      - /v1/completions
      - /completions
      - /v1/messages
      - /v1/messages/count_tokens
      - /v1/responses
      - /responses
      - /v1/embeddings
      - /embeddings
      - /v1/models
      - /models
      - /v1/model/info
      - /model/info
      - /health
      - /key/info
  callbacks:
    - project_parameters.hook
    - deployment_choice.hook
general_settings:
  max_failed_login_attempts_per_source_overrides:
    "127.0.0.1": 0
    "::1": 0
  database_connection_pool_limit: 10
  custom_key_generate: key_defaults.with_routes
  background_health_checks: true
  health_check_interval: 0
  store_model_in_db: false
  maximum_spend_logs_retention_period: "90d"
  maximum_spend_logs_retention_interval: "1h"
`);
  });

  it("is the same text however often it is written", () => {
    expect(configOf({ models, providers })).toBe(configOf({ models, providers }));
  });

  it("holds no secret", () => {
    expect(configOf({ models, providers })).not.toContain(apiKey);
  });

  it("takes timeout and connections from the settings", () => {
    expect(yaml.parse(configOf({ litellm: { requestTimeout: 60, databaseConnections: 5 } }))).toMatchObject({
      litellm_settings: { request_timeout: 60 },
      general_settings: { database_connection_pool_limit: 5 },
    });
  });

  it("gives each deployment of one name its own limits, address and price", () => {
    const deployment = { name: "gpt-4o", model: "gpt-4o", provider: "openai" };
    const limits = { apiBase: "https://eu.example.com/v1", rpm: 60, tpm: 90_000, weight: 2 };
    const deployments = [{ ...deployment, ...limits, price: { input: 0.1, output: 15 } }, deployment];
    expect(yaml.parse(configOf({ models: deployments, providers }))).toMatchObject({
      model_list: [
        {
          model_name: "gpt-4o",
          litellm_params: {
            model: "gpt-4o",
            api_key: "os.environ/MODEL_KEY_OPENAI",
            api_base: "https://eu.example.com/v1",
            rpm: 60,
            tpm: 90_000,
            weight: 2,
          },
          model_info: { input_cost_per_token: 0.0000001, output_cost_per_token: 0.000015 },
        },
        { model_name: "gpt-4o", litellm_params: { model: "gpt-4o", api_key: "os.environ/MODEL_KEY_OPENAI" } },
      ],
    });
  });

  it("has calls take prices along only where LiteLLM chooses deployments by them", () => {
    const priced = [{ ...minimal.models[0], price: { input: 0.1, output: 15 } }];
    const price = { input_cost_per_token: 0.0000001, output_cost_per_token: 0.000015 };
    const [byWeight, byPrice] = [{}, { strategy: "cost-based-routing" }].map(
      (routing) => (yaml.parse(configOf({ models: priced, routing })) as { model_list: unknown[] }).model_list[0],
    );
    expect(byWeight).not.toHaveProperty("litellm_params.input_cost_per_token");
    expect(byWeight).toMatchObject({ model_info: price });
    expect(byPrice).toMatchObject({ litellm_params: price, model_info: price });
  });

  it("has a request that a provider answers with 404 tried with each other deployment, as often as the settings say", () => {
    const [gpt] = minimal.models;
    const several = [gpt, gpt, { ...gpt, name: "o3" }, ...Array.from({ length: 5 }, () => ({ ...gpt, name: "gpt-5" }))];
    const settings = (numRetries: number) =>
      (yaml.parse(configOf({ models: several, routing: { numRetries } })) as { router_settings: object })
        .router_settings;
    expect(settings(3)).toMatchObject({
      model_group_retry_policy: { "gpt-4o": { NotFoundErrorRetries: 1 }, "gpt-5": { NotFoundErrorRetries: 3 } },
    });
    expect(settings(3)).not.toHaveProperty("model_group_retry_policy.o3");
    expect(settings(0)).not.toHaveProperty("model_group_retry_policy");
  });

  it("writes small prices so that LiteLLM's parser reads numbers", () => {
    const priced = [{ ...minimal.models[0], price: { input: 0.1, output: 0 } }];
    expect(configOf({ models: priced })).toContain(
      "      input_cost_per_token: 0.0000001\n      output_cost_per_token: 0\n",
    );
  });

  it("has a model without a provider key answer by itself, without naming a key", () => {
    const mockResponse = 'It said: "yes", # and\nmore.';
    const text = configOf({ models: [{ ...minimal.models[0], mockResponse }] });
    expect(yaml.parse(text)).toMatchObject({
      model_list: [
        {
          model_name: "gpt-4o",
          litellm_params: { model: "gateway-mock/gpt-4o" },
          model_info: { base_model: "gpt-4o", mock_answer: mockResponse },
        },
      ],
      litellm_settings: {
        custom_provider_map: [{ provider: "gateway-mock", custom_handler: "mock_models.models" }],
      },
    });
    expect(text).not.toContain("api_key");
  });

  it("has another model for a mock answer as one more entry, and no way to mock answers where no model needs it", () => {
    const [first, second, ...rest] = models;
    const [some, more] = [[first], [first, second]].map(
      (mocked) => yaml.parse(configOf({ models: [...mocked, ...rest], providers: { google: { apiKey } } })) as Config,
    );
    expect({ ...more, model_list: more?.model_list.filter(({ model_name }) => model_name !== second?.name) }).toEqual(
      some,
    );
    const none = yaml.parse(configOf({ models, providers })) as Config;
    expect(none.litellm_settings).not.toHaveProperty("custom_provider_map");
    expect(JSON.stringify(none)).not.toContain("mock");
  });

  const onKubernetes = (settings: object): Record<string, object> => {
    const kubernetes = { postgres: { trial: true }, ...settings };
    const raw = rawConfig({ ...minimal, platform: "kubernetes", providers: { openai: { apiKey } }, kubernetes });
    const secrets = ["llm-gateway:providers", "llm-gateway:kubernetes"];
    return yaml.parse(litellmConfig(parseSettings(raw, secrets))) as Record<string, object>;
  };

  it("counts what passes through for Prometheus when it is asked to", () => {
    const scrapers = { cidrs: ["10.40.0.0/24"] };
    expect(onKubernetes({ metrics: { scrapers } })["litellm_settings"]).toMatchObject({
      callbacks: ["prometheus", "project_parameters.hook", "deployment_choice.hook"],
    });
    expect(onKubernetes({})["litellm_settings"]).toMatchObject({
      callbacks: ["project_parameters.hook", "deployment_choice.hook"],
    });
  });

  it("finds Redis by its Sentinels, with passwords from the environment", () => {
    const nodes = [{ host: "sentinel-0.internal" }, { host: "sentinel-1.internal", port: 26380 }];
    const sentinel = { service: "mymaster", nodes, password: "of-the-sentinels" };
    const redis = { sentinel, password: "of-redis", addresses: { cidrs: ["10.0.0.0/28"] } };
    expect(onKubernetes({ redis })["general_settings"]).toMatchObject({
      coordination_redis: {
        service_name: "mymaster",
        sentinel_nodes: [
          ["sentinel-0.internal", 26379],
          ["sentinel-1.internal", 26380],
        ],
        sentinel_password: "os.environ/REDIS_SENTINEL_PASSWORD",
        ssl: true,
        password: "os.environ/REDIS_PASSWORD",
      },
    });
  });
});
