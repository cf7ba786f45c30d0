import { pythonPrograms } from "../python-programs.ts";

/** Python programs of Sagewai's services as their files, by name. */
export function programs(...names: string[]): Record<string, string> {
  return pythonPrograms(new URL("./", import.meta.url), names);
}
