import { isDeepStrictEqual } from "node:util";

import type { Change } from "../../toolchain/plugins/resource-type.ts";
import type { Manifest } from "../cluster/api-server.ts";
import type { Mutability, Path } from "./force-new.ts";
import { forcesNew } from "./force-new.ts";

/** How the wanted object differs from the one that was wanted before, property by property. */
export function diff(before: Manifest, after: Manifest, mutability: Mutability): Change[] {
  return [...differences(before, after, [])].map(({ path, kind }) => ({
    property: propertyPath(path),
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

function* differences(before: unknown, after: unknown, path: Path): Generator<{ path: Path; kind: Change["kind"] }> {
  if (isDeepStrictEqual(before, after)) return;
  if (isMap(before) && isMap(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    for (const key of keys) yield* differences(before[key], after[key], [...path, key]);
  } else if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    for (let index = 0; index < length; index++) yield* differences(before[index], after[index], [...path, index]);
  } else {
    yield { path, kind: before === undefined ? "add" : after === undefined ? "delete" : "update" };
  }
}

/** The engine's notation: `data["config.yaml"]`, `spec.ports[0].port`. */
function propertyPath(path: Path): string {
  const written = path.map((key) => {
    if (typeof key === "number") return `[${key}]`;
    return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  });
  return written.join("").replace(/^\./, "");
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
