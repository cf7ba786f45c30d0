import { KEY_NAME } from "../config/litellm/key-names.ts";
import { at, isMapping, type Resource } from "./resource.ts";

/** The sets of virtual keys, each of which has a property for each key. */
export const KEY_SETS = /^pulumi-nodejs:dynamic\/litellm:VirtualKeys$/;

/** A key of a set, as far as it is known. */
export interface Key {
  alias: string;
  settings: Record<string, unknown>;
}

export function keysOf({ inputs }: Resource): Key[] {
  return Object.entries(inputs).flatMap(([name, settings]) => {
    if (!KEY_NAME.test(name) || !isMapping(settings)) return [];
    const alias = at(settings, "alias");
    return [{ alias: typeof alias === "string" && alias !== "" ? alias : name, settings }];
  });
}
