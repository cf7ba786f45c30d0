import { describe, expect, it } from "vitest";

import { minimal, problemsOf } from "./stack.ts";

const [deployment] = minimal.models;

/** The problems of values in a part of LiteLLM's file. */
function problemsIn(part: string, values: object, more: object = {}): string[] {
  if (part === "params" || part === "info") return problemsOf({ models: [{ ...deployment, [part]: values }], ...more });
  return problemsOf({ litellm: { [part]: values }, ...more });
}

const LICENCE = "needs LiteLLM's Enterprise licence; set it as secrets.LITELLM_LICENSE, or leave it out";

describe("a name that LiteLLM doesn't know", () => {
  it.each([
    [
      "params",
      { temprature: 1 },
      'models[0].params.temprature is not a name that LiteLLM knows there; did you mean "temperature"?',
    ],
    ["info", { mod: "chat" }, 'models[0].info.mod is not a name that LiteLLM knows there; did you mean "mode"?'],
    [
      "settings",
      { drop_parms: true },
      'litellm.settings.drop_parms is not a name that LiteLLM knows there; did you mean "drop_params"?',
    ],
    [
      "settings",
      { service_callbacks: [] },
      'litellm.settings.service_callbacks is not a name that LiteLLM knows there; did you mean "service_callback"?',
    ],
    [
      "router",
      { enable_pre_call_check: true },
      'litellm.router.enable_pre_call_check is not a name that LiteLLM knows there; did you mean "enable_pre_call_checks"?',
    ],
    ["general", { frobnication: 1 }, "litellm.general.frobnication is not a name that LiteLLM knows there"],
    ["general", { toString: 1 }, "litellm.general.toString is not a name that LiteLLM knows there"],
  ])("is refused in %s with the nearest: %j", (part, values, problem) => {
    expect(problemsIn(part, values)).toEqual([problem]);
  });

  it.each([
    [
      "settings",
      { alerting: ["slack"] },
      "litellm.settings.alerting is not a name that LiteLLM knows there; it belongs to litellm.general",
    ],
    [
      "general",
      { drop_params: true },
      "litellm.general.drop_params is not a name that LiteLLM knows there; it belongs to litellm.settings",
    ],
    [
      "general",
      { timezone: "UTC" },
      "litellm.general.timezone is not a name that LiteLLM knows there; it belongs to litellm.settings",
    ],
    [
      "info",
      { temperature: 1 },
      "models[0].info.temperature is not a name that LiteLLM knows there; it belongs to params of a model",
    ],
    [
      "params",
      { access_groups: ["beta"] },
      "models[0].params.access_groups is not a name that LiteLLM knows there; it belongs to info of a model",
    ],
    [
      "settings",
      { frequency_penalty: 1 },
      "litellm.settings.frequency_penalty is not a name that LiteLLM knows there; it belongs to params of a model",
    ],
  ])("is refused in %s with the part that it belongs to: %j", (part, values, problem) => {
    expect(problemsIn(part, values)).toEqual([problem]);
  });

  it.each([
    [
      "settings",
      { store_model_in_db: true },
      "litellm.settings.store_model_in_db can't be passed through: it would take models from elsewhere than the stack file",
    ],
    [
      "settings",
      { routing_strategy: "least-busy" },
      "litellm.settings.routing_strategy can't be passed through: it is a setting under routing",
    ],
    [
      "general",
      { fallbacks: [] },
      "litellm.general.fallbacks can't be passed through: it is the setting routing.fallbacks",
    ],
    [
      "info",
      { api_base: "http://a" },
      "models[0].info.api_base can't be passed through: it is what the provider's entry under providers signs in with; set it there",
    ],
  ])("is refused in %s for the reason that it has where it belongs: %j", (part, values, problem) => {
    expect(problemsIn(part, values)).toEqual([problem]);
  });

  it("is refused for what it is where LiteLLM's file has a section of that name", () => {
    expect(problemsIn("general", { mcp_servers: {}, credential_list: [] })).toEqual([
      "litellm.general.credential_list is a section of LiteLLM's own file: each credential is an entry under providers, which models name",
      "litellm.general.mcp_servers is a section of LiteLLM's own file: it can't be passed through, because virtual keys reach models only, and none of the endpoints that it is for",
    ]);
  });
});

