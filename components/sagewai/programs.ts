import { readFileSync } from "node:fs";

/** The Python programs of a service as its files, by name. */
export function programs(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, readFileSync(new URL(name, import.meta.url), "utf8")]));
}
