import { describe, expect, it } from "vitest";
import * as yaml from "yaml";

import { litellmConfig } from "../../config/litellm-config.ts";
import { offers } from "../../config/schema/models.ts";
import { parseSettings } from "../../config/settings.ts";
import { problemsOf, rawConfig } from "./stack.ts";

interface File {
  model_list: { model_name: string; litellm_params: Record<string, unknown>; model_info: Record<string, unknown> }[];
  litellm_settings: Record<string, unknown>;
}

const providers = { openai: { apiKey: "sk-key" } };
const encrypted = ["llm-gateway:providers"];

/** LiteLLM's file for deployments of OpenAI. */
function fileOf(deployments: object[], more: object = {}): File {
  const models = deployments.map((deployment) => ({ name: "m", model: "gpt-4o", provider: "openai", ...deployment }));
  return yaml.parse(litellmConfig(parseSettings(rawConfig({ models, providers, ...more }), encrypted))) as File;
}

function entryOf(deployment: object, more: object = {}) {
  const [entry] = fileOf([deployment], more).model_list;
  if (!entry) throw new Error("there is no deployment");
  const { id, ...info } = entry.model_info;
  return { params: entry.litellm_params, info, id };
}

const signIn = { model: "gpt-4o", api_key: "os.environ/MODEL_KEY_OPENAI" };

function problems(deployment: object): string[] {
  return problemsOf({ models: [{ name: "m", model: "gpt-4o", provider: "openai", ...deployment }] });
}

describe("a deployment in LiteLLM's file", () => {
  it("is called as its provider says, and nothing else, by default", () => {
    expect(entryOf({})).toMatchObject({ params: signIn, info: {} });
  });

  it("has the limits, order and patience of its settings under LiteLLM's names", () => {
    const settings = {
      rpm: 10,
      tpm: 1000,
      weight: 2,
      order: 1,
      timeout: 30,
      streamTimeout: 5,
      maxRetries: 0,
      tags: ["a"],
    };
    expect(entryOf(settings, { routing: { tagFiltering: true } }).params).toEqual({
      ...signIn,
      ...{ rpm: 10, tpm: 1000, weight: 2, order: 1, timeout: 30, stream_timeout: 5, num_retries: 0, tags: ["a"] },
    });
  });

  it("has its params as they stand, whatever their shape", () => {
    const params = {
      temperature: 0.2,
      extra_headers: { "X-Team": "research" },
      extra_body: { chat_template_kwargs: { enable_thinking: false } },
      thinking: { type: "enabled", budget_tokens: 1024 },
      cache_control_injection_points: [{ location: "message", role: "system" }],
      drop_params: true,
    };
    expect(entryOf({ params }).params).toEqual({ ...signIn, ...params });
  });

  it("has its info as it stands, besides its id", () => {
    const info = {
      mode: "embedding",
      base_model: "azure/gpt-4o",
      max_input_tokens: 8192,
      access_groups: ["beta"],
      output_cost_per_image: 0.04,
    };
    expect(entryOf({ info }).info).toEqual(info);
  });

  it("has its prices by token among its info, where no other deployment gets them", () => {
    const price = { input: 2.5, output: 10, cachedInput: 0.25, cacheWrite: 3.125 };
    const prices = {
      input_cost_per_token: 0.0000025,
      output_cost_per_token: 0.00001,
      cache_read_input_token_cost: 0.00000025,
      cache_creation_input_token_cost: 0.000003125,
    };
    expect(entryOf({ price })).toMatchObject({ params: signIn, info: prices });
    expect(entryOf({ price: { input: 2.5, output: 10 } }).info).toEqual({
      input_cost_per_token: 0.0000025,
      output_cost_per_token: 0.00001,
    });
    expect(entryOf({ price }, { routing: { strategy: "cost-based-routing" } }).params).toEqual({
      ...signIn,
      ...prices,
    });
  });

  it("is called at its own address before its provider's", () => {
    const own = { apiBase: "http://10.0.0.2:8000/v1" };
    const more = { providers: { openai: { apiKey: "sk-key", apiBase: "http://10.0.0.1:8000/v1" } } };
    expect(entryOf({}, more).params).toMatchObject({ api_base: "http://10.0.0.1:8000/v1" });
    expect(entryOf(own, more).params).toMatchObject({ api_base: "http://10.0.0.2:8000/v1" });
  });

  it("has neither params nor a key where it answers by itself, so that LiteLLM refuses none of a request", () => {
    const params = { temperature: 0.2, organization: "acme" };
    expect(entryOf({ params, info: { mode: "chat" } }, { providers: {} })).toMatchObject({
      params: { model: "gateway-mock/gpt-4o", drop_params: true },
      info: { base_model: "gpt-4o", mock_answer: expect.stringContaining("mock answer"), mode: "chat" },
    });
    expect(entryOf({ params }, { providers: {} }).params).not.toHaveProperty("organization");
  });
});

