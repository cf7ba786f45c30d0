import { isDeepStrictEqual } from "node:util";

import * as pulumi from "@pulumi/pulumi";

import { milliseconds } from "../../config/litellm/duration.ts";
import { KEY_FIELDS, type KeyArgs } from "../../config/litellm/key-fields.ts";
import { KEY_NAME, replacedAlias } from "../../config/litellm/key-names.ts";
import type { Access } from "../access/access.ts";
import { RefusedChange } from "./key-messages.ts";
import { isAdopted, keyValue, tokenOf } from "./key-value.ts";

/** What all keys of a set have in common. Its names differ from those of keys, which have no capital letters. */
export interface Shared {
  /** The way to the proxy. */
  gatewayAccess: Access;
  /** LiteLLM's master key: secret. */
  masterKey: string;
  /** What the values of the keys are derived from: secret. */
  keySeed: string;
  /** Identity of the server that the keys are stored on: on another one, none of them exists yet. Default: it never changes. */
  databaseServer?: string | undefined;
}

/** A key that was replaced and is still valid. */
export interface Replaced {
  /** The alias that it has had since then: see `replacedAlias` in `config/litellm/key-names.ts`. */
  alias: string;
  /** When LiteLLM begins to refuse it, as ISO 8601. The first update after that deletes it. */
  until: string;
}

/** A key as the inputs of its set have it: as the program asks for it, with what each preview works out. */
export interface KeyInputs extends KeyArgs {
  /** The value of the key that `adopt` names: secret. Default: unknown. */
  adoptedKey?: string;
  /** Not set in code: keys that were replaced and are still valid. */
  replaced?: Replaced[];
  /** Not set in code: when it expires, as ISO 8601. It is fixed when `duration` or the key changes. */
  expires?: string;
}

/** A key as the outputs of its set have it, never with `adoptedKey`: Pulumi encrypts only what the inputs have as well. */
export interface KeyState extends Omit<KeyInputs, "adoptedKey"> {
  /** SHA-256 of the key: LiteLLM's name for it, and no secret. */
  token: string;
}

/** A key as it is wanted, with its value, which is empty for an adopted key of unknown value. */
export type Wanted = KeyInputs & { key: string };

/** What a set remembers next to its keys: only in its outputs, so that no preview shows it. */
export interface Memory {
  /** By name the lowest generation that a key may have, where that is not 1: no value that was given up comes back. */
  lowestGenerations?: Record<string, number>;
  /** Keys that the last update failed to apply: whatever the state says of them, LiteLLM may have part of it. */
  unsureKeys?: string[];
}

/** A set of keys: each is a property of its own, by the key's name, so that a preview shows what changes of which. */
export type KeySet = Shared & Memory & Record<string, unknown>;

/** The keys of a set by name, as its inputs have them. */
export function keysOf(set: Partial<KeySet>): Map<string, KeyInputs> {
  return new Map(Object.entries(set).filter((entry): entry is [string, KeyInputs] => KEY_NAME.test(entry[0])));
}

/** The keys of a set by name, as its outputs have them. */
export function statesOf(set: Partial<KeySet>): Map<string, KeyState> {
  const states = [...keysOf(set)] as [string, KeyState & KeyInputs][];
  return new Map(states.map(([name, key]) => [name, without(key, ["adoptedKey"]) as KeyState]));
}

/** The properties of a set that aren't keys. */
export function sharedOf({ gatewayAccess, masterKey, keySeed, databaseServer }: KeySet): Shared {
  return { gatewayAccess, masterKey, keySeed, ...(databaseServer !== undefined && { databaseServer }) };
}

/** A value without some of its properties. */
export function without<T extends object, Name extends keyof T>(value: T, names: readonly Name[]): Omit<T, Name> {
  const others = Object.entries(value).filter(([name]) => !names.some((other) => other === name));
  return Object.fromEntries(others) as Omit<T, Name>;
}

