import { containing, CITY, citySchema, type ClientCase, createCase, PNG, QUESTION, WORD } from "./client-case.ts";

const path = "/v1/responses";
const tools = [{ type: "function", name: "look_up", description: "A city.", parameters: citySchema, strict: true }];
const called = { type: "function_call", name: "look_up", arguments: JSON.stringify(CITY) };
const calling = { type: "function_call", call_id: "call-1", name: "look_up", arguments: "{}" };
const found = { type: "function_call_output", call_id: "call-1", output: "Paris" };
const format = { type: "json_schema", name: "city", schema: citySchema, strict: true };
const pictures = [
  { type: "input_image", image_url: `data:image/png;base64,${PNG}`, detail: "low" },
  { type: "input_image", image_url: "https://example.com/picture.png", detail: "auto" },
];

/** The newer API of OpenAI's SDK. */
export const responsesCases: ClientCase[] = [
  createCase("responses", "every sampling parameter of a response", {
    ...{ instructions: "Be short.", temperature: 0.3, top_p: 0.9, max_output_tokens: 50, truncation: "auto" },
    ...{ top_logprobs: 2, include: ["message.output_text.logprobs"], max_tool_calls: 2, parallel_tool_calls: false },
  }),
  createCase("responses", "user, safety identifier, metadata and service tier of a response", {
    ...{ user: "user-1", safety_identifier: "hash-1", prompt_cache_key: "cache-1", service_tier: "flex" },
    ...{ metadata: { team: "research" }, store: false },
  }),
  createCase(
    "responses",
    "prompt cache retention",
    { prompt_cache_retention: "24h", prompt_cache_options: { mode: "explicit" } },
    { unknownTo: "previous Python" },
  ),
  createCase("responses", "reasoning in a response", {
    ...{ model: "gpt-5", reasoning: { effort: "low", summary: "auto" }, text: { verbosity: "low" } },
    ...{ include: ["reasoning.encrypted_content"], store: false },
  }),
  createCase(
    "responses",
    "a streamed response",
    { stream: true, stream_options: { include_obfuscation: false } },
    { answer: containing({ type: "response.output_text.delta", delta: WORD }, { type: "response.completed" }) },
  ),
  streamHelperCase("a streamed response by the SDK's helper", {}, { output_text: WORD }),
  createCase(
    "responses",
    "function calls of a response",
    { tools, tool_choice: "required" },
    { answer: { output: [called] } },
  ),
  streamHelperCase("function calls of a streamed response", { tools }, { output: [called] }),
  createCase("responses", "function results", {
    input: [{ role: "user", content: QUESTION }, calling, found],
    tools,
  }),
  createCase("responses", "a hosted web search", { tools: [{ type: "web_search", search_context_size: "low" }] }),
  createCase("responses", "a response about images", {
    input: [{ role: "user", content: [{ type: "input_text", text: "?" }, ...pictures] }],
  }),
  createCase(
    "responses",
    "a structured response by a JSON schema",
    { text: { format } },
    { answer: { output_text: JSON.stringify(CITY) } },
  ),
  {
    name: "a structured response parsed by the SDK",
    call: { method: "responses.parse", parameters: { model: "gpt-4o", input: QUESTION, text_format: "Capital" } },
    reached: { path, body: { text: { format: { type: "json_schema", name: "Capital", strict: true } } } },
    answer: { output_parsed: CITY },
  },
];

function streamHelperCase(name: string, parameters: Record<string, unknown>, answer: object): ClientCase {
  const body = { input: QUESTION, ...parameters };
  return {
    name,
    call: { method: "responses.stream", parameters: { model: "gpt-4o", ...body } },
    reached: { path, body: { ...body, stream: true } },
    answer,
  };
}
