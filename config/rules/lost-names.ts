import { isMapping } from "../problems/mapping.ts";
import type { SettingsProblem } from "../problems/problems.ts";

/** JavaScript takes a property of this name for something else, so what stands below it would be lost in silence. */
const LOST = "__proto__";

/**
 * Names that can't be kept, wherever the settings let people choose one.
 *
 * @param input The settings as a stack file says them.
 */
export function lostNames(input: unknown, path: PropertyKey[] = []): SettingsProblem[] {
  if (Array.isArray(input)) return input.flatMap((item, index) => lostNames(item, [...path, index]));
  if (!isMapping(input)) return [];
  return Object.entries(input).flatMap(([name, value]) => [
    ...(name === LOST ? [{ path: [...path, name], message: "is a word of JavaScript; choose another name" }] : []),
    ...lostNames(value, [...path, name]),
  ]);
}
