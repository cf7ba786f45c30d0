import { isDeepStrictEqual } from "node:util";

import { FIELDS, KEY_FIELDS } from "../../config/litellm/key-fields.ts";
import type { KeyInputs } from "./key-set.ts";

/**
 * A key whose lists of names are in the order in which the last update had them, where they have the same names: their order
 * means nothing, so another one is no change.
 *
 * @param last The key as the last update had it; nothing for a new one.
 */
export function inFormerOrder<Key extends KeyInputs>(last: KeyInputs | undefined, key: Key): Key {
  const kept = KEY_FIELDS.filter((name) => FIELDS[name].kind === "texts" && isSameSet(last?.[name], key[name]));
  return { ...key, ...Object.fromEntries(kept.map((name) => [name, last?.[name]])) };
}

function isSameSet(one: unknown, other: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return false;
  const [sorted, otherSorted] = [one, other].map((names: unknown[]) => names.toSorted());
  return isDeepStrictEqual(sorted, otherSorted);
}
