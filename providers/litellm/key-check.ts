import * as pulumi from "@pulumi/pulumi";

import { isDuration } from "../../config/litellm/duration.ts";
import { type Field, FIELDS, LARGEST_INTEGER } from "../../config/litellm/key-fields.ts";
import { isAlias } from "../../config/litellm/key-names.ts";
import { REFUSED } from "../../config/litellm/refused-fields.ts";
import { camelNames } from "./key-wire.ts";

type Failure = pulumi.dynamic.CheckFailure;

/** What a value must be, for the kinds of fields where LiteLLM accepts, or answers 500 to, what makes no sense. */
const RULES: Partial<Record<Field["kind"], { holds: (value: unknown) => boolean; wanted: string }>> = {
  amount: { holds: (value) => isAtLeastZero(value), wanted: "an amount in US dollars, at least 0" },
  count: { holds: (value) => isCount(value), wanted: "a whole number, at least 0" },
  integer: {
    holds: (value) => isCount(value) && Number(value) <= LARGEST_INTEGER,
    wanted: `a whole number from 0 to ${LARGEST_INTEGER}`,
  },
  counts: {
    holds: (value) => Object.values(value as object).every(isCount),
    wanted: "a mapping to whole numbers, at least 0",
  },
  duration: {
    holds: (value) => typeof value === "string" && isDuration(value),
    wanted: 'a duration: a number and s, m, h, d, w or mo, such as "30d", a hundred years at most',
  },
};

/** Everything that is wrong with a key's inputs, for the preview. Values that are not known yet are not checked. */
export function keyFailures(key: Record<string, unknown>): Failure[] {
  return [
    ...refusedFields(key),
    ...wrongAlias(key),
    ...wrongValues(key),
    ...wrongOverlap(key),
    ...wrongBudgets(key),
    ...wrongKey(key),
  ];
}

/** The keys of a set whose alias another key of the set has too. */
export function duplicateAliases(keys: ReadonlyMap<string, { alias: string }>): Failure[] {
  const owners = new Map<string, string>();
  return [...keys].flatMap(([name, { alias }]) => {
    const owner = owners.get(alias);
    if (owner === undefined) owners.set(alias, name);
    if (owner === undefined || !isKnown(alias)) return [];
    const reason = `\`${name}\`: its alias \`${alias}\` is that of \`${owner}\` too: give each key an alias of its own.`;
    return [{ property: "", reason }];
  });
}

function refusedFields(news: Record<string, unknown>): Failure[] {
  return Object.entries(camelNames(REFUSED))
    .filter(([property]) => news[property] !== undefined)
    .map(([property, reason]) => ({ property, reason: `\`${property}\` ${String(reason)}.` }));
}

function wrongAlias({ alias }: Record<string, unknown>): Failure[] {
  if (typeof alias !== "string" || isAlias(alias)) return [];
  const reason = `\`alias\` must have no control characters, and no \`..\` between slashes, got ${JSON.stringify(alias)}.`;
  return [{ property: "alias", reason }];
}

function wrongValues(news: Record<string, unknown>): Failure[] {
  return Object.entries(FIELDS).flatMap(([property, { kind }]) => {
    const value = news[property];
    const rule = RULES[kind];
    if (!isKnown(value) || !rule || rule.holds(value)) return [];
    return [{ property, reason: `\`${property}\` must be ${rule.wanted}, got ${JSON.stringify(value)}.` }];
  });
}

/** One that can't be read would end the old key at once. */
function wrongOverlap({ overlap }: Record<string, unknown>): Failure[] {
  if (!isKnown(overlap) || overlap === "0s" || RULES.duration?.holds(overlap)) return [];
  const reason = `\`overlap\` must be \`0s\`, or ${RULES.duration?.wanted ?? ""}, got ${JSON.stringify(overlap)}.`;
  return [{ property: "overlap", reason }];
}

function wrongBudgets({ softBudget, budgetId }: Record<string, unknown>): Failure[] {
  if (softBudget === undefined || budgetId === undefined) return [];
  const reason = "`softBudget` can't be set together with `budgetId`: it would be that of every key with this budget.";
  return [{ property: "softBudget", reason }];
}

/** The value is a secret: no message shows it. */
function wrongKey({ key, adopt }: Record<string, unknown>): Failure[] {
  if (typeof key !== "string" || key === pulumi.runtime.unknownValue || /^sk-.{13}/.test(key)) return [];
  if (key === "" && adopt !== undefined) return [];
  return [
    { property: "key", reason: "`key` must begin with `sk-` and have at least 16 characters: LiteLLM refuses others." },
  ];
}

function isCount(value: unknown): boolean {
  return isAtLeastZero(value) && Number.isInteger(value);
}

function isAtLeastZero(value: unknown): boolean {
  return typeof value === "number" && value >= 0;
}

function isKnown(value: unknown): boolean {
  return value !== undefined && value !== pulumi.runtime.unknownValue;
}
