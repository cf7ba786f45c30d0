import type { Manifest } from "../cluster/api-server.ts";
import { isMap } from "./property-path.ts";

/**
 * What the official plugin compares new inputs with: the state of the object, with what somebody wanted of it and
 * nothing that the API server added (`pruneLiveState` in its provider/pkg/provider). So a value that the API server
 * writes in its own way shows as a change for ever, unless it is one of those that {@link normalized} evens out.
 *
 * @param live The object, or a part of it, as it was when the engine last saw it.
 * @param wanted The same part of the inputs of that time.
 */
export function pruned(live: unknown, wanted: unknown): unknown {
  if (isMap(live) && isMap(wanted)) {
    const kept = Object.entries(live).filter(([key]) => key in wanted);
    return Object.fromEntries(kept.map(([key, value]) => [key, pruned(value, wanted[key])]));
  }
  if (Array.isArray(live) && Array.isArray(wanted)) {
    return live.slice(0, wanted.length).map((item, index) => pruned(item, wanted[index]));
  }
  return live;
}

/**
 * An object as the official plugin compares it (`Normalize` in its provider/pkg/clients): of the kinds that are part of
 * Kubernetes, quantities are in their shortest form, and a Secret's texts are in `data`. Other kinds are left alone.
 */
export function normalized(object: Manifest): Manifest {
  const group = object.apiVersion.includes("/") ? object.apiVersion.slice(0, object.apiVersion.lastIndexOf("/")) : "";
  const isBuiltIn = !group.includes(".") || group.endsWith(".k8s.io");
  if (!isBuiltIn || group === "gateway.networking.k8s.io") return object;
  const { stringData, ...rest } = object;
  if (object.kind !== "Secret" || !isMap(stringData)) return withQuantities(object, []) as Manifest;
  const encoded = Object.entries(stringData).map(([key, text]) => [key, Buffer.from(String(text)).toString("base64")]);
  return { ...rest, data: { ...(isMap(object["data"]) ? object["data"] : {}), ...Object.fromEntries(encoded) } };
}

/** Where quantities are: below a key of this name, or under it. */
const MAPS_OF_QUANTITIES = ["requests", "limits", "hard"];
const QUANTITIES = ["sizeLimit"];

function withQuantities(value: unknown, path: string[]): unknown {
  const [parent = "", key = ""] = path.slice(-2);
  if (typeof value === "string" || typeof value === "number") {
    return MAPS_OF_QUANTITIES.includes(parent) || QUANTITIES.includes(key) ? shortest(String(value)) : value;
  }
  if (Array.isArray(value)) return value.map((item) => withQuantities(item, path));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withQuantities(item, [...path, name])]));
}

const BINARY = ["", "Ki", "Mi", "Gi", "Ti"];

/** A quantity as the API server writes it: `1000m` is `1`, `1024Mi` is `1Gi`, `0.5` is `500m`. */
function shortest(quantity: string): string {
  const [, number = "", suffix = ""] = /^([0-9.]+)(m|[KMGT]i)?$/.exec(quantity) ?? [];
  if (number === "") return quantity;
  let amount = Number(number);
  if (suffix === "" || suffix === "m") {
    const thousandths = suffix === "m" ? amount : amount * 1000;
    return thousandths % 1000 === 0 ? String(thousandths / 1000) : `${thousandths}m`;
  }
  let unit = BINARY.indexOf(suffix);
  for (; !Number.isInteger(amount) && unit > 0; unit--) amount *= 1024;
  for (; amount % 1024 === 0 && unit < BINARY.length - 1; unit++) amount /= 1024;
  return `${amount}${BINARY[unit] ?? ""}`;
}
