import { isDeepStrictEqual } from "node:util";

import type { Values } from "../../toolchain/plugins/properties.ts";
import { isUnknown } from "../../toolchain/plugins/properties.ts";
import type { Change } from "../../toolchain/plugins/resource-type.ts";
import type { CloudType } from "./cloud-type.ts";
import type { Path } from "./property-paths.ts";
import { changedAt, declared, isMap, written } from "./property-paths.ts";

/** How the wanted inputs differ from those that were wanted before, property by property. */
export function differences(type: CloudType, before: Values, after: Values): Change[] {
  const [old, wanted] = [ordered(type, before), ordered(type, after)];
  const fixed = [...type.immutable, ...(type.replacedBy?.(old, wanted) ?? [])];
  const suppressed = type.suppressed?.(old, wanted) ?? [];
  return [...walk(old, wanted, [])].flatMap(({ path, kind }) => {
    const property = declared(path);
    if (suppressed.includes(property)) return [];
    if (kind === "delete" && type.optional?.some((decided) => isWithin(property, decided))) return [];
    const replaces = fixed.some((name) => isWithin(property, name));
    return [{ property: written(path), kind, replaces }];
  });
}

/** Puts the lists whose order means nothing into one order. */
function ordered(type: CloudType, values: Values): Values {
  return (type.sets ?? []).reduce<Values>((result, path) => {
    const sorted = (list: unknown) =>
      Array.isArray(list) && !isUnknown(list)
        ? [...(list as unknown[])].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
        : list;
    return changedAt(result, path, sorted) as Values;
  }, values);
}

function* walk(before: unknown, after: unknown, path: Path): Generator<{ path: Path; kind: Change["kind"] }> {
  if (isDeepStrictEqual(before, after)) return;
  const [old, wanted] = [before ?? emptyLike(after), after ?? emptyLike(before)];
  if (isMap(old) && isMap(wanted)) {
    for (const key of new Set([...Object.keys(old), ...Object.keys(wanted)])) {
      yield* walk(old[key], wanted[key], [...path, key]);
    }
  } else if (Array.isArray(old) && Array.isArray(wanted)) {
    const length = Math.max(old.length, wanted.length);
    for (let index = 0; index < length; index++) yield* walk(old[index], wanted[index], [...path, index]);
  } else {
    yield { path, kind: before === undefined ? "add" : after === undefined ? "delete" : "update" };
  }
}

/** What a map or list with something in it was before: so that what comes is named by its innermost property. */
function emptyLike(value: unknown): unknown {
  if (Array.isArray(value)) return value.length > 0 ? [] : undefined;
  return isMap(value) && Object.keys(value).length > 0 ? {} : undefined;
}

/** Whether a property is `whole`, or inside it. */
function isWithin(property: string, whole: string): boolean {
  return property === whole || property.startsWith(`${whole}.`);
}
