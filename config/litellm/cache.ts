/** What LiteLLM can keep answers in: `LiteLLMCacheType`. */
export const CACHE_TYPES = [
  "local",
  "redis",
  "redis-semantic",
  "valkey-semantic",
  "s3",
  "disk",
  "qdrant-semantic",
  "azure-blob",
  "gcs",
];

/** What LiteLLM's settings say of its cache of answers, as `litellm_settings` has it; undefined where there is none. */
export function cacheParams(settings: Record<string, unknown> | undefined): Record<string, unknown> | undefined {
  if (settings?.["cache"] !== true) return undefined;
  const params = settings["cache_params"];
  return typeof params === "object" && params !== null ? (params as Record<string, unknown>) : {};
}

/** Whether a cache is in Redis, LiteLLM's default, and nothing says in which. */
export function isInRedisOfStack({ type = "redis", ...params }: Record<string, unknown>): boolean {
  const places = ["host", "url", "redis_startup_nodes", "sentinel_nodes"];
  return type === "redis" && places.every((place) => params[place] === undefined);
}
