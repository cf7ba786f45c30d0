import * as z from "zod";

import { tokenOf } from "../../providers/litellm/key-store.ts";
import type { Deployment } from "./deployment.ts";
import { read, send } from "./http.ts";

const page = z.object({
  data: z.array(z.object({ request_id: z.string(), model_group: z.string().nullish(), spend: z.number() })),
});

/** A request in LiteLLM's spend log. */
export type Charge = z.output<typeof page>["data"][number];

/**
 * The latest requests of a key that LiteLLM has charged for, at most 100. A request appears there 10 to 15 s after its
 * answer.
 */
export async function charges({ gateway, masterKey }: Deployment, key: string): Promise<Charge[]> {
  const query = new URLSearchParams({
    api_key: tokenOf(key),
    status_filter: "success",
    // Clocks differ: a day on either side.
    start_date: day(-1),
    end_date: day(2),
    page_size: "100",
  });
  return read(page, await send(`${gateway.url}/spend/logs/v2?${query.toString()}`, { token: masterKey })).data;
}

/** Text for a charge: `$0.000024 for gpt-4o`. */
export function cost({ spend, model_group: model }: Charge): string {
  return `$${spend > 0 ? spend.toFixed(9).replace(/0+$/, "") : "0"} for ${model ?? "a request"}`;
}

function day(offset: number): string {
  return new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
}
