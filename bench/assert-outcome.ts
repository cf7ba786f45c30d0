import { BUDGETS, hardBudget } from "./contender.ts";
import type { ListedKey } from "./proxy.ts";
import type { Operation } from "./results.ts";

/** LiteLLM's budget of each key after an operation; what it was, after any other one. */
const BUDGET: Partial<Record<Operation, number>> = {
  create: hardBudget(BUDGETS.before),
  raise: hardBudget(BUDGETS.after),
};

/**
 * Compares every key of a contender, as LiteLLM lists them, with what an operation should have made of them: a tool that
 * is fast because it does nothing, or not all, has failed.
 *
 * @param aliases Of the contender's keys.
 * @throws {Error} if an operation did not do what it should have done, or more.
 */
export function checkOutcome(
  operation: Operation,
  aliases: readonly string[],
  { before, after }: { before: readonly ListedKey[]; after: readonly ListedKey[] },
): void {
  requireKeys(operation === "destroy" ? [] : aliases, after, `after ${operation}`);
  const earlier = new Map(before.map((key) => [key.alias, key]));
  for (const { alias, token, budget } of after) {
    const last = earlier.get(alias);
    const expected = BUDGET[operation] ?? last?.budget;
    if (budget !== expected) {
      throw new Error(`error: after ${operation}, LiteLLM's budget of ${alias} is ${budget}, not ${expected}`);
    }
    const isNew = token !== last?.token;
    if (isNew === (operation === "create" || operation === "rotate")) continue;
    throw new Error(`error: after ${operation}, ${alias} is ${isNew ? "another key than" : "the same key as"} before`);
  }
}

/** @throws {Error} unless LiteLLM has one key of each alias, and no other one of the contender's. */
export function requireKeys(aliases: readonly string[], found: readonly ListedKey[], when: string): void {
  const different = new Set(found.map(({ alias }) => alias)).size;
  if (found.length === aliases.length && different === aliases.length) return;
  const listed = different === found.length ? `${found.length} keys` : `${found.length} keys of ${different} aliases`;
  throw new Error(`error: ${when}, LiteLLM lists ${listed}, not ${aliases.length}`);
}
