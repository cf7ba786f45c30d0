import "../../toolchain/exit-with-engine.ts";

import { randomBytes } from "node:crypto";

import type { Lifecycle } from "../shell.ts";

/** What states call this module and its resources: it stays as it is. */
export interface StateName {
  module: "#providers/sagewai/master-key.ts";
  type: "sagewai:MasterKey";
}

/** What the state says of the key before this update; at most one of them. */
export interface Inputs {
  /** The key where another resource has held it: it goes on as it is. */
  takenOver?: string;
  /** This resource's own keys. */
  present?: string;
}

export interface Outputs extends Inputs {
  /** The key, and once it was replaced the former one after a space: all that {@link https://github.com/fernet/spec | Fernet} needs. */
  keys: string;
}

/**
 * The key that encrypts what Sagewai stores. Unlike Pulumi's RandomBytes, whose id is the secret itself, it has nothing in the
 * state that isn't encrypted; and a new key comes together with the one that it replaces, so that what that one encrypted
 * can be encrypted again.
 */
export const provider: Lifecycle<Inputs, Outputs> = {
  async check(_olds, news) {
    return { inputs: news };
  },

  /** The inputs count when it is made; later ones only say what it is. */
  async diff() {
    return { changes: false };
  },

  async create({ takenOver, present = "" }) {
    const [former] = present.split(" ");
    const keys = takenOver ?? [newKey(), ...(former === undefined || former === "" ? [] : [former])].join(" ");
    return { id: "sagewai-master-key", outs: { keys } };
  },

  async read(id, props) {
    return { id, ...(props && { props }) };
  },

  async update(_id, olds) {
    return { outs: olds };
  },

  async delete() {
    // It exists in the state only.
  },
};

/** 32 bytes as Fernet wants them: base64 in the alphabet for URLs, 44 characters with its padding. */
function newKey(): string {
  return `${randomBytes(32).toString("base64url")}=`;
}
