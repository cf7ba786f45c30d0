import type { ContenderName, Operation, Timing } from "./results.ts";

/** What all keys have; what a contender calls these things is its own business. */
export const KEYS = { models: ["gpt-4o", "claude-sonnet"], budgetDuration: "30d" } as const;

/** US dollars per key: of this package's settings, from which LiteLLM's budget follows. */
export const BUDGETS = { before: 40, after: 48 } as const;

/** LiteLLM's budget of a key: a fifth more of it than of {@link BUDGETS} is margin. */
export function hardBudget(budget: number): number {
  return (budget * 5) / 4;
}

/** One way to manage keys, and what can be timed of it. */
export interface Contender {
  name: ContenderName;
  /** The alias of a key by its number, from 0. */
  alias: (index: number) => string;
  /** What it can do; each with the number of keys that there are. All but `create` find the keys there. */
  operations: Partial<Record<Operation, (keys: number) => Promise<Timing>>>;
  /** Its state as text, empty before the first key; nothing for one that keeps none. */
  state?: () => Promise<string>;
}

/** The aliases of this many keys. */
export function keyAliases({ alias }: Contender, keys: number): string[] {
  return Array.from({ length: keys }, (_, index) => alias(index));
}
