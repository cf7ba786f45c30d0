import { pythonPrograms } from "../python-programs.ts";

/** Python programs of the LiteLLM proxy as its files, by name. */
export function programs(...names: string[]): Record<string, string> {
  return pythonPrograms(new URL("./", import.meta.url), names);
}
