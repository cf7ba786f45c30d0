import { isDeepStrictEqual } from "node:util";

import type { Change } from "../../toolchain/plugins/resource-type.ts";
import type { Manifest } from "../cluster/api-server.ts";
import type { Mutability } from "./force-new.ts";
import { forcesNew } from "./force-new.ts";
import { normalized } from "./live-state.ts";
import type { Path } from "./property-path.ts";
import { changedPaths, isMap, written } from "./property-path.ts";

/** How the wanted object differs from the one before, property by property. */
export function diff(before: Manifest, after: Manifest, mutability: Mutability): Change[] {
  const [old, wanted] = [normalized(before), normalized(after)];
  return [...changedPaths(old, wanted)]
    .filter(({ path, kind }) => kind !== "add" || !isEmpty(valueAt(wanted, path)))
    .map(({ path, kind }) => ({
      property: written(path),
      kind,
      replaces: forcesNew(after, path, mutability),
    }));
}

/** What Go's types leave out when they write an object. */
function isEmpty(value: unknown): boolean {
  return value === false || value === "" || (Array.isArray(value) && value.length === 0);
}

function valueAt(object: unknown, path: Path): unknown {
  return path.reduce<unknown>((parent, key) => (parent as Record<string | number, unknown> | undefined)?.[key], object);
}

/**
 * The inputs that would make what is there: what was wanted, but for values that somebody changed since. Values that the
 * API server writes in its own way (`1000m` as `1`) count as changed only if they aren't what it wrote last time.
 */
export function drifted(inputs: unknown, state: unknown, live: unknown): unknown {
  if (isDeepStrictEqual(state, live)) return inputs;
  if (isMap(inputs) && isMap(state) && isMap(live)) {
    const entries = Object.entries(inputs).map(([key, value]) => [key, drifted(value, state[key], live[key])] as const);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }
  if (Array.isArray(inputs) && Array.isArray(state) && Array.isArray(live) && inputs.length === live.length) {
    return inputs.map((item, index) => drifted(item, state[index], live[index]));
  }
  return live;
}
