import * as z from "zod";

import { count, positive } from "./fields.ts";
import { flag } from "./kubernetes/fields.ts";

/** Names of models in place of each, in the order in which they are tried. */
const substitutes = () => z.record(z.string(), z.array(z.string()).min(1, "is empty; write the models to try"));

const retries = (of: string) => count().optional().describe(`Retries ${of}. Default: those of \`numRetries\`.`);

/** How LiteLLM distributes requests among deployments of one name. */
export const routingSchema = z.strictObject({
  strategy: z
    // LiteLLM's first usage-based strategy asks nobody whether a deployment fails, and loses each request that it sends there.
    .enum(["simple-shuffle", "least-busy", "latency-based-routing", "cost-based-routing", "usage-based-routing-v2"])
    .default("simple-shuffle")
    .describe(
      "`simple-shuffle` picks by weight, `least-busy` the one with the fewest requests in flight, `latency-based-routing` the fastest, `cost-based-routing` the cheapest, `usage-based-routing-v2` the one with the fewest tokens of its `tpm` in this minute. The default costs no bookkeeping.",
    ),
  numRetries: count()
    .default(3)
    .describe(
      "How often a failed request is tried again, each time with the deployment of its name that it has tried least. What the provider refuses for what it asks is not tried again.",
    ),
  retryAfter: count()
    .default(5)
    .describe(
      "Seconds to wait at least before a retry where a name has one deployment, up to 8, or as long as the provider asks for, up to 60; gives a provider that limits us time to recover. Another deployment is tried at once.",
    ),
  allowedFails: count()
    .default(2)
    .describe(
      "Requests within `cooldownTime` that a deployment may fail; with one more it rests. Only what is its own fault counts: no connection, no answer in time, 408, 429, 500 and above; after a 401, which refuses the provider's key, it rests at once.",
    ),
  cooldownTime: positive()
    .default(60)
    .describe("Seconds for which a deployment rests, unless all of its name do. Each process counts for itself."),
  strategyOptions: z
    .record(z.string(), z.unknown())
    .optional()
    .describe(
      "Options of the strategy, under LiteLLM's names (`routing_strategy_args`): `{ttl: 10, lowest_latency_buffer: 0.5}` of `latency-based-routing`.",
    ),
  fallbacks: substitutes()
    .optional()
    .describe(
      "Models that are tried when all deployments of one have failed: `{gpt-4o: [claude-sonnet]}`. For a key that may not use one of them, that one is skipped.",
    ),
  contextWindowFallbacks: substitutes()
    .optional()
    .describe("The same when a request is too long for the model, in place of `fallbacks`."),
  contentPolicyFallbacks: substitutes()
    .optional()
    .describe("The same when the provider refuses what a request is about, in place of `fallbacks`."),
  defaultFallbacks: z
    .array(z.string())
    .optional()
    .describe("Models that are tried for every model that has no `fallbacks`. Default: none."),
  aliases: z
    .record(z.string(), z.string())
    .optional()
    .describe(
      "Other names of models, by name: `{gpt-4: gpt-4o}`. A project that may use the model may use the alias too.",
    ),
  retries: z
    .strictObject({
      badRequest: retries("after 400, which mostly fails again"),
      authentication: retries("after 401"),
      timeout: retries("after no answer in time"),
      rateLimit: retries("after 429"),
      contentPolicy: retries("after the provider refused what a request is about"),
      internalServer: retries("after 500"),
      serviceUnavailable: retries("after 503"),
    })
    .optional()
    .describe("How often a request is tried again after failures of one kind, in place of `numRetries`."),
  tagFiltering: flag()
    .optional()
    .describe(
      "Whether a deployment with `tags` gets only requests of projects and pools with one of them. Default: no.",
    ),
});

export type Routing = z.output<typeof routingSchema>;
