import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { anthropicCases } from "../security/clients/anthropic-cases.ts";
import { chatCases } from "../security/clients/chat-cases.ts";
import { claudeCodeCases } from "../security/clients/claude-code-cases.ts";
import { citySchema, type ClientCase, type Language, QUESTION } from "../security/clients/client-case.ts";
import { anthropicCrossedCases, openaiCrossedCases } from "../security/clients/crossed-cases.ts";
import { googleCases } from "../security/clients/google-cases.ts";
import { openaiCases } from "../security/clients/openai-cases.ts";
import { responsesCases } from "../security/clients/responses-cases.ts";
import type { SdkName } from "../security/clients/sdk.ts";
import { ANSWER, MockedGateway, modelOf, TEXTS, tokens, type Usage, type WithUsage } from "./mocked-gateway.ts";
import { ARGUMENTS, ENDLESS, LONG } from "./tool-arguments.ts";

/** All that the tests of clients do with a provider behind the gateway. */
const CASES = {
  openai: [...chatCases, ...openaiCases, ...responsesCases, ...openaiCrossedCases],
  anthropic: [...anthropicCases, ...anthropicCrossedCases],
  google: googleCases,
};
const SDKS: { sdk: SdkName; language: Language }[] = [
  { sdk: "openai", language: "Python" },
  { sdk: "openai", language: "TypeScript" },
  { sdk: "anthropic", language: "Python" },
  { sdk: "anthropic", language: "TypeScript" },
  { sdk: "google", language: "Python" },
];

let gateway: MockedGateway;

beforeAll(async () => {
  gateway = await MockedGateway.start(["openai", "anthropic", "google", "claude-code"], SDKS);
});

afterAll(() => gateway.delete());

const messages = [{ role: "user", content: QUESTION }];

describe("what a mock answer costs", () => {
  it.for([
    // Nothing before it may have been a chat.
    ["/v1/messages", { model: "listed-claude", messages, max_tokens: 50 }, 1, 5],
    ["/v1/messages", { model: "listed-gpt", messages, max_tokens: 50 }, 2, 8],
    ["/v1/responses", { model: "listed-gpt", input: QUESTION }, 2, 8],
    ["/v1/responses", { model: "codex", input: QUESTION }, 1.25, 10],
    ["/v1/chat/completions", { model: "listed-claude", messages }, 1, 5],
    ["/v1/chat/completions", { model: "codex", messages }, 1.25, 10],
    ["/v1/embeddings", { model: "listed-embedder", input: ["one", "two"] }, 0.13, 0],
  ] as const)(
    "is LiteLLM's price of its tokens, from the first request on: %s",
    async ([path, body, input, output]) => {
      const { cost, body: answer } = await gateway.post(path, body);
      const { asked, answered } = tokens(answer.usage);
      expect(asked).toBeGreaterThan(0);
      expect(cost).toBeCloseTo((asked * input + answered * output) / 1e6, 10);
    },
  );

  it("is the price of the settings, where they say one", async () => {
    const body = { model: "claude-sonnet", messages, max_tokens: 50 };
    const { cost, body: answer } = await gateway.post("/v1/messages", body, "anthropic");
    const { asked, answered } = tokens(answer.usage);
    expect(asked).toBeGreaterThan(0);
    expect(cost).toBeCloseTo((asked * 3 + answered * 15) / 1e6, 10);
  });

  it("is that of a picture", async () => {
    const { cost, body } = await gateway.post("/v1/images/generations", {
      model: "painter",
      prompt: "A cat",
    });
    expect(cost).toBeGreaterThan(0.01);
    expect(body.data).toMatchObject([{ b64_json: expect.stringMatching(/^iVBORw0KGgo/) as string }]);
  });
});

describe.each(SDKS)("$sdk's SDK for $language", ({ sdk, language }) => {
  const cases = CASES[sdk].filter(({ unknownTo }) => unknownTo !== language);

  it.for(cases)("gets an answer to $name", async ({ call: made }: ClientCase) => {
    expect(await gateway.call(sdk, language, made)).toBeTruthy();
  });
});

