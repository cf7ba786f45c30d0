import { isDeepStrictEqual } from "node:util";

import { CLEARED, FIELDS, KEY_FIELDS } from "../../config/litellm/key-fields.ts";
import type { KeySettings } from "../../config/litellm/key-settings.ts";
import { RESERVED_METADATA } from "../../config/litellm/refused-fields.ts";
import { camelNames, OBJECT_PERMISSION, snakeNames } from "./wire-names.ts";

type Name = keyof KeySettings;
type Wire = Record<string, unknown>;

/**
 * The body that makes a key's settings on the server equal to `settings`, whatever they are now.
 *
 * @param before The settings that were sent last, if the key exists.
 */
export function toWire(settings: KeySettings, before: Partial<KeySettings> = {}): Wire {
  const sent = KEY_FIELDS.filter((name) => isSent(name, settings, before));
  return Object.fromEntries(sent.map((name) => [FIELDS[name].wire, wireValue(name, settings[name])]));
}

/** The settings on the server. What it writes otherwise than the code, but means the same, is as in the code. */
export function fromWire(info: Wire, before: Partial<KeySettings>): KeySettings {
  const settings = KEY_FIELDS.map((name) => {
    const value = ownValue(name, info, before);
    const isSame = isDeepStrictEqual(normal(name, value), normal(name, before[name]));
    return [name, isSame ? before[name] : value] as const;
  });
  return Object.fromEntries(settings.filter(([, value]) => value !== undefined)) as unknown as KeySettings;
}

/** The names of settings that are not the same in both. */
export function differences(one: Partial<KeySettings>, other: Partial<KeySettings>): Name[] {
  return KEY_FIELDS.filter((name) => !isDeepStrictEqual(normal(name, one[name]), normal(name, other[name])));
}

function isSent(name: Name, settings: KeySettings, before: Partial<KeySettings>): boolean {
  const isSet = settings[name] !== undefined;
  switch (name) {
    case "duration":
      // Each time it is sent, the key's expiry moves.
      return settings.duration !== before.duration;
    case "softBudget":
      // It is kept in the key's budget: clearing it would clear that of all keys that share the budget.
      return isSet;
    case "budgetId":
      // What gives a key its soft budget is a budget of its own.
      return settings.softBudget === undefined;
    case "objectPermission":
      // It is a row of its own in the database, which few keys need.
      return isSet || before.objectPermission !== undefined;
    default:
      // What is kept among the metadata goes with them, which are always sent.
      return isSet || FIELDS[name].home !== "metadata";
  }
}

function wireValue(name: Name, value: KeySettings[Name]): unknown {
  if (name === "objectPermission") return { ...OBJECT_PERMISSION, ...snakeNames((value ?? {}) as object) };
  if (value === undefined) return CLEARED[FIELDS[name].kind];
  return FIELDS[name].kind === "entries" ? (value as object[]).map(snakeNames) : value;
}

/** A setting as the server has it, in this package's names. */
function ownValue(name: Name, info: Wire, before: Partial<KeySettings>): unknown {
  const { wire, kind, home } = FIELDS[name];
  const value = (home === "metadata" ? (info["metadata"] as Wire | null)?.[wire] : info[wire]) ?? undefined;
  switch (name) {
    case "duration":
      // The server only tells when the key expires.
      return before.duration;
    case "metadata":
      return Object.fromEntries(Object.entries(value ?? {}).filter(([entry]) => !RESERVED_METADATA.has(entry)));
    case "softBudget":
      return before.softBudget === undefined ? undefined : softBudget(info);
    case "budgetId":
      return before.softBudget === undefined ? value : undefined;
    case "objectPermission":
      return value && camelNames(known(value));
    default:
      return kind === "entries" ? (value as object[] | undefined)?.map(ownEntry) : value;
  }
}

function softBudget(info: Wire): unknown {
  return (info["litellm_budget_table"] as Wire | null | undefined)?.["soft_budget"] ?? undefined;
}

function known(permission: object): Wire {
  return Object.fromEntries(
    Object.entries(permission).filter(([name, value]) => isFilled(value) && name in OBJECT_PERMISSION),
  );
}

/** LiteLLM adds to a budget's limit when it starts again. */
function ownEntry(entry: object): object {
  return camelNames(Object.fromEntries(Object.entries(entry).filter(([name]) => name !== "reset_at")));
}

/** A value as it is compared: absent is the same as cleared, and so is an empty part of `objectPermission`. */
function normal(name: Name, value: unknown): unknown {
  if (name === "objectPermission") {
    return Object.fromEntries(Object.entries(value ?? {}).filter(([, item]) => isFilled(item)));
  }
  return value ?? CLEARED[FIELDS[name].kind];
}

function isFilled(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}
