import { expect } from "vitest";

import { CITY, citySchema, type ClientCase, createCase, QUESTION, WORD } from "./client-case.ts";

const asked = { role: "user", content: QUESTION };
const chatTools = [{ type: "function", function: { name: "look_up", description: "A city.", parameters: citySchema } }];
/** LiteLLM writes it with blanks. */
const chatCall = {
  type: "function",
  function: { name: "look_up", arguments: expect.stringMatching(/"city": ?"Recorded\."/) as string },
};
const tool = { name: "look_up", description: "A city.", input_schema: citySchema };
const cached = { type: "text", text: "Be short.", cache_control: { type: "ephemeral" } };

/** OpenAI's SDK with the models of others, which is what most people have the gateway for. */
export const openaiCrossedCases: ClientCase[] = [
  createCase(
    "openai",
    "a chat with Claude and prompt caching",
    {
      ...{ model: "claude-sonnet", temperature: 0.3, max_tokens: 50, stop: ["END"], user: "user-1" },
      messages: [{ role: "system", content: [cached] }, asked],
    },
    {
      reached: {
        path: "/v1/messages",
        body: { temperature: 0.3, max_tokens: 50, stop_sequences: ["END"], system: [cached] },
      },
      answer: { usage: { prompt_tokens_details: { cached_tokens: 4 } } },
    },
  ),
  createCase(
    "openai",
    "tools of Claude",
    { model: "claude-sonnet", tools: chatTools, tool_choice: "required" },
    {
      reached: {
        path: "/v1/messages",
        body: { tools: [{ name: "look_up", input_schema: citySchema }], tool_choice: { type: "any" } },
      },
      answer: { choices: [{ message: { tool_calls: [chatCall] } }] },
    },
  ),
  createCase(
    "openai",
    "reasoning of Claude",
    { model: "claude-sonnet", reasoning_effort: "low", max_completion_tokens: 4000 },
    {
      reached: { path: "/v1/messages", body: { thinking: { type: "enabled" }, max_tokens: 4000 } },
      answer: { choices: [{ message: { content: WORD, reasoning_content: "A thought." } }] },
    },
  ),
  createCase(
    "openai",
    "a chat with Gemini",
    { model: "gemini-flash", temperature: 0.3, max_tokens: 50, stop: ["END"], tools: chatTools },
    {
      reached: {
        path: "/models/gemini-2.5-flash:generateContent",
        body: { generationConfig: { temperature: 0.3, max_output_tokens: 50, stop_sequences: ["END"] } },
      },
      answer: { choices: [{ message: { tool_calls: [chatCall] } }] },
    },
  ),
];

/** Anthropic's SDK with a model of OpenAI's: so does Claude Code, when a team prefers one. */
export const anthropicCrossedCases: ClientCase[] = [
  createCase(
    "anthropic",
    "a message to GPT",
    { model: "gpt-4o", system: "Be short.", metadata: { user_id: "user-1" } },
    {
      reached: {
        path: "/v1/responses",
        body: { model: "gpt-4o", instructions: "Be short.", max_output_tokens: 100, user: "user-1" },
      },
      answer: { content: [{ type: "text", text: WORD }], usage: { input_tokens: 5, cache_read_input_tokens: 4 } },
    },
  ),
  {
    name: "streamed tools of GPT",
    call: {
      method: "messages.stream",
      parameters: { model: "gpt-4o", max_tokens: 100, messages: [asked], tools: [tool], tool_choice: { type: "any" } },
    },
    reached: {
      path: "/v1/responses",
      body: { tools: [{ type: "function", name: "look_up" }], tool_choice: "required", stream: true },
    },
    answer: { stop_reason: "tool_use", content: [{ type: "tool_use", name: "look_up", input: CITY }] },
  },
];
