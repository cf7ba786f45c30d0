import type { Access } from "../access/access.ts";
import { derivedKey } from "./derived-key.ts";
import { KEY_NAME } from "../../config/litellm/key-names.ts";
import type { KeySettings } from "../../config/litellm/key-settings.ts";

/** What all keys of a set have in common. Its names differ from those of keys, which have no capital letters. */
export interface Shared {
  /** The way to the proxy. */
  gatewayAccess: Access;
  /** Secret. */
  masterKey: string;
  /** What the values of the keys are derived from: secret. */
  keySeed: string;
  /** Which server the keys are stored on: on another one, none of them is there yet. Default: one that stays. */
  databaseServer?: string | undefined;
}

/** A key that was replaced and is still valid. */
export interface Replaced {
  /** What it is called since then: see `replacedAlias` in `config/litellm/replaced-alias.ts`. */
  alias: string;
  /** When LiteLLM begins to refuse it, as ISO 8601. The first update after that deletes it. */
  until: string;
}

/** One key of a set, as the program asks for it, with what each preview works out. */
export interface KeyInputs extends KeySettings {
  /** Raising it by one replaces the key by a new one. Default: 1. */
  generation?: number;
  /** How long a key that is replaced stays valid: `24h`. `0s` ends it at once, and all before it. Default: 24h. */
  overlap?: string;
  /** Alias, or SHA-256, of a key that exists: while `generation` is 1 it is taken over, in place of making one. */
  adopt?: string;
  /** The value of the key that `adopt` names: secret. Default: unknown. */
  adoptedKey?: string;
  /** Not set in code: keys that were replaced and are still valid. */
  replaced?: Replaced[];
  /** Not set in code: when it expires, as ISO 8601. It is fixed when `duration` or the key changes. */
  expires?: string;
}

/** One key of a set, as LiteLLM has it. Never with `adoptedKey`: Pulumi encrypts only what the inputs have as well. */
export interface KeyState extends Omit<KeyInputs, "adoptedKey"> {
  /** SHA-256 of the key: LiteLLM's name for it, and no secret. */
  token: string;
}

/** A key with its value, which is empty for an adopted one of unknown value. */
export type Wanted = KeyInputs & { key: string };

/** What a set remembers beside its keys: in its outputs alone, so that no preview shows it. */
export interface Memory {
  /** By name the lowest generation that a key may have, where that is not 1: no value that was given up comes back. */
  lowestGenerations?: Record<string, number>;
  /** Keys that the last update failed to bring in line: whatever the state says of them, LiteLLM may have part of it. */
  unsureKeys?: string[];
}

/** A set of keys: each is a property of its own, by the key's name, so that a preview shows what changes of which. */
export type KeySet = Shared & Memory & Record<string, unknown>;

/** The keys of a set by name, as its inputs have them. */
export function keysOf(set: Partial<KeySet>): Map<string, KeyInputs> {
  return new Map(Object.entries(set).filter((entry): entry is [string, KeyInputs] => KEY_NAME.test(entry[0])));
}

/** The same, as its outputs have them. */
export function statesOf(set: Partial<KeySet>): Map<string, KeyState> {
  const states = [...keysOf(set)] as [string, KeyState & KeyInputs][];
  return new Map(states.map(([name, key]) => [name, without(key, ["adoptedKey"]) as KeyState]));
}

/** The properties of a set that are no keys. */
export function sharedOf({ gatewayAccess, masterKey, keySeed, databaseServer }: KeySet): Shared {
  return { gatewayAccess, masterKey, keySeed, ...(databaseServer !== undefined && { databaseServer }) };
}

/** A value without some of its properties. */
export function without<T extends object, Name extends keyof T>(value: T, names: readonly Name[]): Omit<T, Name> {
  const others = Object.entries(value).filter(([name]) => !names.some((other) => other === name));
  return Object.fromEntries(others) as Omit<T, Name>;
}

/** The value of a key, which no state holds: empty for an adopted one of unknown value. */
export function keyValue(seed: string, name: string, key: Partial<KeyInputs>): string {
  return isAdopted(key) ? (key.adoptedKey ?? "") : derivedKey(seed, name, key.generation ?? 1);
}

/** Whether a key is the one that was taken over, and not yet another one in its place. */
export function isAdopted(key: { adopt?: string | undefined; generation?: number | undefined }): boolean {
  return key.adopt !== undefined && (key.generation ?? 1) === 1;
}