describe.each(["Python", "TypeScript"] as const)("the SDKs for %s", (language) => {
  const chat = { model: "gpt-4o", messages };
  const message = { model: "claude-sonnet", messages, max_tokens: 100 };
  const response = { model: "gpt-4o", input: QUESTION };
  const tools = [{ type: "function", function: { name: "look_up", parameters: citySchema } }];
  const tool = { name: "look_up", input_schema: citySchema };
  const called = { city: "mock", inhabitants: 0 };
  const ask = <Answer>(sdk: SdkName, method: string, parameters: Record<string, unknown>) =>
    gateway.ask<Answer>(sdk, language, method, parameters);

  it("count the same tokens of a message, streamed or not, and before it is sent", async () => {
    const { usage } = await ask<WithUsage>("anthropic", "messages.create", message);
    const { usage: streamed } = await ask<WithUsage>("anthropic", "messages.stream", message);
    const counted = await ask<Usage>("anthropic", "messages.count_tokens", { model: "claude-sonnet", messages });
    expect(tokens(streamed)).toEqual(tokens(usage));
    expect(counted.input_tokens).toBe(usage.input_tokens);
  });

  it("count the tokens of a chat's own texts, streamed or not", async () => {
    const create = <Answer>(more: object) => ask<Answer>("openai", "chat.completions.create", { ...chat, ...more });
    const { usage } = await create<WithUsage>({});
    const long = await create<WithUsage>({ messages: [{ role: "user", content: QUESTION.repeat(10) }] });
    const chunks = await create<WithUsage[]>({ stream: true, stream_options: { include_usage: true } });
    expect(tokens(chunks.at(-1)?.usage ?? {})).toEqual(tokens(usage));
    expect(tokens(long.usage).asked).toBeGreaterThan(tokens(usage).asked * 4);
    expect(tokens(long.usage).answered).toBe(tokens(usage).answered);
  });

  it("get an id of its own for each answer", async () => {
    const ids = [];
    for (const way of ["create", "stream", "create", "stream"]) {
      if (way === "create") ids.push((await ask<WithUsage>("openai", "chat.completions.create", chat)).id);
      ids.push((await ask<WithUsage>("openai", `responses.${way}`, response)).id);
      ids.push((await ask<WithUsage>("anthropic", `messages.${way}`, message)).id);
    }
    expect(new Set(ids).size).toBe(10);
  });

  it.each(["create", "stream"])("get a call of the function that a request wants called: %s", async (way) => {
    for (const tool_choice of ["required", { type: "function", function: { name: "look_up" } }]) {
      const made = { function: { name: "look_up", arguments: JSON.stringify(called) } };
      expect(await ask("openai", `chat.completions.${way}`, { ...chat, tools, tool_choice })).toMatchObject({
        choices: [{ finish_reason: "tool_calls", message: { tool_calls: [made] } }],
      });
    }
    for (const tool_choice of [{ type: "any" }, { type: "tool", name: "look_up" }]) {
      expect(await ask("anthropic", `messages.${way}`, { ...message, tools: [tool], tool_choice })).toMatchObject({
        ...{ stop_reason: "tool_use", content: [{ name: "look_up", input: called }] },
      });
    }
    const own = { tools: [{ type: "function", name: "look_up", parameters: citySchema, strict: true }] };
    for (const tool_choice of ["required", { type: "function", name: "look_up" }]) {
      expect(await ask("openai", `responses.${way}`, { ...response, ...own, tool_choice })).toMatchObject({
        output: [{ type: "function_call", name: "look_up", arguments: JSON.stringify(called) }],
      });
    }
  });

  it("get the text where a request only offers tools", async () => {
    expect(await ask("openai", "chat.completions.create", { ...chat, tools, tool_choice: "auto" })).toMatchObject({
      choices: [{ finish_reason: "stop", message: { content: ANSWER } }],
    });
    expect(await ask("anthropic", "messages.stream", { ...message, tools: [tool] })).toMatchObject({
      ...{ stop_reason: "end_turn", content: [{ type: "text", text: ANSWER }] },
    });
  });

  it("get the same vector for the same text, as long as it is wanted", async () => {
    const vectors = async (input: string[], more: object = {}) => {
      const made = { model: "embedder", input, ...more };
      const { data } = await ask<{ data: { embedding: number[] }[] }>("openai", "embeddings.create", made);
      return data.map(({ embedding }) => embedding);
    };
    // Which the SDKs ask for in base64, with fewer digits.
    const [one = [], two, again] = await vectors(["one", "two", "one"]);
    const [float = []] = await vectors(["one"], { encoding_format: "float" });
    const [short = []] = await vectors(["one"], { dimensions: 3 });
    expect([one.length, float.length, short.length]).toEqual([1536, 1536, 3]);
    expect(again).toEqual(one);
    expect(two).not.toEqual(one);
    expect(Math.hypot(...one)).toBeCloseTo(1, 5);
    for (const [index, number] of float.entries()) expect(number).toBeCloseTo(one[index] ?? NaN, 6);
  });

  it("go on after a response", async () => {
    const { id } = await ask<WithUsage>("openai", "responses.create", response);
    expect(await ask("openai", "responses.create", { ...response, previous_response_id: id })).toMatchObject({
      output_text: ANSWER,
    });
  });
});

