import type { Manifest } from "../cluster/api-server.ts";

/** The API server's record of who set which field: `{ "f:spec": { "f:replicas": {} } }`. */
interface FieldSet {
  [field: string]: FieldSet;
}

interface ManagedFields {
  manager: string;
  fieldsV1?: FieldSet;
}

type Path = string[];

/**
 * What the official plugin applies of an object whose fields at `paths` (`spec.replicas`) an update leaves alone
 * (`handleSSAIgnoreFields`): nothing of those that others have set alone, and the present value of those that are ours,
 * which would otherwise take their defaults, as nobody applied them any more.
 */
export function leavingAlone(paths: string[], wanted: Manifest, live: Manifest, ours: string): Manifest {
  const records = (live.metadata["managedFields"] ?? []) as ManagedFields[];
  const isSet = (path: Path, by: (manager: string) => boolean) =>
    records.some(({ manager, fieldsV1 }) => by(manager) && has(fieldsV1, path));
  return paths.reduce<Manifest>((object, dotted) => {
    const path = dotted.split(".");
    const isTheirs = isSet(path, (manager) => manager !== ours) && !isSet(path, (manager) => manager === ours);
    if (isTheirs) return put(object, path, undefined) as Manifest;
    const value = valueAt(live, path);
    return value === undefined ? object : (put(object, path, value) as Manifest);
  }, wanted);
}

function has(fields: FieldSet | undefined, [first, ...rest]: Path): boolean {
  if (first === undefined) return true;
  const inner = fields?.[`f:${first}`];
  return inner !== undefined && has(inner, rest);
}

function valueAt(object: unknown, path: Path): unknown {
  return path.reduce((parent, key) => (parent as Record<string, unknown> | undefined)?.[key], object);
}

/** The same object with another value at a path; undefined leaves it out. */
function put(object: unknown, [first, ...rest]: Path, value: unknown): unknown {
  if (first === undefined) return value;
  const { [first]: inner, ...others } = (object ?? {}) as Record<string, unknown>;
  const changed = put(inner, rest, value);
  return changed === undefined ? others : { ...others, [first]: changed };
}
