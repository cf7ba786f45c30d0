import { cacheParams, isInRedisOfStack } from "../litellm/cache.ts";
import type { SettingsProblem } from "../problems/problems.ts";
import type { SettingsDraft } from "./rule.ts";

/** A rule: a cache in Redis has a Redis. LiteLLM would start without one, and wait for it at each request. */
export function cacheHasAPlace({ platform, litellm, kubernetes, gcp }: SettingsDraft): SettingsProblem[] {
  const params = cacheParams(litellm?.settings);
  if (params === undefined || !isInRedisOfStack(params)) return [];
  const hasRedis = (platform === "kubernetes" && kubernetes?.redis) ?? (platform === "gcp" && gcp?.redis);
  if (hasRedis) return [];
  const redis = platform === "local" ? "" : `, set ${platform ?? "kubernetes"}.redis`;
  const message = `keeps answers in a Redis that is not there; write cache_params with {type: local}, which keeps them in each process${redis}, or name a Redis of yours with host and port`;
  return [{ path: ["litellm", "settings", "cache"], seen: true, message }];
}
