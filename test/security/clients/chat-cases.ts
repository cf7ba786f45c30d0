import { containing, CITY, citySchema, type ClientCase, createCase, PNG, QUESTION, WORD } from "./client-case.ts";

const path = "/v1/chat/completions";
const asked = { role: "user", content: QUESTION };

const look_up = { name: "look_up", description: "A city.", parameters: citySchema };
const tools = [{ type: "function", function: { ...look_up, strict: true } }];
const call = { type: "function", function: { name: "look_up", arguments: JSON.stringify(CITY) } };
const calling = { role: "assistant", tool_calls: [{ id: "call-1", ...call }] };
const found = { role: "tool", tool_call_id: "call-1", content: "Paris" };

const json_schema = { name: "city", schema: citySchema, strict: true };
const pictures = [
  { type: "image_url", image_url: { url: `data:image/png;base64,${PNG}`, detail: "low" } },
  { type: "image_url", image_url: { url: "https://example.com/picture.png" } },
];

/** Chats of OpenAI's SDK with OpenAI's models. */
export const chatCases: ClientCase[] = [
  createCase("openai", "every sampling parameter of a chat", {
    ...{ temperature: 0.3, top_p: 0.9, presence_penalty: 0.1, frequency_penalty: 0.2, logit_bias: { "50256": -100 } },
    ...{ seed: 7, stop: ["END"], max_completion_tokens: 50, modalities: ["text"] },
    prediction: { type: "content", content: "Paris" },
  }),
  createCase("openai", "user, safety identifier, prompt cache key and service tier", {
    ...{ user: "user-1", safety_identifier: "hash-1", prompt_cache_key: "cache-1", service_tier: "flex", store: false },
  }),
  // LiteLLM takes it, and tells the provider nothing of it.
  createCase(
    "openai",
    "metadata, which stays at the gateway",
    { metadata: { team: "research" } },
    { reached: { path, body: {} } },
  ),
  createCase(
    "openai",
    "several choices with log probabilities",
    { n: 2, logprobs: true, top_logprobs: 1, max_tokens: 60 },
    { answer: { choices: [probable(0), probable(1)] } },
  ),
  createCase(
    "openai",
    "reasoning effort and verbosity",
    { model: "gpt-5", reasoning_effort: "low", verbosity: "low" },
    { answer: { usage: { completion_tokens_details: { reasoning_tokens: 1 } } } },
  ),
  createCase("openai", "a web search", { model: "searcher", web_search_options: { search_context_size: "low" } }),
  createCase(
    "openai",
    "a streamed chat",
    { stream: true, stream_options: { include_usage: true } },
    { answer: containing({ choices: [{ delta: { content: WORD } }] }, { usage: { total_tokens: 11 } }) },
  ),
  streamHelperCase("a streamed chat by the SDK's helper", {}, { content: WORD }),
  createCase(
    "openai",
    "tools",
    { tools, tool_choice: "required", parallel_tool_calls: false },
    { answer: { choices: [{ finish_reason: "tool_calls", message: { tool_calls: [call] } }] } },
  ),
  streamHelperCase("streamed tools", { tools }, { tool_calls: [call] }),
  createCase("openai", "tool results", { messages: [asked, calling, found], tools }),
  createCase("openai", "legacy functions", { functions: [look_up], function_call: "none" }),
  createCase("openai", "images", { messages: [{ role: "user", content: [{ type: "text", text: "?" }, ...pictures] }] }),
  createCase(
    "openai",
    "structured output by a JSON schema",
    { response_format: { type: "json_schema", json_schema } },
    { answer: { choices: [{ message: { content: JSON.stringify(CITY) } }] } },
  ),
  {
    name: "structured output parsed by the SDK",
    call: {
      method: "chat.completions.parse",
      parameters: { model: "gpt-4o", messages: [asked], response_format: "Capital" },
    },
    reached: {
      path,
      body: { response_format: { type: "json_schema", json_schema: { name: "Capital", strict: true } } },
    },
    answer: { choices: [{ message: { parsed: CITY } }] },
  },
  createCase("openai", "JSON mode", { response_format: { type: "json_object" } }),
];

function streamHelperCase(name: string, parameters: Record<string, unknown>, message: object): ClientCase {
  const body = { messages: [asked], ...parameters };
  return {
    name,
    call: { method: "chat.completions.stream", parameters: { model: "gpt-4o", ...body } },
    reached: { path, body: { ...body, stream: true } },
    answer: { choices: [{ message }] },
  };
}

function probable(index: number): object {
  const token = { token: WORD, logprob: -0.5 };
  return { index, message: { content: WORD }, logprobs: { content: [{ ...token, top_logprobs: [token] }] } };
}
