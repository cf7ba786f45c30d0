import * as z from "zod";

import { count } from "./fields.ts";

/** How LiteLLM distributes requests among deployments of one name. */
export const routingSchema = z.strictObject({
  strategy: z
    .enum(["simple-shuffle", "least-busy", "latency-based-routing", "cost-based-routing"])
    .default("simple-shuffle")
    .describe(
      "`simple-shuffle` picks by weight, `least-busy` the one with the fewest requests in flight, `latency-based-routing` the fastest, `cost-based-routing` the cheapest. The default costs no bookkeeping.",
    ),
  numRetries: count().default(3).describe("How often a failed request is tried again."),
  retryAfter: count()
    .default(5)
    .describe("Seconds to wait at least before a retry; gives a provider that limits us time to recover."),
  allowedFails: count()
    .default(2)
    .describe("Failures within a minute after which a deployment rests; one bad answer alone doesn't take it out."),
});

export type Routing = z.output<typeof routingSchema>;
