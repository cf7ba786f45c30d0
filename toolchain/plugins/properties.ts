import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import protobuf from "google-protobuf/google/protobuf/struct_pb.js";

/** Property values as plain data: text, numbers, booleans, lists, maps. */
export type Values = Record<string, unknown>;

/** The properties of a resource. A property that holds a secret anywhere inside it is secret as a whole. */
export interface Properties {
  values: Values;
  secrets: ReadonlySet<string>;
}

/** What stands for a value that is only known once the update has run. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The engine's marker of special values: a map with this key says under it what it is. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Reads the properties of an engine's request; those that begin with two underscores are the engine's own. */
export function fromWire(message: Struct | undefined): Properties {
  const secrets = new Set<string>();
  const values: Values = {};
  for (const [name, value] of Object.entries(message?.toJavaScript() ?? {})) {
    if (name.startsWith("__") || value === null) continue;
    values[name] = reveal(value, () => secrets.add(name));
  }
  return { values, secrets };
}

/** Writes properties for the engine, which keeps the secret ones encrypted. */
export function toWire(values: Values, secrets: ReadonlySet<string>): Struct {
  const fields = Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, secrets.has(name) ? { [SIGNATURE]: SECRET, value } : value] as const);
  return protobuf.Struct.fromJavaScript(
    Object.fromEntries(fields) as Parameters<typeof protobuf.Struct.fromJavaScript>[0],
  );
}

/** Whether the value, or anything inside it, is not known yet. */
export function isUnknown(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value === UNKNOWN;
  return Object.values(value).some(isUnknown);
}

function reveal(value: unknown, onSecret: () => void): unknown {
  if (Array.isArray(value)) return value.map((item) => reveal(item, onSecret));
  if (typeof value !== "object" || value === null) return value;
  const map = value as Values;
  if (map[SIGNATURE] === SECRET) {
    onSecret();
    return reveal(map["value"], onSecret);
  }
  return Object.fromEntries(Object.entries(map).map(([key, item]) => [key, reveal(item, onSecret)]));
}
