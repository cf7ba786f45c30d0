import { describe, expect, it } from "vitest";
import * as yaml from "yaml";

import { litellmConfig } from "../../config/litellm-config.ts";
import { parseSettings } from "../../config/settings.ts";
import { warnings } from "../../config/warnings.ts";
import { place, secretKeys, stack } from "./gcp-stack.ts";
import { minimal, problemsOf, rawConfig } from "./stack.ts";

const settingsWith = (settings: object) => ({ litellm: { settings } });

const providers = { openai: { apiKey: "sk-key" } };
const inCluster = { platform: "kubernetes", providers, kubernetes: { postgres: { trial: true } } };
const redis = { host: "redis.example.internal", tls: "disable", addresses: { cidrs: ["10.1.0.0/24"] } };

function cacheOf(settings: object): unknown {
  const parsed = parseSettings(rawConfig({ ...minimal, ...settings }), [
    "llm-gateway:providers",
    "llm-gateway:kubernetes",
  ]);
  const file = yaml.parse(litellmConfig(parsed)) as { litellm_settings: Record<string, unknown> };
  return file.litellm_settings["cache_params"];
}

describe("a cache of answers", () => {
  it.each([
    ["local", {}, ""],
    ["kubernetes", { kubernetes: { postgres: { trial: true } }, providers }, ", set kubernetes.redis"],
  ])("is refused on platform %s where there is no Redis for it", (platform, others, remedy) => {
    const found = problemsOf({ platform, ...others, ...settingsWith({ cache: true }) }, ["llm-gateway:providers"]);
    expect(found).toEqual([
      `litellm.settings.cache: true keeps answers in a Redis that is not there; write cache_params with {type: local}, which keeps them in each process${remedy}, or name a Redis of yours with host and port`,
    ]);
  });

  it.each([
    ["in each process", { type: "local" }],
    ["in a Redis of one's own", { type: "redis", host: "cache.example.internal", port: 6379 }],
    ["the same, by its URL", { url: "rediss://cache.example.internal:6379" }],
    ["in a bucket", { type: "s3", s3_bucket_name: "answers" }],
  ])("may be %s", (_, params) => {
    expect(problemsOf(settingsWith({ cache: true, cache_params: params }))).toEqual([]);
    expect(cacheOf(settingsWith({ cache: true, cache_params: params }))).toEqual(params);
  });

  it("may be in the Redis that platform gcp makes, and is refused without one", () => {
    const inCloud = { ...stack, ...settingsWith({ cache: true }) };
    expect(problemsOf({ ...inCloud, gcp: { ...place, redis: {} } }, secretKeys)).toEqual([]);
    expect(problemsOf(inCloud, secretKeys)).toEqual([expect.stringContaining(", set gcp.redis, or name a Redis")]);
  });

  it("is in the stack's Redis, with what the settings say besides", () => {
    const cached = settingsWith({ cache: true, cache_params: { ttl: 600 } });
    expect(cacheOf({ ...inCluster, ...cached, kubernetes: { postgres: { trial: true }, redis } })).toEqual({
      type: "redis",
      host: "redis.example.internal",
      port: 6379,
      ssl: false,
      ttl: 600,
    });
  });

  it.each([
    [{ cache: "true" }, 'litellm.settings.cache: "true" must be true or false, without quotes'],
    [
      { cache_params: { type: "local" } },
      "litellm.settings.cache_params changes nothing without cache: true beside it",
    ],
    [
      { cache: true, cache_params: { type: "rediss" } },
      'litellm.settings.cache_params.type: "rediss" is not a kind of cache that LiteLLM has; write one of local, redis, redis-semantic, valkey-semantic, s3, disk, qdrant-semantic, azure-blob, gcs; did you mean "redis"?',
    ],
  ])("is what LiteLLM takes for one: %j is refused", (settings, problem) => {
    expect(problemsOf(settingsWith(settings))).toEqual([problem]);
  });
});

describe("the preview", () => {
  const told = (settings: object) =>
    warnings(parseSettings(rawConfig({ ...minimal, ...settings }), ["llm-gateway:providers"]));

  it("says whose answers a cache gives to whom, and for how long", () => {
    const text = (kept: string) =>
      `LiteLLM keeps answers in its cache (local) ${kept}: whoever asks the same of the same model gets the same answer, whichever project asked first, and is charged nothing. Set llm-gateway:litellm.settings.cache to false to have each request answered by its model.`;
    expect(told(settingsWith({ cache: true, cache_params: { type: "local", ttl: 60 } }))).toEqual([
      text("for 60 seconds"),
    ]);
    expect(told(settingsWith({ cache: true, cache_params: { type: "local" } }))).toEqual([
      text("until the cache drops them"),
    ]);
    expect(told(settingsWith({ cache: false, cache_params: { type: "local" } }))).toEqual([]);
  });

  it("says where certificates aren't checked", () => {
    const text = (place: string) =>
      `${place} is false, so that certificates aren't checked: whoever is on the way can pass for the provider, and read keys, prompts and answers. Set it to the path of the authority's certificate, as one of llm-gateway:secretFiles.`;
    const models = [{ ...minimal.models[0], params: { ssl_verify: false } }];
    expect(told({ models, ...settingsWith({ ssl_verify: false }) })).toEqual([
      text("llm-gateway:models[0].params.ssl_verify (gpt-4o)"),
      text("llm-gateway:litellm.settings.ssl_verify"),
    ]);
    expect(told(settingsWith({ ssl_verify: true }))).toEqual([]);
  });
});
