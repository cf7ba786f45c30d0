import { isAdopted, type KeyState, type Memory } from "./key-set.ts";

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
