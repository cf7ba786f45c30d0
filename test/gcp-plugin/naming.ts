import { createHash, randomBytes } from "node:crypto";

import type { Values } from "../../toolchain/plugins/properties.ts";

/** Hexadecimal digits of a made-up name. */
const RANDOM = 7;

/** What the engine says about the name of an object. */
export interface NameSource {
  /** Name of the resource in the program. */
  resource: string;
  /** Makes the same name each time; empty for none. */
  seed: Uint8Array;
  /** The name that a configuration of the engine wants. */
  proposed?: string;
}

/**
 * The inputs with a name: the program's, else that of the object which is there, else a new one, as pulumi-gcp makes it
 * (`AutoName` in its provider/resources.go): the resource's name, a hyphen and 7 hexadecimal digits.
 *
 * @throws Error for a resource's name that leaves no room for them.
 */
export function named(inputs: Values, before: Values, maxLength: number, source: NameSource): Values {
  if (inputs["name"] !== undefined) return inputs;
  if (typeof before["name"] === "string") return { ...inputs, name: before["name"] };
  return { ...inputs, name: newName(maxLength, source) };
}

function newName(maxLength: number, { resource, seed, proposed }: NameSource): string {
  if (proposed !== undefined && proposed !== "") return proposed;
  if (resource.length + 1 + RANDOM > maxLength) {
    throw new Error(
      `name '${resource}-' plus ${RANDOM} random chars is longer than maximum length ${maxLength}; shorten the resource's name`,
    );
  }
  const random = seed.length > 0 ? createHash("sha256").update(seed).digest() : randomBytes(4);
  return `${resource}-${random.toString("hex").slice(0, RANDOM)}`;
}
