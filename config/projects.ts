import * as z from "zod";

import { alias, keyFields, resolveKey } from "./keys.ts";
import type { KeyLimits } from "./keys.ts";

/** A project: who may use the gateway, with which models, for how much. */
export const projectSchema = z.strictObject({
  ...keyFields,
  alias: alias().describe("The alias of its key in LiteLLM. Default: the project's name."),
});

export interface Project extends KeyLimits {
  name: string;
}

/** Adds name, alias and LiteLLM's budget to a project of the settings. */
export function resolveProject(name: string, settings: z.output<typeof projectSchema>): Project {
  const project = { alias: projectAlias(name, settings), metadata: { project: name } };
  return { name, ...resolveKey(settings, project) };
}

/** The alias of a project's key. */
export function projectAlias(name: string, settings: { alias?: string | undefined }): string {
  return settings.alias ?? name;
}
