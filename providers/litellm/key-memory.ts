import { isAdopted, type KeyState } from "./key-set.ts";

/** What a set remembers beside its keys: in its outputs alone, so that no preview shows it. */
export interface Memory {
  /** By name the lowest generation that a key may have, where that is not 1: no value that was given up comes back. */
  lowestGenerations?: Record<string, number>;
  /** Keys that the last update failed to bring in line: whatever the state says of them, LiteLLM may have part of it. */
  unsureKeys?: string[];
}

/**
 * The lowest generations after keys have gone: never lower than they were.
 *
 * @param gone Keys that were there.
 * @param isOver Whether their values may not come back.
 */
export function lowestAfter(
  { lowestGenerations }: Memory,
  gone: Iterable<readonly [name: string, key: KeyState]>,
  { isOver }: { isOver: boolean },
): Pick<Memory, "lowestGenerations"> {
  const lowest = { ...lowestGenerations };
  for (const [name, key] of gone) {
    const generation = isAdopted(key) ? 1 : (key.generation ?? 1) + (isOver ? 1 : 0);
    if (generation > (lowest[name] ?? 1)) lowest[name] = generation;
  }
  return Object.keys(lowest).length === 0 ? {} : { lowestGenerations: lowest };
}
