import { isDeepStrictEqual } from "node:util";

import { isMapping } from "../config/problems/mapping.ts";

/** Mappings, lists and scalars, as a YAML text holds them. */
export type Data = unknown;

/** Names of mappings, and indices of lists. */
export type DataPath = readonly (string | number)[];

/** One value that is replaced by another one, or left out. An index one past a list's end adds to it. */
export type DataChange = { path: DataPath; value: Data } | { path: DataPath; isGone: true };

/** What leads from one value to the other, as far inside as they are alike. In this order: indices change with each. */
export function changesOf(before: Data, after: Data, path: DataPath = []): DataChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isMapping(before) && isMapping(after)) return changesOfMapping(before, after, path);
  if (Array.isArray(before) && Array.isArray(after)) return changesOfList(before, after, path);
  return [{ path, value: after }];
}

/** The value with a change made. */
export function withChange(data: Data, change: DataChange, depth = 0): Data {
  const [name] = change.path.slice(depth);
  if (name === undefined) return "isGone" in change ? undefined : change.value;
  const isLeftOut = "isGone" in change && depth === change.path.length - 1;
  if (Array.isArray(data)) {
    const [index, items] = [Number(name), data as Data[]];
    return items.toSpliced(index, 1, ...(isLeftOut ? [] : [withChange(items[index], change, depth + 1)]));
  }
  const mapping = isMapping(data) ? data : {};
  if (isLeftOut) return Object.fromEntries(Object.entries(mapping).filter(([key]) => key !== name));
  return { ...mapping, [name]: withChange(own(mapping, name), change, depth + 1) };
}

/** The value at a path; undefined where there is none. */
export function valueAt(data: Data, path: DataPath): Data {
  return path.reduce<Data>((value, name) => own(value, name), data);
}

function own(data: Data, name: string | number): Data {
  return typeof data === "object" && data !== null && Object.hasOwn(data, name)
    ? (data as Record<string | number, Data>)[name]
    : undefined;
}

function changesOfMapping(before: Record<string, Data>, after: Record<string, Data>, path: DataPath): DataChange[] {
  // Last and backwards, so that what refers to a value goes before the value.
  const gone = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  return [
    ...Object.entries(after).flatMap(([name, value]) =>
      Object.hasOwn(before, name)
        ? changesOf(before[name], value, [...path, name])
        : [{ path: [...path, name], value }],
    ),
    ...gone.toReversed().map((name) => ({ path: [...path, name], isGone: true as const })),
  ];
}

/** Items are compared from both ends, so that one that is left out is all that changes. */
function changesOfList(before: Data[], after: Data[], path: DataPath): DataChange[] {
  const surplus = before.length - after.length;
  const differing = before.findIndex((item, index) => !isDeepStrictEqual(item, after[index]));
  const start = differing === -1 ? before.length : differing;
  const rest = isDeepStrictEqual(before.slice(start + surplus), after.slice(start));
  if (surplus > 0 && rest) {
    return before.slice(start, start + surplus).map(() => ({ path: [...path, start], isGone: true as const }));
  }
  if (surplus > 0) return [{ path, value: after }];
  return after.flatMap((item, index) =>
    index < before.length
      ? changesOf(before[index], item, [...path, index])
      : [{ path: [...path, index], value: item }],
  );
}
