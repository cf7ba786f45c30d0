import { containing, CITY, citySchema, type ClientCase, createCase, PNG, QUESTION, WORD } from "./client-case.ts";

const path = "/v1/messages";
const asked = { role: "user", content: QUESTION };
const tool = { name: "look_up", description: "A city.", input_schema: citySchema };
const used = { type: "tool_use", name: "look_up", input: CITY };
const using = { role: "assistant", content: [{ ...used, id: "toolu_1" }] };
const found = { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1", content: "Paris" }] };
const cache_control = { type: "ephemeral" };
const thought = { type: "thinking", thinking: "A thought.", signature: "c2lnbmVk" };
const thinking = { type: "enabled", budget_tokens: 1024 };
const context_management = { edits: [{ type: "clear_tool_uses_20250919" }] };

/** Anthropic's SDK with Anthropic's models. */
export const anthropicCases: ClientCase[] = [
  createCase("anthropic", "system prompt, stop sequences and user id", {
    ...{ system: "Be short.", stop_sequences: ["END"], metadata: { user_id: "user-1" } },
  }),
  createCase("anthropic", "temperature and top_k", { temperature: 0.3, top_k: 5 }, { unknownTo: "Python" }),
  createCase("anthropic", "top_p", { top_p: 0.9 }, { unknownTo: "Python" }),
  createCase(
    "anthropic",
    "a streamed message",
    { stream: true },
    { answer: containing({ type: "content_block_delta", delta: { text: WORD } }, { type: "message_stop" }) },
  ),
  streamHelperCase("a streamed message by the SDK's helper", {}, [{ type: "text", text: WORD }]),
  createCase(
    "anthropic",
    "tools",
    { tools: [tool], tool_choice: { type: "any", disable_parallel_tool_use: true } },
    { answer: { stop_reason: "tool_use", content: [used] } },
  ),
  streamHelperCase(
    "streamed tools",
    { tools: [{ ...tool, eager_input_streaming: true }], tool_choice: { type: "tool", name: "look_up" } },
    [used],
  ),
  createCase("anthropic", "tool results", { messages: [asked, using, found], tools: [tool] }),
  createCase("anthropic", "a server tool", {
    tools: [{ type: "web_search_20250305", name: "web_search", max_uses: 1 }],
  }),
  createCase("anthropic", "images and a document", {
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "What is it?" },
          { type: "image", source: { type: "base64", media_type: "image/png", data: PNG } },
          { type: "image", source: { type: "url", url: "https://example.com/picture.png" } },
          {
            ...{ type: "document", source: { type: "text", media_type: "text/plain", data: "A text." } },
            citations: { enabled: true },
          },
        ],
      },
    ],
  }),
  createCase(
    "anthropic",
    "prompt caching of system prompt, tools and messages",
    {
      system: [{ type: "text", text: "Be short.", cache_control }],
      tools: [{ ...tool, cache_control }],
      tool_choice: { type: "none" },
      messages: [
        { role: "user", content: [{ type: "text", text: QUESTION, cache_control: { ...cache_control, ttl: "1h" } }] },
      ],
    },
    { answer: { usage: { cache_read_input_tokens: 4, cache_creation_input_tokens: 4 } } },
  ),
  createCase(
    "anthropic",
    "automatic prompt caching",
    { cache_control },
    { answer: { usage: { cache_read_input_tokens: 4, cache_creation_input_tokens: 4 } } },
  ),
  createCase(
    "anthropic",
    "extended thinking",
    { thinking, max_tokens: 2000 },
    { answer: { content: [thought, { type: "text", text: WORD }] } },
  ),
  streamHelperCase(
    "streamed thinking after an earlier thought",
    {
      ...{ thinking, max_tokens: 2000 },
      messages: [asked, { role: "assistant", content: [thought, { type: "text", text: "Paris" }] }, asked],
    },
    [thought, { type: "text", text: WORD }],
  ),
  createCase(
    "anthropic",
    "adaptive thinking and effort",
    {
      ...{ model: "claude-opus", thinking: { type: "adaptive" }, output_config: { effort: "low" } },
    },
    { answer: { content: [thought, { type: "text", text: WORD }] } },
  ),
  {
    name: "structured output parsed by the SDK",
    call: {
      method: "messages.parse",
      parameters: { model: "claude-sonnet", max_tokens: 100, messages: [asked], output_format: "Capital" },
    },
    reached: { path, body: { output_config: { format: { type: "json_schema" } } } },
    answer: { parsed_output: CITY },
  },
  {
    name: "a token count",
    call: {
      method: "messages.count_tokens",
      parameters: { model: "claude-sonnet", messages: [asked], system: "Be short.", tools: [tool] },
    },
    reached: { path: "/v1/messages/count_tokens", body: { messages: [asked], system: "Be short.", tools: [tool] } },
    answer: { input_tokens: 9 },
  },
  {
    ...createCase("anthropic", "beta features", { context_management }),
    call: {
      method: "beta.messages.create",
      parameters: {
        ...{ model: "claude-sonnet", max_tokens: 100, messages: [asked], context_management },
        betas: ["context-management-2025-06-27", "context-1m-2025-08-07"],
      },
    },
  },
  { name: "the list of models", call: { method: "models.list" }, answer: containing({ id: "claude-sonnet" }) },
];

function streamHelperCase(name: string, parameters: Record<string, unknown>, content: object[]): ClientCase {
  const body = { messages: [asked], max_tokens: 100, ...parameters };
  return {
    name,
    call: { method: "messages.stream", parameters: { model: "claude-sonnet", ...body } },
    reached: { path, body: { ...body, stream: true } },
    answer: { content, usage: { input_tokens: 9, output_tokens: 2 } },
  };
}
