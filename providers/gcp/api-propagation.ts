import "../../toolchain/exit-with-engine.ts";

import { setTimeout as delay } from "node:timers/promises";

import type { Lifecycle } from "../shell.ts";

/** What states call this module and its resources: it stays as it is. */
export interface StateName {
  module: "#providers/gcp/api-propagation.ts";
  type: "gcp:ApiPropagation";
}

export interface Inputs {
  /** The APIs that are enabled. */
  apis: string[];
  /** Seconds to wait after an API was enabled. */
  seconds: number;
}

/** Waits after APIs were enabled, and after one more was, but in no other update. */
export const provider: Lifecycle<Inputs> = {
  async check(_olds, news) {
    return { inputs: news };
  },

  async diff(_id, olds, news) {
    return { changes: JSON.stringify([olds.apis, olds.seconds]) !== JSON.stringify([news.apis, news.seconds]) };
  },

  async create(inputs) {
    await delay(inputs.seconds * 1000);
    return { id: "api-propagation", outs: inputs };
  },

  async read(id, props) {
    return { id, ...(props && { props }) };
  },

  async update(_id, olds, news) {
    const isNew = news.apis.some((api) => !olds.apis.includes(api));
    if (isNew) await delay(news.seconds * 1000);
    return { outs: news };
  },

  async delete() {
    // Nothing to undo.
  },
};
