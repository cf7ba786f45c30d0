import type { Contender, Operation } from "./results.ts";
import type { Timed } from "./timed.ts";

/** The proxy that all contenders work on, each with aliases of its own. */
export interface Proxy {
  url: string;
  masterKey: string;
}

/** What all keys have; what a contender calls these things is its own business. */
export const KEYS = { models: ["gpt-4o", "claude-sonnet"], budgetDuration: "30d" } as const;

/** US dollars per key: of this package's settings, from which LiteLLM's budget follows. */
export const BUDGETS = { before: 40, after: 48 } as const;

/** LiteLLM's budget of a key: a fifth more of it than of {@link BUDGETS} is margin. */
export function hardBudget(budget: number): number {
  return (budget * 5) / 4;
}

/** One way to manage keys. Each operation leaves the keys as the next one of `OPERATIONS` expects them. */
export interface Participant {
  name: Contender;
  /** The alias of a key by its number, from 0. */
  alias: (index: number) => string;
  /** What it can do; each with the number of keys that there are. */
  operations: Partial<Record<Operation, (keys: number) => Promise<Pick<Timed, "seconds"> & Partial<Timed>>>>;
  /** Bytes of state while all keys are there; nothing for one that keeps none. */
  stateBytes?: () => Promise<number>;
}
