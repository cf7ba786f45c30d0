import type { Values } from "../../toolchain/plugins/properties.ts";
import { isUnknown } from "../../toolchain/plugins/properties.ts";
import type { Change } from "../../toolchain/plugins/resource-type.ts";
import { changedPaths, isMap, isWithin, written } from "../kubernetes-plugin/property-path.ts";
import type { CloudType } from "./cloud-type.ts";
import { changedAt, declared } from "./property-paths.ts";

/** How the wanted inputs differ from those that were wanted before, property by property. */
export function differences(type: CloudType, before: Values, after: Values): Change[] {
  const [old, wanted] = [ordered(type, before), ordered(type, after)];
  const fixed = [...type.immutable, ...(type.replacedBy?.(old, wanted) ?? [])];
  const suppressed = type.suppressed?.(old, wanted) ?? [];
  return [...changedPaths(old, wanted, emptyLike)].flatMap(({ path, kind }) => {
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

/** What a map or list with something in it was before: so that what comes is named by its innermost property. */
function emptyLike(value: unknown): unknown {
  if (Array.isArray(value)) return value.length > 0 ? [] : undefined;
  return isMap(value) && Object.keys(value).length > 0 ? {} : undefined;
}
