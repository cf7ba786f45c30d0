import * as z from "zod";

import { count, positive } from "./fields.ts";

/** How LiteLLM distributes requests among deployments of one name. */
export const routingSchema = z.strictObject({
  strategy: z
    .enum(["simple-shuffle", "least-busy", "latency-based-routing", "cost-based-routing"])
    .default("simple-shuffle")
    .describe(
      "`simple-shuffle` picks by weight, `least-busy` the one with the fewest requests in flight, `latency-based-routing` the fastest, `cost-based-routing` the cheapest. The default costs no bookkeeping.",
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
});

export type Routing = z.output<typeof routingSchema>;