describe("the text of the settings", () => {
  it.each(TEXTS.map((text) => [text.slice(0, 30), text]))("comes back as it is: %j", async (_, text = "") => {
    const model = modelOf(text);
    const ask = (sdk: SdkName, method: string, parameters: object) =>
      gateway.ask<object>(sdk, "TypeScript", method, { model, ...parameters }, "own");
    for (const way of ["create", "stream"]) {
      expect(await ask("openai", `chat.completions.${way}`, { messages })).toMatchObject({
        choices: [{ message: { content: text } }],
      });
      expect(await ask("anthropic", `messages.${way}`, { messages, max_tokens: 100 })).toMatchObject({
        content: [{ type: "text", text }],
      });
      expect(await ask("openai", `responses.${way}`, { input: QUESTION })).toMatchObject({
        output: [{ content: [{ type: "output_text", text }] }],
      });
    }
  });
});

it.each(ARGUMENTS)(
  "a mock model calls a function with arguments as its schema wants them: $name",
  async ({ parameters, wanted }) => {
    const tools = [{ type: "function", function: { name: "look_up", ...(parameters && { parameters }) } }];
    const { status, body } = await gateway.post("/v1/chat/completions", {
      ...{ model: "listed-gpt", messages, tools, tool_choice: "required" },
    });
    expect(status).toBe(200);
    expect(JSON.parse(body.choices[0]?.message.tool_calls[0]?.function.arguments ?? "")).toEqual(wanted);
  },
);

const calling = (parameters: object) => ({
  ...{ tools: [{ type: "function", function: { name: "look_up", parameters } }], tool_choice: "required" },
});

it.for([
  ["/v1/chat/completions", 200, { model: "listed-gpt", messages, ...calling([]) }],
  ["/v1/chat/completions", 200, { model: "listed-gpt", messages, ...calling(ENDLESS) }],
  ["/v1/chat/completions", 200, { model: "listed-gpt", messages, ...calling(LONG) }],
  ["/v1/chat/completions", 400, { model: "listed-gpt", messages, n: 10_000_000 }],
  ["/v1/embeddings", 400, { model: "listed-embedder", input: "one", dimensions: 1_000_000_000 }],
  ["/v1/embeddings", 400, { model: "listed-embedder", input: 5 }],
] as const)("a mock model bears what no provider would take, and goes on: %s %d %j", async ([path, status, body]) => {
  for (let attempt = 0; attempt < 5; attempt++) expect((await gateway.post(path, body)).status).toBe(status);
  const next = await gateway.post("/v1/chat/completions", { model: "listed-gpt", messages });
  expect(next.status).toBe(200);
});