describe("what this program decides", () => {
  it.each([
    ["params", "api_key", "is what the provider's entry under providers signs in with; set it there"],
    ["params", "num_retries", "is the setting maxRetries, beside params"],
    ["params", "max_retries", "changes nothing: LiteLLM's router sets it to 0; set maxRetries, beside params"],
    ["params", "timeout", "has a setting of its own, beside params"],
    ["params", "base_model", "belongs to info"],
    ["params", "mock_response", "is the setting mockResponse, beside params"],
    ["info", "input_cost_per_token", "is the setting price, beside info"],
    ["info", "id", "is given by this program, so that a price or a key can change without another deployment"],
    ["settings", "request_timeout", "is the setting litellm.requestTimeout"],
    ["settings", "set_verbose", "shows secrets or what people write, in logs or in answers"],
    [
      "settings",
      "disable_token_counter",
      "keeps LiteLLM from counting what requests cost, so that no budget would end",
    ],
    ["general", "database_url", "is made by this program, and its database with it"],
    ["general", "salt_key", "is made by this program, and its database with it"],
    ["general", "custom_auth", "loads code of the machine that runs LiteLLM"],
    ["general", "pass_through_endpoints", "opens what keys, models and budgets close"],
    ["router", "redis_host", "is the setting kubernetes.redis or gcp.redis"],
    [
      "router",
      "allowed_fails_policy",
      "is the setting routing.allowedFails, since this program chooses which deployments rest",
    ],
  ])("is refused in %s: %s", (part, name, reason) => {
    const path = part === "params" || part === "info" ? `models[0].${part}` : `litellm.${part}`;
    expect(problemsIn(part, { [name]: 1 })).toEqual([`${path}.${name} can't be passed through: it ${reason}`]);
  });

  it("is told with no remedy for a secret, which there couldn't be in that place", () => {
    expect(problemsIn("params", { api_key: "os.environ/OPENAI_API_KEY" })).toEqual([
      "models[0].params.api_key can't be passed through: it is what the provider's entry under providers signs in with; set it there",
    ]);
  });
});

describe("what needs an Enterprise licence", () => {
  const secrets = { LITELLM_LICENSE: "licence-of-the-test" };
  const encrypted = ["llm-gateway:secrets"];
  const settings = { general: { allowed_ips: ["10.0.0.0/8"] }, settings: { callbacks: ["hide_secrets"] } };

  it("is refused without one", () => {
    expect(problemsOf({ litellm: settings })).toEqual([
      `litellm.general.allowed_ips ${LICENCE}`,
      `litellm.settings.callbacks[0]: "hide_secrets" ${LICENCE}`,
    ]);
  });

  it("is passed through with one", () => {
    expect(problemsOf({ litellm: settings, secrets }, encrypted)).toEqual([]);
  });

  it("stays this program's own with one where it decides", () => {
    expect(problemsOf({ litellm: { general: { public_routes: ["/health"] } }, secrets }, encrypted)).toEqual([
      "litellm.general.public_routes can't be passed through: it opens what keys, models and budgets close",
    ]);
  });
});

describe("a value of a name", () => {
  it.each([
    ["settings", { drop_params: "yes" }, 'litellm.settings.drop_params: "yes" must be true or false, without quotes'],
    ["settings", { max_budget: "500" }, 'litellm.settings.max_budget: "500" must be a number'],
    ["general", { alerting: "slack" }, 'litellm.general.alerting: "slack" must be a list'],
    ["general", { alerting_args: [] }, "litellm.general.alerting_args: [] must be a mapping"],
    ["general", { max_parallel_requests: 1.5 }, "litellm.general.max_parallel_requests: 1.5 must be a whole number"],
    ["info", { base_model: 4 }, "models[0].info.base_model: 4 must be text"],
  ])("must be of the type that LiteLLM wants in %s: %j", (part, values, problem) => {
    expect(problemsIn(part, values)).toEqual([problem]);
  });

  it("may be anything where LiteLLM doesn't say", () => {
    expect(problemsIn("settings", { default_team_params: { max_budget: 10 }, timezone: "UTC" })).toEqual([]);
    expect(problemsIn("settings", { ssl_verify: false })).toEqual([]);
    expect(problemsIn("settings", { ssl_verify: "/etc/ssl/certs/company.pem" })).toEqual([]);
  });
});

describe("callbacks", () => {
  it.each([
    [{ success_callback: "langfuse" }, 'success_callback: "langfuse" must be a list of callbacks'],
    [
      { failure_callback: ["langfus"] },
      'failure_callback[0]: "langfus" is not a callback that LiteLLM knows by name; did you mean "langfuse"?',
    ],
    [
      { callbacks: ["my_module.handler"] },
      "callbacks[0]: \"my_module.handler\" is code of yours, which LiteLLM's process doesn't have; write one that LiteLLM knows by name",
    ],
    [{ callbacks: [7] }, "callbacks[0]: 7 must be text"],
    [
      { service_callback: ["prometheus"] },
      'service_callback[0]: "prometheus" is not a callback that LiteLLM knows by name; did you mean "prometheus_system"?',
    ],
  ])("are those that LiteLLM knows by name: %j is refused", (values, problem) => {
    expect(problemsIn("settings", values)).toEqual([`litellm.settings.${problem}`]);
  });

  it("have settings by those names", () => {
    expect(problemsOf({ litellm: { callbackSettings: { otl: {}, datadog: {} } } })).toEqual([
      'litellm.callbackSettings.otl is not a callback that LiteLLM knows by name; did you mean "otel"?',
    ]);
  });
});

