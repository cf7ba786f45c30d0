/**
 * The requests of Claude Code as its release 2.1.332 sends them: recorded from it, with every name in the bodies and headers,
 * while the texts and tools are shorter ones.
 */
export interface ClaudeCodeRequest {
  method: "GET" | "HEAD" | "POST";
  path: string;
  headers: Record<string, string>;
  body?: Record<string, unknown>;
}

/** What each of its requests asks for. */
export const BETAS = ["claude-code-20250219", "interleaved-thinking-2025-05-14", "context-management-2025-06-27"];

export const SESSION = "700ca6ec-b1b3-4593-9e95-fd434ee54a02";

/** Whose session it is, which Claude Code writes as a text. */
export const USER = JSON.stringify({ device_id: "599631eae80e9a4a", account_uuid: "", session_id: SESSION });

const AGENT = "claude-cli/2.1.332 (external, sdk-cli)";
const VERSION = { "anthropic-version": "2023-06-01" };
const cache_control = { type: "ephemeral" };

const system = [
  { type: "text", text: "x-anthropic-billing-header: cc_version=2.1.332.1c9; cc_entrypoint=sdk-cli;" },
  { type: "text", text: "You are a Claude agent.", cache_control },
  { type: "text", text: "You work with the user toward their goals.", cache_control },
];

const asked = {
  role: "user",
  content: [
    { type: "text", text: "<system-reminder>\nWhat to remember.\n</system-reminder>" },
    { type: "text", text: "Say hello" },
  ],
};
const environment = "# Environment\nYou have been invoked in the following environment: …";

const command = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  properties: { command: { type: "string" }, description: { type: "string" } },
  required: ["command"],
  additionalProperties: false,
};
const tools = [
  { name: "Bash", description: "Runs a command.", input_schema: command },
  {
    ...{ name: "DeferredToolPlaceholder", description: "Never call this.", defer_loading: true },
    input_schema: { type: "object", properties: {} },
  },
];

/** A turn of a session. */
export function turn(model: string): ClaudeCodeRequest {
  return message(model, [asked, { role: "system", content: [{ type: "text", text: environment, cache_control }] }]);
}

/** The next turn, with what a tool gave. */
export function nextTurn(model: string): ClaudeCodeRequest {
  const use = { type: "tool_use", id: "toolu_01", name: "Bash", input: { command: "echo hi" } };
  const result = { type: "tool_result", tool_use_id: "toolu_01", content: "hi", is_error: false, cache_control };
  return message(model, [
    ...[asked, { role: "system", content: environment }],
    ...[
      { role: "assistant", content: [use] },
      { role: "user", content: [result] },
    ],
  ]);
}

/** A turn of an agent that a session started, with a model that thinks by a budget. */
export function agentTurn(model: string): ClaudeCodeRequest {
  const thinking = { budget_tokens: 31_999, type: "enabled", display: "omitted" };
  const { headers, ...rest } = message(model, [asked], { thinking, output_config: undefined });
  return { ...rest, headers: { ...headers, "x-claude-code-agent-id": "ae9f6116c1f442fe7" } };
}

/** The question for the title of a session. */
export function title(model: string): ClaudeCodeRequest {
  const schema = {
    ...{ type: "object", properties: { title: { type: "string" } } },
    ...{ required: ["title"], additionalProperties: false },
  };
  return message(
    model,
    [{ role: "user", content: [{ type: "text", text: "<session>\nFix the bug\n</session>" }] }],
    {
      ...{ tools: [], thinking: { type: "disabled" }, context_management: undefined, temperature: 1 },
      output_config: { format: { type: "json_schema", schema } },
    },
    "structured-outputs-2025-12-15",
  );
}

/** What its WebSearch tool sends: the provider's own tool. */
export function search(model: string): ClaudeCodeRequest {
  return message(model, [{ role: "user", content: "Perform a web search" }], {
    ...{ tools: [{ type: "web_search_20250305", name: "web_search", max_uses: 8 }], output_config: undefined },
    thinking: { type: "disabled" },
  });
}

/** How it counts the tokens of a context. */
export function count(model: string): ClaudeCodeRequest {
  const path = "/v1/messages/count_tokens?beta=true";
  const body = { model, messages: [asked], tools };
  return { method: "POST", path, headers: headers([...BETAS, "token-counting-2024-11-01"]), body };
}

/** How earlier releases probed a key. */
export function probe(model: string): ClaudeCodeRequest {
  const body = { model, max_tokens: 1, messages: [{ role: "user", content: "quota" }], metadata: { user_id: USER } };
  return { method: "POST", path: "/v1/messages?beta=true", headers: headers(BETAS), body };
}

/** How it finds a gateway's models, where CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY is set. */
export const models: ClaudeCodeRequest = {
  method: "GET",
  path: "/v1/models?limit=1000",
  headers: { ...VERSION, "user-agent": AGENT },
};

/** What it sends before all else, without a key, to open the connection. */
export const hello: ClaudeCodeRequest = { method: "HEAD", path: "/api/hello", headers: { "user-agent": "Bun/1.4.6" } };

function message(
  model: string,
  messages: object[],
  change: Record<string, unknown> = {},
  ...betas: string[]
): ClaudeCodeRequest {
  const more = betas.length > 0 ? betas : ["advanced-tool-use-2025-11-20", "effort-2025-11-24"];
  const body = {
    ...{ model, messages, system, tools, metadata: { user_id: USER }, max_tokens: 32_000, stream: true },
    thinking: { type: "adaptive", display: "omitted" },
    context_management: { edits: [{ type: "clear_thinking_20251015", keep: "all" }] },
    output_config: { effort: "high" },
    ...change,
  };
  return { method: "POST", path: "/v1/messages?beta=true", headers: headers([...BETAS, ...more]), body };
}

function headers(betas: string[]): Record<string, string> {
  return {
    ...{ ...VERSION, "anthropic-beta": betas.join(","), "anthropic-dangerous-direct-browser-access": "true" },
    ...{ accept: "application/json", "content-type": "application/json", "user-agent": AGENT },
    ...{ "x-app": "cli", "x-claude-code-session-id": SESSION },
    ...{ "x-stainless-lang": "js", "x-stainless-os": "Linux", "x-stainless-arch": "x64" },
    ...{ "x-stainless-package-version": "0.128.0", "x-stainless-retry-count": "0", "x-stainless-timeout": "600" },
    ...{ "x-stainless-runtime": "node", "x-stainless-runtime-version": "v26.12.1" },
  };
}
