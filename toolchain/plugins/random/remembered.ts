import { z } from "zod";

import type { Values } from "../properties.ts";

/** What every random value has: it exists in the state only, and its `keepers` say when to draw a new one. */
export const keepers = z.record(z.string(), z.string()).optional();

/** What a change of may leave the value as it is. */
const CHANGEABLE = ["keepers", "overrideSpecial"];

export const remembered = {
  deleteBeforeReplace: false,
  isInPlace,
  async update(state: Values, inputs: Values): Promise<Values> {
    const rest = Object.entries(state).filter(([name]) => !CHANGEABLE.includes(name));
    return { ...Object.fromEntries(rest), ...inputs };
  },
  async delete(): Promise<void> {
    // State is the engine's.
  },
};

/**
 * How a resource is read, which is what the state has of it.
 *
 * @param imported What has a given id, or rather value.
 */
export function readRemembered(imported: (id: string) => Values): (id: string, state: Values) => Promise<Values> {
  return async (id, state) => (Object.keys(state).length === 0 ? imported(id) : { ...state, ...idOutput(id, state) });
}

/** Former releases of this plugin left it out, and then the official one takes `{<nil>}` for the id when it reads the state. */
function idOutput(id: string, { base64 }: Values): Values {
  return base64 === undefined ? { id } : {};
}

/** Whether a change needs no new value: no keepers in place of an empty map of them, or an empty `overrideSpecial` that goes. */
function isInPlace(property: string, before: unknown, after: unknown): boolean {
  if (property === "keepers") return isEmpty(before) && isEmpty(after);
  return property === "overrideSpecial" && before === "" && after === undefined;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
}