/** What has to be done to the keys of a set: each by the key's name. */
export interface Changes {
  /** All keys that LiteLLM has. */
  before: Map<string, KeyState>;
  /** All keys that are wanted. */
  wanted: Map<string, Wanted>;
  /** Keys that are no longer in the settings. */
  removed: Map<string, KeyState>;
  /** Keys that LiteLLM doesn't have, or not as they are wanted. */
  outOfSync: Map<string, Wanted>;
  /** Keys that another one replaces, with the moment until which they stay valid; nothing for a key that ends at once. */
  replaced: Map<string, string | undefined>;
  /** Keys whose alias another key is to have. */
  renamed: Map<string, KeyState>;
}

/**
 * What has to be done from one state of a set to another.
 *
 * @param olds The outputs of the last update: after a failure they are the only truth about what there is.
 * @param news The inputs of this one, with the moments that its preview showed.
 * @throws {RefusedChange} if a key can't become what is wanted of it.
 */
export function keyChanges(olds: Partial<KeySet>, news: KeySet, now = new Date()): Changes {
  const before = statesOf(olds);
  const inputs = [...keysOf(news)];
  const wanted = new Map(
    inputs.map(([name, key]) => [name, planned(before.get(name), withValue(news, name, key), now)]),
  );
  const owners = new Map(inputs.map(([name, { alias }]) => [alias, name]));
  const unsure = new Set(olds.unsureKeys);
  // A state that does not say where its keys are is older than the setting: they have not moved.
  const isElsewhere = olds.databaseServer !== undefined && olds.databaseServer !== news.databaseServer;
  const outOfSync = [...wanted].filter(([name, key]) => {
    const last = before.get(name);
    return !last || isElsewhere || unsure.has(name) || !isInSync(last, key);
  });
  const refused = [...wanted].flatMap(([name, key]) => {
    const reason = refusal(name, key, before, olds);
    return reason === undefined ? [] : [{ name, reason }];
  });
  if (refused.length > 0) throw new RefusedChange(refused);
  return {
    ...{ before, wanted, outOfSync: new Map(outOfSync) },
    removed: new Map([...before].filter(([name]) => !wanted.has(name))),
    replaced: new Map(
      outOfSync.flatMap(([name, key]) => {
        const last = before.get(name);
        return last && isReplacement(last, key) ? [[name, key.replaced?.at(-1)?.until] as const] : [];
      }),
    ),
    renamed: new Map(
      [...before].filter(([name, { alias }]) => wanted.has(name) && (owners.get(alias) ?? name) !== name),
    ),
  };
}

/** A key of the inputs with its value. */
export function withValue({ keySeed }: KeySet, name: string, key: KeyInputs): Wanted {
  return { ...key, key: keySeed === pulumi.runtime.unknownValue ? keySeed : keyValue(keySeed, name, key) };
}

/** Whether another key takes the place of the one that is there. */
export function isReplacement(last: KeyState, wanted: Wanted): boolean {
  if (!isAdopted(wanted)) return tokenOf(wanted.key) !== last.token;
  // Its value need not be known, but what it is called is.
  return !isAdopted(last) || ![last.adopt, last.alias, last.token].includes(wanted.adopt);
}

/** Whether LiteLLM already has a key as it is wanted. */
function isInSync(last: KeyState, wanted: Wanted): boolean {
  const compared = [...KEY_FIELDS, "replaced", "expires"] as const;
  return !isReplacement(last, wanted) && compared.every((field) => isDeepStrictEqual(last[field], wanted[field]));
}

/** How long a key that was replaced stays valid, unless the settings say otherwise. */
export const OVERLAP = "24h";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * A key as it is wanted, with what follows from the key that is there: which keys stay valid next to it, and when it expires.
 * A moment that `wanted` has already, because the preview showed it, stays as it is; `virtual-keys.ts` says why this runs
 * twice.
 *
 * @param last The key that is there; nothing for a new one.
 */
