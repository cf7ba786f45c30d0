import { createHash, randomBytes } from "node:crypto";

import type { Values } from "../../toolchain/plugins/properties.ts";
import { UNKNOWN } from "../../toolchain/plugins/properties.ts";
import type { Manifest } from "../cluster/api-server.ts";

/** The annotation of objects whose names the plugin made up. */
const AUTONAMED = "pulumi.com/autonamed";

/** What the engine says about the name of a new object. */
export interface NameSource {
  /** Name of the resource in the program. */
  resource: string;
  /** Makes the same name each time; empty for none. */
  seed: Uint8Array;
  /** The name that a configuration of the engine wants. */
  proposed?: string;
}

/** The apiVersion and kind in a type token: `kubernetes:core/v1:Pod`. */
export function kindOfToken(token: string): Pick<Manifest, "apiVersion" | "kind"> {
  const [, apiVersion = "", kind = ""] = token.split(":");
  return { apiVersion: apiVersion.replace(/^core\//, ""), kind };
}

/**
 * The object that a program wants, with a name: the program's, else that of the object which is there, else a new one
 * that is marked as made up, so that a replacement can live beside the object it replaces.
 */
export function named(inputs: Values, before: Values, token: string, source: NameSource): Manifest {
  const wanted = { ...kindOfToken(token), ...inputs };
  const metadata = asMap(inputs["metadata"]);
  if (typeof metadata["name"] === "string") return { ...wanted, metadata: { ...metadata, name: metadata["name"] } };
  const old = asMap(before["metadata"]);
  const name = isAutonamed(before) && typeof old["name"] === "string" ? old["name"] : newName(source);
  const annotations = metadata["annotations"] === UNKNOWN ? {} : asMap(metadata["annotations"]);
  return {
    ...wanted,
    metadata: { ...metadata, name, annotations: { ...annotations, [AUTONAMED]: "true" } },
  };
}

/** Whether the plugin made the name up. */
export function isAutonamed(object: Values): boolean {
  return asMap(asMap(object["metadata"])["annotations"])[AUTONAMED] === "true";
}

/** The engine's id of an object: `namespace/name`, or the name alone. */
export function idOf({ metadata: { name, namespace } }: Manifest): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

function newName({ resource, seed, proposed }: NameSource): string {
  if (proposed !== undefined && proposed !== "") return proposed;
  const random = seed.length > 0 ? createHash("sha256").update(seed).digest() : randomBytes(4);
  return `${resource}-${random.toString("hex").slice(0, 8)}`;
}

function asMap(value: unknown): Values {
  return typeof value === "object" && value !== null ? (value as Values) : {};
}
