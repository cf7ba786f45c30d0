import type { ApiFamily } from "../../config/schema/routes.ts";
import steering from "../../config/litellm/steering.json" with { type: "json" };

/**
 * Names that are part of a public API and that LiteLLM takes for instructions of its own all the same, with what it would
 * do: no request may hold them.
 */
export const STEERING_PARAMETERS: Record<string, string> = {
  fallbacks: "names models, with keys and hosts of their own, that LiteLLM calls when the first one fails",
};

/**
 * Names of single APIs with which a provider is paid for what LiteLLM charges nobody, so that no budget would limit it: no
 * request of that API may hold them.
 */
export const UNCHARGED_PARAMETERS: Partial<Record<ApiFamily, Record<string, string>>> = {
  responses: {
    background_options: "goes with `background`, which answers before any token is counted",
  },
  images: {
    stream: "LiteLLM fails on the provider's stream of images, whose end says what they cost",
    partial_images: "goes with `stream`",
  },
  image_edits: {
    stream: "LiteLLM fails on the provider's stream of images, whose end says what they cost",
    partial_images: "goes with `stream`",
  },
};

/** Beginnings of headers with which LiteLLM is told what to do: refused, where other unknown headers are left out. */
export const STEERING_HEADERS = ["x-litellm-", "x-pass-", "x-mcp-", "llm_provider-", "langfuse_"];

/** Names of clients' own that LiteLLM reads as well, from other metadata or to log them: as texts they steer nothing. */
const ORDINARY_METADATA = new Set([
  ...["app_name", "character", "code", "content", "conversation_id", "cost_center", "description", "display_name"],
  ...["error", "error_message", "error_type", "filename", "file_name", "id", "input", "interaction", "label", "list"],
  ...["local", "login_method", "messages", "model", "name", "output", "project_id", "project_name", "prompt"],
  ...["provider"],
  ...["region", "request_id", "result", "revision", "run_id", "run_name", "search", "session_id", "span_id", "step_id"],
  ...["table_name", "team", "tenant_id", "thread_id", "title", "trace_id", "uri", "usage", "user", "user_email"],
  ...["user_id", "version"],
]);

/**
 * Names in a request's `metadata` that LiteLLM takes for its own. Some are worth money even as texts: with
 * `mcp_tool_call_metadata` or `vector_store_request_metadata`, LiteLLM fails to log a request, and charges nobody.
 */
export const STEERING_REQUEST_METADATA = steering.metadata.filter((name) => !ORDINARY_METADATA.has(name));
