import { isDeepStrictEqual } from "node:util";

import type { Change } from "../../toolchain/plugins/resource-type.ts";
import type { Manifest } from "../cluster/api-server.ts";
import type { Mutability } from "./force-new.ts";
import { forcesNew } from "./force-new.ts";
import { changedPaths, isMap, written } from "./property-path.ts";

/** How the wanted object differs from the one that was wanted before, property by property. */
export function diff(before: Manifest, after: Manifest, mutability: Mutability): Change[] {
  return [...changedPaths(before, after)].map(({ path, kind }) => ({
    property: written(path),
    kind,
    replaces: forcesNew(after, path, mutability),
  }));
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
