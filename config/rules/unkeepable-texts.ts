import { isMapping } from "../problems/mapping.ts";
import type { SettingsProblem } from "../problems/problems.ts";

/**
 * Texts and names with characters that neither PostgreSQL nor a variable of a process can hold, or that no encoding of
 * Unicode has.
 *
 * @param input The settings as a stack file says them, secrets included.
 */
export function unkeepableTexts(input: unknown, path: PropertyKey[] = []): SettingsProblem[] {
  if (typeof input === "string") return isKeepable(input) ? [] : [{ path, message: MESSAGE }];
  if (Array.isArray(input)) return input.flatMap((item, index) => unkeepableTexts(item, [...path, index]));
  if (!isMapping(input)) return [];
  return Object.entries(input).flatMap(([name, value]) => [
    ...(isKeepable(name) ? [] : [{ path: [...path, name], message: MESSAGE }]),
    ...unkeepableTexts(value, [...path, name]),
  ]);
}

const MESSAGE =
  "contains a character that can't be kept: a NUL (\\0), or half of a surrogate pair (\\ud800 to \\udfff); leave it out";

function isKeepable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}
