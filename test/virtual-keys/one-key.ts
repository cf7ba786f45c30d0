import type { KeyInputs, KeySet, KeyState } from "../../providers/litellm/key-set.ts";
import { keyValue } from "../../providers/litellm/key-value.ts";

/** The name of the key in a set of one. */
const NAME = "team";

/** How the keys' owner reaches LiteLLM. */
export interface KeyAccess {
  gatewayAccess: { url: string };
  masterKey: string;
}

/** A set with one key in it, whose value differs from that of the same key with another seed. */
export function oneKey(access: KeyAccess, settings: KeyInputs, keySeed = `seed of ${settings.alias}`): KeySet {
  return { ...access, keySeed, [NAME]: settings };
}

/** The same set, with other settings of its key. */
export function withSettings(set: KeySet, changes: Partial<KeyInputs>): KeySet {
  return { ...set, [NAME]: { ...settingsOf(set), ...changes } };
}

/** The key in a set of one. @throws {Error} if it is not there. */
export function settingsOf(set: KeySet | undefined): KeyState {
  if (!set?.[NAME]) throw new Error("the set has no key");
  return set[NAME] as KeyState;
}

/** The value of the key. */
export function valueOf(set: KeySet): string {
  return keyValue(set.keySeed, NAME, settingsOf(set));
}