it("a mock model fetches no picture that a request names", async () => {
  const url = `${gateway.clients.attacked.provider.url}/picture.png`;
  const content = [
    { type: "text", text: "?" },
    { type: "image_url", image_url: { url } },
  ];
  const { result, received } = await gateway.clients.during(() =>
    gateway.post("/v1/chat/completions", { model: "listed-gpt", messages: [{ role: "user", content }] }),
  );
  expect(result.status).toBe(200);
  expect(received).toEqual([]);
});

describe("Claude Code", () => {
  it.for(claudeCodeCases)("gets an answer to $name", async ({ request: { path, headers, body = {} } }) => {
    const { url, key } = gateway.clients.credentials("claude-code");
    const authorization = `Bearer ${key}`;
    const { result, received } = await gateway.clients.during(async () => {
      const response = await fetch(url + path, {
        ...{ method: "POST", headers: { ...headers, authorization }, body: JSON.stringify(body) },
      });
      return { status: response.status, text: await response.text() };
    });
    expect(result).toMatchObject({ status: 200 });
    if ("stream" in body) expect(result.text).toContain("event: message_stop");
    expect(received).toEqual([]);
  });
});

describe("whoever holds a key", () => {
  it.for([
    ["a mock model by LiteLLM's name", 403, { model: "gateway-mock/gpt-4o" }],
    ["a mock model of its own", 403, { model: "gateway-mock/free" }],
    ["the provider of mock answers", 400, { custom_llm_provider: "gateway-mock" }],
    ["its own answer", 400, { model_info: { mock_answer: "free" } }],
    ["another price", 400, { base_model: "free" }],
    ["LiteLLM's mock answer", 400, { mock_response: "free" }],
    ["a mock model as fallback", 400, { fallbacks: [{ model: "gateway-mock/free" }] }],
    ["it by metadata", 400, { metadata: { model_info: "x" } }],
  ] as const)("can't choose %s", async ([, status, choice]) => {
    for (const path of ["/v1/chat/completions", "/v1/messages"]) {
      const { status: answered } = await gateway.post(path, {
        model: "listed-gpt",
        messages,
        max_tokens: 5,
        ...choice,
      });
      expect({ path, answered }).toEqual({ path, answered: status });
    }
  });

  it("sees models with the facts of those that they stand for", async () => {
    const { text } = await gateway.clients.attacked.send("/v1/model/info", {
      key: gateway.clients.attacked.keys["own"],
    });
    const { data } = JSON.parse(text) as { data: { model_name: string; model_info: object }[] };
    const info = (name: string) => data.find(({ model_name }) => model_name === name)?.model_info;
    expect(info("listed-gpt")).toMatchObject({ litellm_provider: "openai", mode: "chat", input_cost_per_token: 2e-6 });
    expect(info("listed-claude")).toMatchObject({ litellm_provider: "anthropic", output_cost_per_token: 5e-6 });
  });
});

/** What LiteLLM logs of refused requests, and wherever it translates Google's API for another provider. */
const EXPECTED_ERRORS =
  /is not available for this API key|is not what the model's API wants|Google GenAI Generate Content: httpx_response is None/;

it("each answer of a mock model is charged once, and logs no error", async () => {
  const { answered, attacked } = gateway.clients;
  expect(answered.length).toBeGreaterThan(150);
  const requests = (key: string) => answered.filter(({ headers }) => JSON.stringify(headers).includes(key)).length;
  const charges = async (key: string) => (await attacked.charges(key)).filter(({ spend }) => spend > 0).length;
  const keys = Object.entries(attacked.keys);
  const wanted = Object.fromEntries(keys.map(([project, key]) => [project, requests(key)]));
  // LiteLLM writes them some seconds after its answers.
  const written = async () =>
    Object.fromEntries(await Promise.all(keys.map(async ([project, key]) => [project, await charges(key)] as const)));
  await expect.poll(written, { timeout: 90_000, interval: 1000 }).toEqual(wanted);
  const errors = (await attacked.log()).split("\n").filter((line) => line.includes('"ERROR"'));
  expect(errors.filter((line) => !EXPECTED_ERRORS.test(line))).toEqual([]);
});
