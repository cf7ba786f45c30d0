import { isDeepStrictEqual } from "node:util";

import type { Values } from "../../toolchain/plugins/properties.ts";
import type { Change } from "../../toolchain/plugins/resource-type.ts";

/** Keys of a property inside an object, with numbers for items of lists: ["spec", "containers", 0, "image"]. */
export type Path = readonly (string | number)[];

/** The engine's notation: `data["config.yaml"]`, `spec.ports[0].port`. */
export function written(path: Path): string {
  const parts = path.map((key) => {
    if (typeof key === "number") return `[${key}]`;
    return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  });
  return parts.join("").replace(/^\./, "");
}

/**
 * The innermost properties that differ.
 *
 * @param missingLike What stands for the value that is missing beside one that comes or goes; without it, a map or list
 *   comes and goes as a whole.
 */
export function* changedPaths(
  before: unknown,
  after: unknown,
  missingLike: (other: unknown) => unknown = () => undefined,
  path: Path = [],
): Generator<{ path: Path; kind: Change["kind"] }> {
  if (isDeepStrictEqual(before, after)) return;
  const [old, wanted] = [before ?? missingLike(after), after ?? missingLike(before)];
  if (isMap(old) && isMap(wanted)) {
    for (const key of new Set([...Object.keys(old), ...Object.keys(wanted)])) {
      yield* changedPaths(old[key], wanted[key], missingLike, [...path, key]);
    }
  } else if (Array.isArray(old) && Array.isArray(wanted)) {
    const length = Math.max(old.length, wanted.length);
    for (let index = 0; index < length; index++) {
      yield* changedPaths(old[index], wanted[index], missingLike, [...path, index]);
    }
  } else {
    yield { path, kind: before === undefined ? "add" : after === undefined ? "delete" : "update" };
  }
}

/** Whether a property is `whole`, or inside it. */
export function isWithin(property: string, whole: string): boolean {
  return property === whole || property.startsWith(`${whole}.`) || property.startsWith(`${whole}[`);
}

/** Whether it is a map, not a list. */
export function isMap(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
