import { CACHE_TYPES, cacheParams, isInRedisOfStack } from "../litellm/cache.ts";
import { didYouMean } from "../problems/did-you-mean.ts";
import type { SettingsProblem } from "../problems/problems.ts";
import { redisOf } from "../schema/redis.ts";
import type { Rule, SettingsDraft } from "./rule.ts";

/** Every rule of what LiteLLM keeps answers in. */
export const cachingRules: Rule[] = [cacheIsOnOrOff, cacheTypeIsKnown, cacheHasAPlace];

const SETTINGS = ["litellm", "settings"];

/** LiteLLM reads `cache_params` only with `cache: true`, and takes no other word for that. */
function cacheIsOnOrOff({ litellm }: SettingsDraft): SettingsProblem[] {
  const { cache, cache_params: params } = litellm?.settings ?? {};
  if (cache !== undefined && typeof cache !== "boolean") {
    return [{ path: [...SETTINGS, "cache"], seen: cache, message: "must be true or false, without quotes" }];
  }
  if (params === undefined || cache !== undefined) return [];
  return [{ path: [...SETTINGS, "cache_params"], message: "changes nothing without cache: true beside it" }];
}

/** LiteLLM would not start with another. */
function cacheTypeIsKnown({ litellm }: SettingsDraft): SettingsProblem[] {
  const { type } = cacheParams(litellm?.settings) ?? {};
  if (type === undefined || CACHE_TYPES.some((known) => known === type)) return [];
  const hint = typeof type === "string" ? didYouMean(type, CACHE_TYPES) : "";
  const message = `is not a kind of cache that LiteLLM has; write one of ${CACHE_TYPES.join(", ")}${hint}`;
  return [{ path: [...SETTINGS, "cache_params", "type"], seen: type, message }];
}

/** LiteLLM would start without a Redis, and wait for it at each request. */
function cacheHasAPlace({ platform, litellm, kubernetes, gcp }: SettingsDraft): SettingsProblem[] {
  const params = cacheParams(litellm?.settings);
  if (params === undefined || !isInRedisOfStack(params)) return [];
  if (platform !== "local" && redisOf({ platform, kubernetes, gcp })) return [];
  const redis = platform === "local" ? "" : `, set ${platform ?? "kubernetes"}.redis`;
  const message = `keeps answers in a Redis that is not there; write cache_params with {type: local}, which keeps them in each process${redis}, or name a Redis of yours with host and port`;
  return [{ path: [...SETTINGS, "cache"], seen: true, message }];
}
