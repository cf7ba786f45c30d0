import { expect } from "vitest";

import {
  agentTurn,
  BETAS,
  type ClaudeCodeRequest,
  count,
  nextTurn,
  probe,
  search,
  SESSION,
  title,
  turn,
  USER,
} from "./claude-code.ts";

/** A request of Claude Code, what of it must reach the provider, and what must be in the answer. */
export interface ClaudeCodeCase {
  name: string;
  request: ClaudeCodeRequest;
  reached: { path: string; body: object };
  /** At least these. */
  betas: string[];
  answer: string;
}

export const claudeCodeCases: ClaudeCodeCase[] = [
  claudeCase("a turn", turn("claude-opus"), '"name":"Bash"'),
  claudeCase("the turn after a tool's", nextTurn("claude-opus"), '"stop_reason":"end_turn"'),
  claudeCase("a turn of an agent", agentTurn("claude-sonnet"), '"name":"Bash"'),
  claudeCase("the title of a session", title("claude-sonnet"), String.raw`{\"title\":\"Recorded.\"}`),
  claudeCase("a web search", search("claude-sonnet"), "Recorded."),
  claudeCase("the key probe of earlier releases", probe("claude-sonnet"), "Recorded."),
  {
    ...claudeCase("a token count", count("claude-sonnet"), '"input_tokens":9'),
    // LiteLLM keeps those that count_tokens doesn't know from the provider.
    betas: ["token-counting-2024-11-01"],
  },
  gptCase("a turn", turn("gpt-4o"), { tools: [{ type: "function", name: "Bash" }, {}], stream: true }, '"Bash"'),
  gptCase(
    "the turn after a tool's",
    nextTurn("gpt-5"),
    { reasoning: { effort: "high" }, input: [{}, {}, { type: "function_call" }, { type: "function_call_output" }] },
    "Recorded.",
  ),
  gptCase(
    "the title of a session",
    title("gpt-4o"),
    { text: { format: { type: "json_schema" } }, temperature: 1 },
    String.raw`{\"title\":\"Recorded.\"}`,
  ),
];

/** All that it sends reaches Claude. */
function claudeCase(name: string, { path, ...request }: ClaudeCodeRequest, answer: string): ClaudeCodeCase {
  const sent = JSON.parse(JSON.stringify(request.body)) as object;
  const body = { ...sent, model: expect.stringMatching(/^claude-\w+-\d-\d$/) as string };
  const reached = { path: path.replace("?beta=true", ""), body };
  return { name: `${name} of Claude`, request: { path, ...request }, reached, betas: BETAS, answer };
}

/** A model of OpenAI's gets it in OpenAI's form. */
function gptCase(name: string, request: ClaudeCodeRequest, body: object, answer: string): ClaudeCodeCase {
  const all = { max_output_tokens: 32_000, prompt_cache_key: SESSION, user: USER.slice(0, 64), ...body };
  return { name: `${name} of GPT`, request, reached: { path: "/v1/responses", body: all }, betas: [], answer };
}
