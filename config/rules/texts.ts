import { isMapping } from "../problems/mapping.ts";

/** A text of a stack file: a name of a mapping, or a value. */
export interface FoundText {
  text: string;
  /** Where it stands; that of a name ends with it. */
  path: PropertyKey[];
  isName: boolean;
}

/**
 * Every text and name of a stack file, in its order, for rules that look at what the file says, and not at what single
 * settings mean: so no setting can be forgotten.
 *
 * @param input The settings as a stack file says them, secrets included.
 */
export function textsIn(input: unknown, path: PropertyKey[] = []): FoundText[] {
  if (typeof input === "string") return [{ text: input, path, isName: false }];
  if (Array.isArray(input)) return input.flatMap((item, index) => textsIn(item, [...path, index]));
  if (!isMapping(input)) return [];
  return Object.entries(input).flatMap(([name, value]) => [
    { text: name, path: [...path, name], isName: true },
    ...textsIn(value, [...path, name]),
  ]);
}
