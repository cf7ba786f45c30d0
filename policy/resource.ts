/** Stands for a value that nobody knows before the update. */
export const UNKNOWN = Symbol("unknown");

/** A resource as rules look at it. Its inputs may hold secrets in plain text: no message repeats a value that could be one. */
export interface Resource {
  urn: string;
  /** `gcp:sql/databaseInstance:DatabaseInstance`. */
  type: string;
  name: string;
  /** Whether Pulumi refuses to delete it. */
  protect: boolean;
  inputs: Record<string, unknown>;
}

/**
 * Inputs as Pulumi's library hands them to a policy, with {@link UNKNOWN} for what it refuses to tell in a preview: there,
 * looking at such a value throws.
 */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => told(value, index));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.keys(value).map((key) => [key, told(value, key)]));
}

function told(holder: object, key: PropertyKey): unknown {
  let value: unknown;
  try {
    value = Reflect.get(holder, key);
  } catch {
    return UNKNOWN;
  }
  return plain(value);
}

/** What stands at a path such as `settings.ipConfiguration.ipv4Enabled`; {@link UNKNOWN} below what is unknown. */
export function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((held, key) => {
    if (held === UNKNOWN) return UNKNOWN;
    return isMapping(held) && Object.hasOwn(held, key) ? held[key] : undefined;
  }, value);
}

/** The entries of a list that are known; none for what is no list, or unknown. */
export function entries(value: unknown): unknown[] {
  return Array.isArray(value) ? value.filter((entry) => entry !== UNKNOWN) : [];
}

/** Whether a value is known and none of these. */
export function isNone(value: unknown, ...allowed: unknown[]): boolean {
  return value !== UNKNOWN && !allowed.includes(value);
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