describe("the id of a deployment", () => {
  const id = (deployment: object) => entryOf(deployment).id;

  it("stays while a price, an info, an order or a limit changes, so that nothing that counts by it starts again", () => {
    const first = id({});
    for (const change of [
      { price: { input: 1, output: 2 } },
      { info: { mode: "chat" } },
      { order: 2 },
      { rpm: 3 },
      { timeout: 9 },
    ]) {
      expect(id(change)).toBe(first);
    }
  });

  it("is another for another model or address", () => {
    expect(id({ model: "gpt-4o-mini" })).not.toBe(id({}));
    expect(id({ apiBase: "http://10.0.0.2:8000/v1" })).not.toBe(id({}));
  });
});

describe("a name with a star", () => {
  const wildcard = { name: "openai/*", model: "openai/*" };

  it("makes LiteLLM refuse what has no price, unless the settings say otherwise", () => {
    const name = "block_requests_for_models_without_pricing";
    expect(fileOf([wildcard]).litellm_settings).toMatchObject({ [name]: true });
    expect(fileOf([{}]).litellm_settings).not.toHaveProperty(name);
    expect(fileOf([wildcard], { litellm: { settings: { [name]: false } } }).litellm_settings).toMatchObject({
      [name]: false,
    });
  });

  it("offers what begins with it, and a project may be allowed one of these", () => {
    expect(offers([wildcard], "openai/gpt-4o")).toBe(true);
    expect(offers([wildcard], "anthropic/claude")).toBe(false);
    expect(offers([{ name: "*" }], "anything")).toBe(true);
    const models = [{ ...wildcard, provider: "openai" }];
    expect(problemsOf({ models, projects: { a: { models: ["openai/gpt-4o"], budget: 4 } } })).toEqual([]);
  });

  it("stands for no provider's whole list but one", () => {
    expect(problems({ name: "*", model: "*" })).toEqual([
      'models[0].model: "*" would be any model of any provider; write one provider in front, such as openai/*',
    ]);
  });
});

describe("the model of a provider", () => {
  it.each([
    [
      "meta-llama/Llama-3",
      "does not begin with a provider that LiteLLM calls; write one in front, such as openai/… or gemini/…",
    ],
    [
      "opnai/gpt-4o",
      'does not begin with a provider that LiteLLM calls; write one in front, such as openai/… or gemini/…; did you mean "openai"?',
    ],
    [
      "https://host/v1",
      "is not a model; write letters, digits and . _ : / @ + -, without a path or a URL, which belongs to apiBase",
    ],
    [
      "openai/../x",
      "is not a model; write letters, digits and . _ : / @ + -, without a path or a URL, which belongs to apiBase",
    ],
  ])("is not %s", (model, problem) => {
    const [found = ""] = problems({ model });
    expect(found).toContain(`models[0].model: "${model}" ${problem}`);
  });

  it.each([
    "gpt-4o-2024-11-20",
    "openrouter/anthropic/claude-sonnet-4.5",
    "mistral/mistral-large-latest",
    "groq/llama-3.3-70b-versatile",
    "gemini/gemini-2.5-pro",
    "fireworks_ai/accounts/fireworks/models/llama-v3p1-8b-instruct",
    "replicate/meta/meta-llama-3-8b-instruct",
  ])("may be %s", (model) => {
    expect(problems({ model })).toEqual([]);
  });

  it.each(["Claude Sonnet 4.5 (EU)", "on", "2024-11-20", "GPT-4o @ R&D #1", "modèle d'été", "12:30"])(
    "may have a name for people: %s",
    (name) => {
      expect(problems({ name })).toEqual([]);
      expect(fileOf([{ name }]).model_list[0]?.model_name).toBe(name);
    },
  );
});
