import { replacedAlias } from "../../config/litellm/replaced-alias.ts";
import { isDeepStrictEqual } from "node:util";

import { adoptable } from "./adoption.ts";
import { LiteLlmError } from "./litellm-error.ts";
import { KEY_FIELDS } from "../../config/litellm/key-fields.ts";
import { isAdopted, type KeyInputs, type KeyState, type Wanted, without } from "./key-set.ts";
import type { KeySettings } from "../../config/litellm/key-settings.ts";
import { durationUntil, expiryOf, type KeyStore, type StoredKey, tokenOf } from "./key-store.ts";
import { fromWire } from "./key-wire.ts";
import { isReplacement } from "./rotation.ts";

/** By so much the expiry that LiteLLM works out may differ from ours, in milliseconds: clocks do, and calls take time. */
const TOLERANCE = 60_000;

/** Whether LiteLLM has the key as it is wanted already. */
export function isSettled(last: KeyState, wanted: Wanted): boolean {
  const compared = [...KEY_FIELDS, "replaced", "expires"] as const;
  return !isReplacement(last, wanted) && compared.every((field) => isDeepStrictEqual(last[field], wanted[field]));
}

/**
 * Brings one virtual key in line with what is wanted. Because its value is ours to choose, this can be repeated: a reply
 * that got lost or a run that was killed leaves neither an orphan on the server nor a key that nobody knows.
 *
 * @param last What it was before; nothing for a new key.
 */
export async function bringKey(store: KeyStore, last: KeyState | undefined, wanted: Wanted): Promise<KeyState> {
  if (!last) return stateOf(wanted, await take(store, wanted));
  const kept = new Set(wanted.replaced?.map(({ alias }) => alias));
  for (const { alias } of last.replaced ?? []) {
    if (!kept.has(alias)) await store.deleteNamed(alias, { except: last.token });
  }
  const bring = isReplacement(last, wanted) ? replace : update;
  return stateOf(wanted, await bring(store, last, wanted));
}

/** Deletes a key, and those that it replaced. */
export async function deleteKey(store: KeyStore, { token, replaced = [] }: KeyState): Promise<void> {
  await store.delete(token).catch((error: unknown) => {
    throw undeletable(error);
  });
  for (const { alias: old } of replaced) await store.deleteNamed(old, { except: token });
}

/** A key as LiteLLM has it now; nothing if it is gone, and nothing is left to be done about it. */
export async function readKey(store: KeyStore, props: KeyState): Promise<KeyState | undefined> {
  const stored = await store.find(props.token);
  const { expires, ...others } = without(props, KEY_FIELDS);
  if (stored) {
    const settings = fromWire(stored, without(props, ["duration"]));
    return { ...settings, ...others, ...seenExpiry(props, stored) };
  }
  // Its predecessors are still to be deleted, so it stays: with all settings to be made again.
  return props.replaced ? { ...others, alias: "", ...(expires !== undefined && { expires }) } : undefined;
}

/** Makes a key, or takes over one that exists. @param last The key that has its alias so far. */
async function take(store: KeyStore, wanted: Wanted, last?: KeyState): Promise<string> {
  if (!isAdopted(wanted)) {
    // The budget of the new key is what the old one left of it.
    const spend = last && (await store.find(last.token))?.["spend"];
    if (last) await store.rename(last.token, replacedAlias(last));
    await store.create(wanted.key, sent(wanted), Number(spend ?? 0));
    return tokenOf(wanted.key);
  }
  const { token, found } = await adoptable(store, wanted, last);
  if (last) await store.rename(last.token, replacedAlias(last));
  await store.update(token, sent(wanted), { ...fromWire(found, {}), duration: expiryOf(found) });
  return token;
}

/** Brings the key in line, and recreates it if somebody deleted it. */
async function update(store: KeyStore, last: KeyState, wanted: Wanted): Promise<string> {
  const before = { ...settingsOf(last), duration: last.expires };
  // Each time it is sent, the expiry moves.
  const settings = last.expires === wanted.expires ? { ...sent(wanted), duration: before.duration } : sent(wanted);
  try {
    await store.update(last.token, settings, before);
  } catch (error) {
    if (!(error instanceof LiteLlmError && error.isMissing)) throw error;
    if (!wanted.key) {
      throw new Error("It was deleted from LiteLLM, and its value is not known: raise `generation` for a new key.", {
        cause: error,
      });
    }
    await store.create(wanted.key, sent(wanted));
  }
  return last.token;
}

/** Puts another key beside the old one, which keeps working as long as `replaced` says. Each step may be repeated. */
async function replace(store: KeyStore, last: KeyState, wanted: Wanted): Promise<string> {
  const alias = replacedAlias(last);
  const token = await take(store, wanted, last);
  // Last, so that nobody is without a valid key if making the new one fails.
  const until = wanted.replaced?.find((key) => key.alias === alias)?.until;
  await (until === undefined ? store.delete(last.token) : store.expire(last.token, new Date(until)));
  return token;
}

/** The state of a key that is as it is wanted. */
export function stateOf(wanted: Wanted, token: string): KeyState {
  return { ...without(wanted, ["key", "adoptedKey"]), token };
}

function settingsOf(inputs: KeyState | Wanted): KeySettings {
  const present = KEY_FIELDS.filter((field) => inputs[field] !== undefined);
  return Object.fromEntries(present.map((field) => [field, inputs[field]])) as unknown as KeySettings;
}

/** The settings as LiteLLM is sent them: it is told no moment, but how much is left until then. */
function sent(wanted: Wanted): KeySettings {
  const settings = without(settingsOf(wanted), ["duration"]);
  return { ...settings, ...(wanted.expires !== undefined && { duration: durationUntil(new Date(wanted.expires)) }) };
}

/** When it expires. LiteLLM tells no duration: if the moment is another one, the duration is what is left until then. */
function seenExpiry({ duration, expires }: KeyState, stored: StoredKey): Pick<KeyInputs, "duration" | "expires"> {
  const actual = expiryOf(stored);
  if (actual === undefined) return {};
  const moved = Math.abs(new Date(actual).getTime() - new Date(expires ?? 0).getTime());
  return moved > TOLERANCE ? { duration: durationUntil(new Date(actual)), expires: actual } : { duration, expires };
}

/** A gateway that is gone takes its keys along, but only its user knows that it will not come back. */
function undeletable(error: unknown): unknown {
  if (error instanceof LiteLlmError && error.status < 500) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const last = "If the gateway is gone for good, so are all its keys: `pulumi state delete` forgets the whole set.";
  return new Error(`${reason} ${last}`, { cause: error });
}
