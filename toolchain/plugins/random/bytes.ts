import { randomBytes } from "node:crypto";

import { z } from "zod";

import type { Values } from "../properties.ts";
import type { ResourceType } from "../resource-type.ts";
import { keepers, readRemembered, remembered } from "./remembered.ts";

const positive = z.int().min(1, "it must be at least 1");

const idInputs = z.object({ byteLength: positive, prefix: z.string().optional(), keepers });

/** Random bytes in several notations, not secret. */
export const randomId: ResourceType<typeof idInputs> = {
  ...remembered,
  inputs: idInputs,
  replaceOn: ["byteLength", "prefix", "keepers"],
  async create(inputs) {
    const bytes = randomBytes(inputs.byteLength);
    const id = bytes.toString("base64url");
    return { id, outputs: { ...inputs, id, ...notations(bytes, inputs.prefix ?? "") } };
  },
  read: readRemembered((text) => {
    const [, prefix, id = ""] = /^(?:(.*),)?([^,]*)$/s.exec(text) ?? [];
    const bytes = decoded(id, "base64url");
    return { id, byteLength: bytes.length, prefix, ...notations(bytes, prefix ?? "") };
  }),
};

const bytesInputs = z.object({ length: positive, keepers });

/** Random bytes that are secret; but the id, which no state encrypts, is the secret itself, as in the official plugin. */
export const randomBytesType: ResourceType<typeof bytesInputs> = {
  ...remembered,
  inputs: bytesInputs,
  replaceOn: ["length", "keepers"],
  secretOutputs: ["base64", "hex"],
  async create(inputs) {
    const bytes = randomBytes(inputs.length);
    const base64 = bytes.toString("base64");
    return { id: base64, outputs: { ...inputs, base64, hex: bytes.toString("hex") } };
  },
  read: readRemembered((base64) => {
    const bytes = decoded(base64, "base64");
    return { length: bytes.length, base64, hex: bytes.toString("hex") };
  }),
};

/** Bytes of a text in one of the notations. @throws for another text. */
function decoded(text: string, notation: "base64" | "base64url"): Buffer {
  const bytes = Buffer.from(text, notation);
  if (text === "" || bytes.toString(notation) !== text) throw new Error(`it can't be imported: it must be ${notation}`);
  return bytes;
}

/** Bytes in the notations of RandomId, each with the prefix. */
export function notations(bytes: Buffer, prefix: string): Values {
  return {
    b64Std: prefix + bytes.toString("base64"),
    b64Url: prefix + bytes.toString("base64url"),
    dec: prefix + BigInt(`0x${bytes.toString("hex")}`).toString(),
    hex: prefix + bytes.toString("hex"),
  };
}
