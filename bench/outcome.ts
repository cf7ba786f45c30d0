import { BUDGETS, hardBudget, type Participant, type Proxy } from "./contender.ts";
import type { Operation } from "./results.ts";

/** LiteLLM's budget of each key after an operation. */
const EXPECTED: Partial<Record<Operation, number>> = {
  create: hardBudget(BUDGETS.before),
  raise: hardBudget(BUDGETS.after),
};

/**
 * Looks whether an operation arrived at the proxy, by the last key: a tool that is fast because it does nothing has failed.
 *
 * @throws {Error} if it did not.
 */
export async function checkOutcome(
  { url, masterKey }: Proxy,
  { alias }: Participant,
  operation: Operation,
  keys: number,
): Promise<void> {
  const expected = EXPECTED[operation];
  if (expected === undefined) return;
  const last = alias(keys - 1);
  const response = await fetch(`${url}/key/list?key_alias=${last}&return_full_object=true`, {
    headers: { authorization: `Bearer ${masterKey}` },
  });
  const { keys: found = [] } = (await response.json()) as { keys?: { key_alias: string; max_budget: number | null }[] };
  const budget = found.find(({ key_alias }) => key_alias === last)?.max_budget;
  if (budget !== expected) {
    throw new Error(`error: it says that it succeeded, but LiteLLM's budget of ${last} is ${budget ?? "none"}`);
  }
}
