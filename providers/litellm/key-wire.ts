import { isDeepStrictEqual } from "node:util";

import { CLEARED, FIELDS, KEY_FIELDS, type KeySettings } from "../../config/litellm/key-fields.ts";
import { RESERVED_METADATA } from "../../config/litellm/refused-fields.ts";
import { type KeyInputs, type KeyState, type Wanted, without } from "./key-set.ts";

// Between a key as the state of Pulumi has it and a key as LiteLLM has it, both ways.

/** A key as LiteLLM has it. */
export type StoredKey = Record<string, unknown> & { token?: string; created_at?: string; status?: string };

/** By this much the expiry that LiteLLM works out may differ from ours, in milliseconds: clocks do, and calls take time. */
const TOLERANCE = 60_000;

/** LiteLLM's settings among all that the state has of a key. */
export function settingsOf(key: KeyState | Wanted): KeySettings {
  const present = KEY_FIELDS.filter((field) => key[field] !== undefined);
  return Object.fromEntries(present.map((field) => [field, key[field]])) as unknown as KeySettings;
}

/** The settings of a key as they are sent. LiteLLM is given no moment when it expires, but how much time is left until then. */
export function settingsToSend(wanted: Wanted): KeySettings {
  const settings = without(settingsOf(wanted), ["duration"]);
  return { ...settings, ...(wanted.expires !== undefined && { duration: durationUntil(new Date(wanted.expires)) }) };
}

/** The state of a key that LiteLLM has as it is wanted. */
export function stateOf(wanted: Wanted, token: string): KeyState {
  return { ...without(wanted, ["key", "adoptedKey"]), token };
}

/** The state of a key that somebody may have changed in LiteLLM. */
export function storedState(stored: StoredKey, last: KeyState): KeyState {
  const others = without(last, [...KEY_FIELDS, "expires"]);
  return { ...fromWire(stored, without(last, ["duration"])), ...others, ...storedExpiry(stored, last) };
}

/** When it expires. LiteLLM names no duration: if the moment is another one, the duration is what is left until then. */
function storedExpiry(stored: StoredKey, { duration, expires }: KeyState): Pick<KeyInputs, "duration" | "expires"> {
  const actual = expiryOf(stored);
  if (actual === undefined) return {};
  const moved = Math.abs(new Date(actual).getTime() - new Date(expires ?? 0).getTime());
  return moved > TOLERANCE ? { duration: durationUntil(new Date(actual)), expires: actual } : { duration, expires };
}

/** When a key expires, as ISO 8601 in UTC; nothing for one that is valid forever. */
export function expiryOf(stored: StoredKey): string | undefined {
  // A list writes it otherwise than the information of one key.
  return typeof stored["expires"] === "string" ? new Date(stored["expires"]).toISOString() : undefined;
}

/** What is left until a moment, as LiteLLM wants it: at least a second. */
export function durationUntil(until: Date): string {
  return `${Math.max(1, Math.ceil((until.getTime() - Date.now()) / 1000))}s`;
}

type Name = keyof KeySettings;
type Wire = Record<string, unknown>;

/**
 * The body of a call that makes a key's settings in LiteLLM equal to `settings`, whatever they are now.
 *
 * @param before The settings that were sent last, if the key exists.
 */
export function toWire(settings: KeySettings, before: Partial<KeySettings> = {}): Wire {
  const sent = KEY_FIELDS.filter((name) => isSent(name, settings, before));
  return Object.fromEntries(sent.map((name) => [FIELDS[name].wire, wireValue(name, settings[name])]));
}

/** The settings that LiteLLM has. A value that it writes differently from the code, but that means the same, is as in the code. */
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

/** A setting as LiteLLM has it, in this package's names. */
function ownValue(name: Name, info: Wire, before: Partial<KeySettings>): unknown {
  const { wire, kind, home } = FIELDS[name];
  const value = (home === "metadata" ? (info["metadata"] as Wire | null)?.[wire] : info[wire]) ?? undefined;
  switch (name) {
    case "duration":
      // The server only tells when the key expires.
      return before.duration;
    case "metadata":
      return Object.fromEntries(Object.entries(value ?? {}).filter(isOwn));
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

/** Whether an entry of a key's metadata is its owner's. LiteLLM adds an empty list of tags to each. */
function isOwn([entry, value]: [string, unknown]): boolean {
  return entry === "tags" ? Array.isArray(value) && value.length > 0 : !RESERVED_METADATA.has(entry);
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

/** The fields of `object_permission`, each with what clears it: those that are left out of a request stay as they are. */
const OBJECT_PERMISSION: Record<string, unknown> = {
  mcp_servers: [],
  mcp_access_groups: [],
  mcp_tool_permissions: {},
  mcp_toolsets: [],
  vector_stores: [],
  agents: [],
  agent_access_groups: [],
  models: [],
  blocked_tools: [],
  search_tools: [],
  skills: [],
};

/** An object with its own names as LiteLLM writes them: `maxBudget` → `max_budget`. */
function snakeNames(value: object): Record<string, unknown> {
  return renamed(value, (name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}

/** An object with its own names as this package writes them: `max_budget` → `maxBudget`. */
export function camelNames(value: object): Record<string, unknown> {
  return renamed(value, (name) => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
}

function renamed(value: object, rename: (name: string) => string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [rename(name), item as unknown]));
}
