import type { Values } from "../../toolchain/plugins/properties.ts";
import type { Path } from "../kubernetes-plugin/property-path.ts";
import { isMap } from "../kubernetes-plugin/property-path.ts";

/** A path without positions in lists, as declarations of types name properties: `nats.name`. */
export function declared(path: Path): string {
  return path.filter((key) => typeof key !== "number").join(".");
}

/** The values at a declared path, of each item of the lists on the way. */
export function valuesAt(value: unknown, path: string): unknown[] {
  const [key = "", ...rest] = path.split(".");
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, path));
  if (!isMap(value)) return [];
  const inside = value[key];
  if (rest.length > 0) return valuesAt(inside, rest.join("."));
  return Array.isArray(inside) ? (inside as unknown[]) : inside === undefined ? [] : [inside];
}

/**
 * A copy with `change` made to every property at a declared path whose parent is there; the property itself may be
 * missing.
 */
export function changedAt(value: unknown, path: string, change: (before: unknown) => unknown): unknown {
  const [key = "", ...rest] = path.split(".");
  if (Array.isArray(value)) return value.map((item) => changedAt(item, path, change));
  if (!isMap(value)) return value;
  if (rest.length > 0) {
    return key in value ? { ...value, [key]: changedAt(value[key], rest.join("."), change) } : value;
  }
  const after = change(value[key]);
  return after === undefined ? value : { ...value, [key]: after };
}

/** `over` on top of `base`, map by map; lists of maps with the same length item by item; undefined leaves what is there. */
export function merge(base: Values, over: Values): Values {
  return merged(base, over) as Values;
}

function merged(base: unknown, over: unknown): unknown {
  if (over === undefined) return base;
  if (isMap(base) && isMap(over)) {
    const entries = Object.entries(over).map(([key, value]) => [key, merged(base[key], value)] as const);
    return { ...base, ...Object.fromEntries(entries) };
  }
  if (Array.isArray(base) && Array.isArray(over) && base.length === over.length && base.every(isMap)) {
    return base.map((item, index) => merged(item, over[index]));
  }
  return over;
}