describe("alerts", () => {
  it("go where LiteLLM sends them, of the kinds that it has", () => {
    expect(problemsIn("general", { alerting: ["slak"], alert_types: ["budget_alert", 1] })).toEqual([
      'litellm.general.alert_types[0]: "budget_alert" is not a kind of alert that LiteLLM knows; did you mean "budget_alerts"?',
      "litellm.general.alert_types[1]: 1 must be text",
      'litellm.general.alerting[0]: "slak" is not a place that LiteLLM sends alerts to; did you mean "slack"?',
    ]);
    expect(problemsIn("general", { alerting: ["slack", "email"], alert_types: ["llm_exceptions"] })).toEqual([]);
  });
});

describe("a guardrail", () => {
  const code = "is code of yours, which LiteLLM's process doesn't have; write one that LiteLLM knows by name";

  it.each([
    [
      { guardrail_name: "a", litellm_params: { default_on: true, guardrail: "presido" } },
      '.litellm_params.guardrail: "presido" is not a guardrail that LiteLLM knows by name; did you mean "presidio"?',
    ],
    [
      { guardrail_name: "a", litellm_params: { default_on: true, guardrail: "custom_code" } },
      `.litellm_params.guardrail: "custom_code" ${code}`,
    ],
    [
      { guardrail_name: "a", litellm_params: { default_on: true, guardrail: "my.Guard" } },
      `.litellm_params.guardrail: "my.Guard" ${code}`,
    ],
    [
      { guardrail_name: "a", litellm_params: { default_on: true } },
      ".litellm_params.guardrail is missing; write one that LiteLLM knows by name",
    ],
    [{ guardrail_name: "a" }, ".litellm_params is missing; write a mapping"],
    [{ litellm_params: { default_on: true, guardrail: "presidio" } }, ".guardrail_name is missing; write a name"],
  ])("is one that LiteLLM knows by name: %j is refused", (guardrail, problem) => {
    expect(problemsOf({ litellm: { guardrails: [guardrail] } })).toEqual([`litellm.guardrails[0]${problem}`]);
  });

  const presidio = (more: object) => ({
    guardrail_name: "personal-data",
    litellm_params: { guardrail: "presidio", mode: "pre_call", ...more },
  });

  it("counts for every request, or for those of the models that name it", () => {
    const asking = [{ ...deployment, params: { guardrails: ["personal-data"] } }];
    expect(problemsOf({ litellm: { guardrails: [presidio({ default_on: true })] } })).toEqual([]);
    expect(problemsOf({ models: asking, litellm: { guardrails: [presidio({})] } })).toEqual([]);
    expect(problemsOf({ litellm: { guardrails: [presidio({})] } })).toEqual([
      "litellm.guardrails[0] counts for no request, since none can ask for it; write default_on: true among its litellm_params, or its name in params.guardrails of models",
    ]);
  });

  it("is one of the stack where a model names it", () => {
    const asking = [{ ...deployment, params: { guardrails: ["personal-date"] } }];
    expect(problemsOf({ models: asking, litellm: { guardrails: [presidio({ default_on: true })] } })).toEqual([
      'models[0].params.guardrails[0]: "personal-date" is not a guardrail of this stack; add it to litellm.guardrails; did you mean "personal-data"?',
    ]);
  });
});

describe("LiteLLM's own file", () => {
  it("is told apart section by section where somebody writes it into a stack file", () => {
    expect(
      problemsOf({
        model_list: [],
        litellm_settings: {},
        general_settings: {},
        router_settings: {},
        environment_variables: {},
      }),
    ).toEqual([
      "environment_variables is a section of LiteLLM's own file: its names belong to litellm.environment, and those of secrets to secrets",
      "general_settings is a section of LiteLLM's own file: its names belong to litellm.general",
      "litellm_settings is a section of LiteLLM's own file: its names belong to litellm.settings",
      "model_list is a section of LiteLLM's own file: its entries belong to models, and what signs in to their providers to providers",
      "router_settings is a section of LiteLLM's own file: its names belong to routing and litellm.router",
    ]);
  });

  it("is told apart within section litellm, where a name may belong to one of its parts", () => {
    expect(problemsOf({ litellm: { drop_params: true, alerting: ["slack"], mcp_servers: {} } })).toEqual([
      "litellm.alerting belongs to litellm.general",
      "litellm.drop_params belongs to litellm.settings",
      "litellm.mcp_servers is a section of LiteLLM's own file: it can't be passed through, because virtual keys reach models only, and none of the endpoints that it is for",
    ]);
  });

  it("is told apart within a model", () => {
    const found = problemsOf({
      models: [{ ...deployment, litellm_params: {}, model_info: {}, temperature: 1, mode: "chat" }],
    });
    expect(found).toEqual([
      "models[0].litellm_params is LiteLLM's; write model beside it, provider for what signs in, and anything else of it under params",
      "models[0].mode belongs to params or info",
      "models[0].model_info is LiteLLM's word for info",
      "models[0].temperature belongs to params",
    ]);
  });
});
