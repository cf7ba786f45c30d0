import { milliseconds } from "../../config/litellm/duration.ts";
import { dollars, signedDollars } from "./dollars.ts";
import { aliasOf, type KeyChange, type KeyFacts, keyChanges } from "./keys.ts";
import type { ResourceChange } from "./preview.ts";
import type { Section } from "./document.ts";

/** Budgets that a table shows; of more, those that change most. */
const SHOWN = 12;

/** Days that budgets of different durations are compared for. */
const DAYS = 30;

/** What may be spent, before and after. */
export function budgetSection(resources: ResourceChange[]): Section | undefined {
  const keys = keyChanges(resources);
  const changed = keys
    .filter(({ before, after }) => text(before) !== text(after))
    .toSorted((one, other) => Math.abs(differenceOf(other)) - Math.abs(differenceOf(one)));
  if (changed.length === 0) return undefined;
  const shown = changed.slice(0, SHOWN);
  const rest = changed.slice(SHOWN);
  const rows = [
    ...shown.map((key) => [aliasOf(key), text(key.before), text(key.after), signedDollars(differenceOf(key))]),
    ...(rest.length > 0 ? [[`and ${rest.length} more`, "", "", signedDollars(sum(rest.map(differenceOf)))]] : []),
    [
      `all ${keys.filter(({ after }) => after).length} keys, hard, in ${DAYS} days`,
      dollars(sum(keys.map(({ before }) => hardOf(before)))),
      dollars(sum(keys.map(({ after }) => hardOf(after)))),
      signedDollars(sum(keys.map(differenceOf))),
    ],
  ];
  const head = ["budget, soft / hard", "before", "after", `hard, in ${DAYS} days`];
  return { title: "Money", blocks: [{ kind: "table", head, rows }] };
}

function text(key: KeyFacts | undefined): string {
  if (key?.maxBudget === undefined) return "–";
  const soft = key.metadata?.["soft_budget"];
  return `${typeof soft === "number" ? `${dollars(soft)} / ` : ""}${dollars(key.maxBudget)} in ${key.budgetDuration ?? "all"}`;
}

/** US dollars of the hard budget in 30 days. */
function hardOf(key: KeyFacts | undefined): number {
  const { maxBudget = 0, budgetDuration = `${DAYS}d` } = key ?? {};
  return (maxBudget * DAYS * 86_400_000) / milliseconds(budgetDuration);
}

function differenceOf({ before, after }: KeyChange): number {
  return hardOf(after) - hardOf(before);
}

function sum(amounts: number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
