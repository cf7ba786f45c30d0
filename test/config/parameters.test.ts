import { describe, expect, it } from "vitest";

import steering from "../../config/litellm/steering.json" with { type: "json" };
import { whyNotAllowed } from "../../config/schema/parameters.ts";
import { REVIEWED_PARAMETERS, STEERS_PROVIDERS } from "../../config/schema/reviewed-parameters.ts";
import { problemsOf } from "./stack.ts";

const reviewed = Object.values(REVIEWED_PARAMETERS).flat();

describe("a setting can let through", () => {
  it.each(["guided_json", "top_k", "min_p", "ignore_eos", "chat_template_kwargs", "stop_token_ids", "min_tokens"])(
    "`%s`, which shapes an answer",
    (name) => {
      expect(whyNotAllowed(name)).toBeUndefined();
    },
  );

  it("a name that nobody has thought of: LiteLLM doesn't read it, so it gets to the provider and nowhere else", () => {
    expect(whyNotAllowed("sampler_of_the_year_2031")).toBeUndefined();
  });
});

describe("no setting can let through", () => {
  it.each([
    ...[
      "custom_llm_provider",
      "api_base",
      "base_url",
      "api_key",
      "organization",
      "deployment_id",
      "specific_deployment",
    ],
    ...[
      "extra_headers",
      "headers",
      "extra_body",
      "extra_query",
      "user_config",
      "model_list",
      "models",
      "litellm_params",
    ],
    ...["num_retries", "max_retries", "timeout", "request_timeout", "cooldown_time", "fallbacks", "priority"],
    ...["input_cost_per_token", "output_cost_per_token", "model_info", "base_model", "mock_response", "mock_timeout"],
    ...["cache", "caching", "no_log", "callbacks", "success_callback", "langfuse_host", "guardrails", "tags"],
    ...[
      "litellm_metadata",
      "litellm_credential_name",
      "proxy_server_request",
      "drop_params",
      "ssl_verify",
      "prompt_id",
    ],
    ...["aws_region_name", "aws_something_new", "vertex_project", "user_api_key_alias", "background", "mcp_servers"],
  ])("`%s`, which LiteLLM reads itself", (name) => {
    expect(whyNotAllowed(name)).toMatch(/^can't be allowed: LiteLLM reads it itself/);
  });

  it.each(Object.keys(STEERS_PROVIDERS))("`%s`, with which a request would steer the provider's server", (name) => {
    expect(whyNotAllowed(name)).toBe(`can't be allowed: it ${STEERS_PROVIDERS[name]}`);
    expect(reviewed).not.toContain(name);
  });
});

it("the review of parameters reviews only what LiteLLM reads: all else needs no review", () => {
  const read = [steering, steering.public].flatMap(({ body, metadata, query }) => [...body, ...metadata, ...query]);

  expect(reviewed.filter((name) => !read.includes(name))).toEqual([]);
});

it("the review of parameters names what a stack file would let through, with the place", () => {
  const projects = { research: { models: ["gpt-4o"], budget: 40, parameters: ["min_p", "api_base"] } };

  expect(problemsOf({ projects })).toEqual([
    `projects.research.parameters[1]: "api_base" ${whyNotAllowed("api_base")}`,
  ]);
});
