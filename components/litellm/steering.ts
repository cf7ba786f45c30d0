/**
 * Names that are part of a public API and that LiteLLM takes for instructions of its own all the same, with what it would
 * do: no request may hold them.
 */
export const STEERING_PARAMETERS: Record<string, string> = {
  fallbacks: "names models, with keys and hosts of their own, that LiteLLM calls when the first one fails",
};

/** Beginnings of headers with which LiteLLM is told what to do: refused, where other unknown headers are left out. */
export const STEERING_HEADERS = ["x-litellm-", "x-pass-", "x-mcp-", "llm_provider-", "langfuse_"];

/** Names in a request's `metadata` that LiteLLM takes for its own. */
export const STEERING_METADATA = ["tags", "guardrails", "model_group", "model_info", "previous_models"];
