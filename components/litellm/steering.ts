import type { ApiFamily } from "../../config/routes.ts";

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
    background: "answers before any token is counted; a later request with `previous_response_id` reads the rest",
    background_options: "goes with `background`",
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

/** Names in a request's `metadata` that LiteLLM takes for its own. */
export const STEERING_METADATA = ["tags", "guardrails", "model_group", "model_info", "previous_models"];
