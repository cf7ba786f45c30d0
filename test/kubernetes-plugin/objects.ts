import type { Properties, Values } from "../../toolchain/plugins/properties.ts";
import type { Manifest, Reference } from "../cluster/api-server.ts";
import { kindOfToken } from "./naming.ts";

/** What the API server adds to every object and nobody sets. */
const SERVER_METADATA = ["creationTimestamp", "generation", "resourceVersion", "uid"];

/** The type token in a resource's URN: `kubernetes:core/v1:Pod`. */
export function tokenOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** The object that a request's properties are; `check` has seen to it that they are one. */
export function asManifest({ values }: Properties): Manifest {
  return values as Values & Manifest;
}

/** The object that is to be imported: its id is `namespace/name`, or the name alone. */
export function referenceOf(request: { getUrn(): string; getId(): string }): Reference {
  const [name = "", namespace] = request.getId().split("/").reverse();
  const metadata = namespace === undefined ? { name } : { name, namespace };
  return { ...kindOfToken(tokenOf(request.getUrn())), metadata };
}

/** The properties to encrypt: those whose inputs were secret, and the contents of a Secret. */
export function secretsOf({ apiVersion, kind }: Manifest, inputs: ReadonlySet<string>): ReadonlySet<string> {
  return apiVersion === "v1" && kind === "Secret" ? new Set([...inputs, "data", "stringData"]) : inputs;
}

/** Leaves out the record of who set which field, which changes with every update. */
export function withoutManagers(object: Manifest): Manifest {
  return { ...object, metadata: without(object.metadata, ["managedFields"]) };
}

/** What somebody could have written to make the object. */
export function withoutStatus(object: Manifest): Manifest {
  return { ...without(object, ["status"]), metadata: without(object.metadata, SERVER_METADATA) };
}

function without<T extends object>(fields: T, names: string[]): T {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name))) as T;
}
