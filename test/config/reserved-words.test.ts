import { describe, expect, it } from "vitest";

import { ACCOUNT_NAMES, MODEL_WORDS } from "../../config/rules/reserved-words.ts";
import { STEERING_METADATA } from "../../config/litellm/refused-fields.ts";
import { minimal, problemsOf } from "./stack.ts";

const project = { models: ["gpt-4o"], budget: 1 };

describe("a model's name", () => {
  it.each([...MODEL_WORDS, "All-Proxy-Models"])("is not %s", (name) => {
    const models = [...minimal.models, { ...minimal.models[0], name }];
    expect(problemsOf({ models, projects: { team: { ...project, models: [name] } } })).toEqual([
      `models[1].name: "${name}" is a word with which LiteLLM opens more than one model; write another name`,
    ]);
  });

  it.each(["gpt-4o|.*", "^gpt", "(gpt)", "gpt?", "gpt-*o", "**", "g.t*", "a b*", " a", "a ", "a,b", "a\\d", "a\nb"])(
    "is not a regular expression, and nothing that ends a line or a list: %s",
    (name) => {
      const models = [...minimal.models, { ...minimal.models[0], name }];
      expect(problemsOf({ models })).toEqual([
        `models[1].name: ${JSON.stringify(name)} is not a model name; write letters, digits, spaces and . _ : / @ + ( ) & # ' -, or letters, digits and _ : / - before a * at the end`,
      ]);
    },
  );

  it.each(["*", "openai/*", "gpt-*", "Claude Sonnet 4.5 (EU)", "on", "2024-11-20", "模型", "o'b & c"])(
    "may be what people call it: %s",
    (name) => {
      const models = [...minimal.models, { ...minimal.models[0], name }];
      expect(problemsOf({ models, projects: { team: { ...project, models: [name] } } })).toEqual([]);
    },
  );

  it.each([...MODEL_WORDS, "*", "openai/*", "os"])("is in no allowlist without being a model: %s", (name) => {
    const problems = problemsOf({ projects: { team: { ...project, models: [name] } } });
    expect(problems[0]).toContain(`projects.team.models[0]: "${name}" is not a model of this gateway`);
  });
});

describe("an alias", () => {
  it.each([...ACCOUNT_NAMES, "cli-session-default_user_id"])("is not %s", (alias) => {
    const message = `"${alias}" is what LiteLLM calls itself in its spend log; write another alias`;
    const projects = { team: { ...project, alias } };
    const pools = { general: { ...project, alias } };
    expect(problemsOf({ projects })).toEqual([`projects.team.alias: ${message}`]);
    expect(problemsOf({ pools })).toEqual([`pools.general.alias: ${message}`]);
  });

  it("is not so by a project's name either", () => {
    expect(problemsOf({ projects: { "litellm-cli": project } })).toEqual([
      'projects.litellm-cli.alias: "litellm-cli" is what LiteLLM calls itself in its spend log; write another alias',
    ]);
  });
});

describe("the alias that a key gets when it is replaced", () => {
  it.each(["team-g1", "team-g2", "team-g12-3"])("is nobody else's: %s", (alias) => {
    const message = `"${alias}" is the alias that the key of projects.team gets when it is replaced; write another alias`;
    expect(problemsOf({ projects: { team: project, other: { ...project, alias } } })).toEqual([
      `projects.other.alias: ${message}`,
    ]);
    expect(problemsOf({ projects: { team: project }, pools: { general: { ...project, alias } } })).toEqual([
      `pools.general.alias: ${message}`,
    ]);
  });

  it.each(["other-g1", "team-g", "team-g0", "team-gpu", "team-g1-x"])("is not that of %s", (alias) => {
    expect(problemsOf({ projects: { team: project, other: { ...project, alias } } })).toEqual([]);
  });
});

it.each(["../x", "a/../b", "..", "a/..", "tab\tand", "two\nlines", "del\u007f", "line\u2028end"])(
  "no alias is %j, which LiteLLM refuses",
  (alias) => {
    expect(problemsOf({ projects: { team: { ...project, alias } } })).toEqual([
      expect.stringContaining("is not an alias; write one line of text without spaces around it"),
    ]);
  },
);

it.each([...STEERING_METADATA])("no metadata is named %s, which LiteLLM reads", (name) => {
  expect(problemsOf({ projects: { team: { ...project, metadata: { [name]: "1" } } } })).toEqual([
    `projects.team.metadata.${name} is a name that the gateway keeps to itself; choose another`,
  ]);
});

describe("a deployment's model", () => {
  const problemsOfModel = (model: string) =>
    problemsOf({ models: [{ ...minimal.models[0], model }] }).filter((line) => !line.includes("does not belong to"));

  it.each([
    ...[
      "gpt-4o",
      "openai/gpt-4o",
      "gemini/gemini-2.0-flash",
      "ft:gpt-4o:acme::7p4lURel",
      "vertex_ai/claude-3@20240229",
    ],
    ...["openrouter/meta-llama/llama-3:free", "bedrock/arn:aws:bedrock:eu-west-1:123:inference-profile/eu.x-v1:0"],
    ...["azure/my-deployment", "hosted_vllm/org/Model_7B-q4.1", "together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo"],
  ])("may be %s", (model) => {
    expect(problemsOfModel(model)).toEqual([]);
  });

  it("is not any model of any provider", () => {
    expect(problemsOfModel("*")).toEqual([
      'models[0].model: "*" would be any model of any provider; write one provider in front, such as openai/*',
    ]);
  });

  it.each([
    "openai/gpt-*",
    "huggingface/https://attacker.example",
    "vertex_ai/../../x",
    "a b",
    "openai//x",
    "/etc/passwd",
  ])("is no pattern, path or URL: %s", (model) => {
    expect(problemsOfModel(model)).toEqual([
      `models[0].model: "${model}" is not a model; write letters, digits and . _ : / @ + -, without a path or a URL, which belongs to apiBase`,
    ]);
  });

  it.each([
    "auto_router/complexity_router",
    "dotprompt/prompt",
    "langfuse/prompt",
    "bitbucket/x",
    "github_copilot/gpt-4o",
    // What answers for models without a key, which no setting can ask for.
    "gateway-mock/gpt-4o",
  ])("makes LiteLLM read or do nothing else: %s", (model) => {
    expect(problemsOfModel(model)[0]).toContain("does not begin with a provider that LiteLLM calls");
  });

  it("may have been mistyped", () => {
    expect(problemsOfModel("opneai/gpt-4o")).toEqual([
      'models[0].model: "opneai/gpt-4o" does not begin with a provider that LiteLLM calls; write one in front, such as openai/… or gemini/…; did you mean "openai"?',
    ]);
  });
});
