import * as z from "zod";

import { adopt, alias, keyFields, resolveKey } from "./keys.ts";
import type { KeyLimits } from "./keys.ts";

/** A project: who may use the gateway, with which models, for how much. */
export const projectSchema = z.strictObject({
  ...keyFields,
  alias: alias().describe("The alias of its key in LiteLLM. Default: the project's name."),
  adopt: adopt().describe(
    "Alias or SHA-256 of a key that LiteLLM has already: it is taken over, and its settings brought in line. LiteLLM does not tell its value: raise `generation` for one that is known. Default: a new key is made.",
  ),
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
