import type { SettingsProblem } from "../problems/problems.ts";
import { textsIn } from "./texts.ts";

/**
 * Texts and names with characters that neither PostgreSQL nor a variable of a process can hold, or that no encoding of
 * Unicode has.
 *
 * @param input The settings as a stack file says them, secrets included.
 */
export function unkeepableTexts(input: unknown): SettingsProblem[] {
  return textsIn(input)
    .filter(({ text }) => !isKeepable(text))
    .map(({ path }) => ({ path, message: MESSAGE }));
}

const MESSAGE =
  "contains a character that can't be kept: a NUL (\\0), or half of a surrogate pair (\\ud800 to \\udfff); leave it out";

function isKeepable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}
