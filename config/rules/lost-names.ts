import type { SettingsProblem } from "../problems/problems.ts";
import { textsIn } from "./texts.ts";

/** JavaScript takes a property of this name for something else, so what stands below it would be lost in silence. */
const LOST = "__proto__";

/**
 * Names that can't be kept, wherever the settings let people choose one.
 *
 * @param input The settings as a stack file says them.
 */
export function lostNames(input: unknown): SettingsProblem[] {
  return textsIn(input)
    .filter(({ text, isName }) => isName && text === LOST)
    .map(({ path }) => ({ path, message: "is a word of JavaScript; choose another name" }));
}
