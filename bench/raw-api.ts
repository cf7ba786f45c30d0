import pLimit from "p-limit";

import { BUDGETS, hardBudget, KEYS, type Participant, type Proxy } from "./contender.ts";

/** Calls in flight at once. */
const CONCURRENCY = 16;

/** LiteLLM's API alone, one call per key: what no tool can be faster than that makes one call per key. */
export function rawApi({ url, masterKey }: Proxy): Participant {
  let tokens: string[] = [];

  const aliasOf = (index: number) => `raw-${index}`;
  const call = async (path: string, body?: object) => {
    const response = await fetch(url + path, {
      method: body ? "POST" : "GET",
      headers: { authorization: `Bearer ${masterKey}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`LiteLLM answered ${response.status} to ${path}: ${await response.text()}`);
    return (await response.json()) as { token?: string };
  };
  const each = async <T>(items: T[], work: (item: T) => Promise<unknown>) => {
    const limit = pLimit(CONCURRENCY);
    const started = performance.now();
    await Promise.all(items.map((item) => limit(() => work(item))));
    return { seconds: (performance.now() - started) / 1000 };
  };

  return {
    name: "raw API",
    alias: aliasOf,
    operations: {
      create: async (keys) => {
        tokens = [];
        const aliases = Array.from({ length: keys }, (_, index) => aliasOf(index));
        return each(aliases, async (alias) => {
          const { token = "" } = await call("/key/generate", {
            key_alias: alias,
            models: KEYS.models,
            max_budget: hardBudget(BUDGETS.before),
            budget_duration: KEYS.budgetDuration,
            metadata: { project: alias },
          });
          tokens.push(token);
        });
      },
      raise: () => each(tokens, (key) => call("/key/update", { key, max_budget: hardBudget(BUDGETS.after) })),
      refresh: () => each(tokens, (key) => call(`/key/info?key=${key}`)),
      destroy: () => each(tokens, (key) => call("/key/delete", { keys: [key] })),
    },
  };
}
