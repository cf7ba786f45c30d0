import pLimit from "p-limit";

import { keyAliases, BUDGETS, hardBudget, KEYS, type Contender } from "./contender.ts";
import { call, type Proxy } from "./proxy.ts";
import type { Timing } from "./results.ts";

/** Calls in flight at once. */
const CONCURRENCY = 16;

/** So many keys, made and changed, make a proxy as fast as it gets. */
const WARM = 50;

/**
 * Only LiteLLM's API, one call per key: what no tool can be faster than that makes one call per key.
 *
 * @param prefix What the aliases of its keys begin with.
 */
export function rawApi(proxy: Proxy, prefix = "raw"): Contender {
  let tokens: string[] = [];

  const each = async <T>(items: T[], work: (item: T) => Promise<unknown>): Promise<Timing> => {
    const limit = pLimit(CONCURRENCY);
    const started = performance.now();
    await Promise.all(items.map((item) => limit(() => work(item))));
    return { seconds: (performance.now() - started) / 1000 };
  };
  const contender: Contender = {
    name: "raw API",
    alias: (index) => `${prefix}-${index}`,
    operations: {
      create: async (keys) => {
        tokens = [];
        return each(keyAliases(contender, keys), async (alias) => {
          const { token } = await call<{ token: string }>(proxy, "/key/generate", {
            key_alias: alias,
            models: KEYS.models,
            max_budget: hardBudget(BUDGETS.before),
            budget_duration: KEYS.budgetDuration,
            metadata: { project: alias },
          });
          tokens.push(token);
        });
      },
      raise: () => each(tokens, (key) => call(proxy, "/key/update", { key, max_budget: hardBudget(BUDGETS.after) })),
      refresh: () => each(tokens, (key) => call(proxy, `/key/info?key=${key}`)),
      destroy: () => each(tokens, (key) => call(proxy, "/key/delete", { keys: [key] })),
    },
  };
  return contender;
}

/** Makes a proxy's first calls, which take longer than all later ones, so that they count against nobody. */
export async function warmUp(proxy: Proxy): Promise<void> {
  const { create, raise, refresh, destroy } = rawApi(proxy, "warm").operations;
  for (const work of [create, raise, refresh, destroy]) await work?.(WARM);
}
