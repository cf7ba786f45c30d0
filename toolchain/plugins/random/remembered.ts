import { z } from "zod";

import type { Values } from "../properties.ts";

/** What every random value has: it exists in state alone, and its `keepers` say when to draw a new one. */
export const keepers = z.record(z.string(), z.string()).optional();

export const remembered = {
  deleteBeforeReplace: false,
  async read(id: string, state: Values): Promise<Values> {
    if (Object.keys(state).length === 0) throw new Error(`the offline plugin can't import random values (${id})`);
    return state;
  },
  async delete(): Promise<void> {
    // State is the engine's.
  },
};
