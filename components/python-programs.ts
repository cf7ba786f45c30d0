import { readFileSync } from "node:fs";

/**
 * The Python programs of a service as its files, by name.
 *
 * @param folder The folder that holds them, as a URL with a slash at its end.
 */
export function pythonPrograms(folder: URL, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, readFileSync(new URL(name, folder), "utf8")]));
}
