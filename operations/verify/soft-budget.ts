import * as z from "zod";

import type { Holder, Server } from "./deployment.ts";
import { read, send } from "./http.ts";
import { amount, instant } from "./spend.ts";

const ownInfo = z.object({
  info: z.object({
    spend: z.number(),
    budget_reset_at: z.string().nullable(),
    metadata: z.object({ soft_budget: z.number().optional(), soft_action: z.string().optional() }),
  }),
});

/** What agents do once their soft budget is spent, by `softAction`. */
const DO: Record<string, string> = { warn: "are warned", throttle: "are throttled", stop: "stop" };

/** How a task fails that the soft budget stopped: `python/llm_gateway_agents/gateway_budget.py` says it in these words. */
export const STOPPED = " of its soft budget of ";

/**
 * Asks what its agents ask, and says whether the soft budget is reached.
 *
 * @param token The holder's key.
 */
export async function softBudget(gateway: Server, token: string, { budget, softAction }: Holder): Promise<string> {
  const { info } = read(ownInfo, await send(gateway, "/key/info", { token }));
  const { soft_budget: held, soft_action: action = "stop" } = info.metadata;
  if (held !== budget || action !== softAction) {
    const told = held === undefined ? "that there is none" : `$${held} and "${action}"`;
    throw new Error(
      `The key tells its agents ${told}, where the settings say $${budget} and "${softAction}": run \`pulumi refresh\`, then \`pulumi up\`.`,
    );
  }
  const spent = `$${amount(info.spend)} of $${amount(held)}`;
  if (info.spend < held) return `not reached: ${spent}`;
  const until = info.budget_reset_at === null ? "" : ` until ${instant(info.budget_reset_at)}`;
  return `reached: ${spent}, so its agents ${DO[action] ?? "stop"}${until}`;
}