export function planned(last: KeyState | undefined, wanted: Wanted, now = new Date()): Wanted {
  const replaced = last ? replacedKeys(last, wanted, now) : [];
  const expires = plannedExpiry(last, wanted, now);
  const settings = without(wanted, ["replaced", "expires"]) as Wanted;
  return { ...settings, ...(replaced.length > 0 && { replaced }), ...(expires !== undefined && { expires }) };
}

/** The keys that are to stay valid next to the current one: what an update has to leave, in this order. */
function replacedKeys(last: KeyState, wanted: Wanted, now: Date): Replaced[] {
  const overlap = milliseconds(wanted.overlap ?? OVERLAP);
  if (overlap === 0) return [];
  const valid = (last.replaced ?? []).filter(({ until }) => new Date(until) > now);
  if (isGone(last) || !isReplacement(last, wanted)) return valid;
  const alias = replacedAlias(last);
  const until = wanted.replaced?.find((key) => key.alias === alias)?.until ?? momentAfter(overlap, now, Math.ceil);
  return until === undefined ? valid : [...valid, { alias, until }];
}

/** When a key expires: `duration` from now, if that or the key changes; else when it did before. */
function plannedExpiry(last: KeyState | undefined, wanted: Wanted, now: Date): string | undefined {
  if (wanted.duration === undefined) return undefined;
  const isSame = last?.expires !== undefined && last.duration === wanted.duration && !isReplacement(last, wanted);
  if (isSame) return last.expires;
  const isShown = wanted.expires !== undefined && new Date(wanted.expires) > now;
  return isShown ? wanted.expires : momentAfter(milliseconds(wanted.duration), now, Math.floor);
}

/** Whether LiteLLM no longer has the key, only its predecessors. */
function isGone({ alias }: KeyState): boolean {
  return alias === "";
}

/**
 * A moment this far from now, as ISO 8601; nothing if that is not known yet. From a day on it is a full hour: so it is mostly
 * the same in an update as in the preview before, which `pulumi up --plan` insists on.
 */
function momentAfter(length: number, now: Date, round: (hours: number) => number): string | undefined {
  const moment = now.getTime() + length;
  if (Number.isNaN(moment)) return undefined;
  return new Date(length < DAY ? moment : round(moment / HOUR) * HOUR).toISOString();
}

/** What is wrong when the value that the code gives is another key's. */
export const WRONG_VALUE = "`adoptedKey` is not the value of the key that `adopt` names: correct it, or leave it out.";

/** Why a key can't become what is wanted of it, if so. */
function refusal(name: string, key: Wanted, before: Map<string, KeyState>, memory: Memory): string | undefined {
  const last = before.get(name);
  if (!isAdopted(key)) return goesBack(key.generation ?? 1, last, memory.lowestGenerations?.[name] ?? 1);
  if (last && !isReplacement(last, key)) {
    const isKnown = key.key !== "" && key.key !== pulumi.runtime.unknownValue;
    return isKnown && tokenOf(key.key) !== last.token ? WRONG_VALUE : undefined;
  }
  const [owner] =
    [...before].find(([other, { alias, token }]) => other !== name && [alias, token].includes(key.adopt ?? "")) ?? [];
  if (owner === undefined) return undefined;
  return `\`adopt\` names the key of \`${owner}\`, which is of this set already: keep that name, or make a new key.`;
}

function goesBack(generation: number, last: KeyState | undefined, lowest: number): string | undefined {
  const current = last && !isAdopted(last) ? (last.generation ?? 1) : 1;
  if (generation < current) {
    return `\`generation\` can't go back from ${current} to ${generation}: a key that was replaced does not come back. Write ${current}, or ${current + 1} for another new key.`;
  }
  if (generation >= lowest) return undefined;
  return `The key of this name was deleted or replaced, and its value does not come back: write \`generation: ${lowest}\` for a new one.`;
}
