import * as z from "zod";

import { tokenOf } from "../../providers/litellm/key-value.ts";
import type { Deployment, Holder } from "./deployment.ts";
import { type Answer, litellmError, read, send } from "./http.ts";

const page = z.object({
  data: z.array(z.object({ request_id: z.string(), model_group: z.string().nullish(), spend: z.number() })),
});

const keyInfo = z.object({
  info: z.object({
    spend: z.number(),
    max_budget: z.number().nullable(),
    budget_duration: z.string().nullable(),
    budget_reset_at: z.string().nullable(),
  }),
});

export type KeySpend = z.output<typeof keyInfo>["info"];

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
  return read(page, await send(gateway, `/spend/logs/v2?${query.toString()}`, { token: masterKey })).data;
}

/** Text for a charge: `$0.000024 for gpt-4o`. */
export function cost({ spend, model_group: model }: Charge): string {
  return `$${spend > 0 ? spend.toFixed(9).replace(/0+$/, "") : "0"} for ${model ?? "a request"}`;
}

/** Says of a key whose budget is used up what was spent, and when it starts again. */
export async function usedUp(deployment: Deployment, { alias }: Holder, refusal: Answer): Promise<string> {
  const info = await keySpend(deployment, deployment.keys[alias] ?? "");
  // What is recorded lags behind what LiteLLM counts.
  const [, counted = "0"] = /Current cost: ([\d.]+)/.exec(litellmError(refusal)?.message ?? "") ?? [];
  const spent = Math.max(info.spend, Number(counted));
  const period = info.budget_duration === null ? "" : ` for ${info.budget_duration}`;
  const reset = info.budget_reset_at === null ? "" : `; it starts again at ${instant(info.budget_reset_at)}`;
  return `The key's budget is used up: $${amount(spent)} of $${amount(info.max_budget ?? 0)}${period}${reset}.`;
}

/** What a key has spent in this period of its budget, of how much. It shows what is 2 to 15 s old. */
export async function keySpend({ gateway, masterKey }: Deployment, key: string): Promise<KeySpend> {
  const query = new URLSearchParams({ key: tokenOf(key) });
  return read(keyInfo, await send(gateway, `/key/info?${query.toString()}`, { token: masterKey })).info;
}

/** Dollars in cents, and finer where that would show nothing. */
export function amount(dollars: number): string {
  return dollars >= 0.01 || dollars === 0 ? dollars.toFixed(2) : dollars.toFixed(9).replace(/0+$/, "");
}

/** A time without fractions of a second, as ISO 8601. */
export function instant(time: string): string {
  return new Date(time).toISOString().replace(/\.\d+/, "");
}

function day(offset: number): string {
  return new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
}
