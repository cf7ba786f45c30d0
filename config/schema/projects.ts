import * as z from "zod";

import { accessors, adopt, alias, keyFields, resolveKey } from "./keys.ts";
import type { KeyLimits } from "./keys.ts";

/** A project: who may use the gateway, with which models, for how much. */
export const projectSchema = z.strictObject({
  ...keyFields,
  alias: alias().describe("The alias of its key in LiteLLM. Default: the project's name."),
  adopt: adopt().describe(
    "Alias or SHA-256 of a key that LiteLLM has already: it is taken over, and its settings brought in line. LiteLLM does not tell its value: raise `generation` for one that is known. Default: a new key is made.",
  ),
  accessors: accessors()
    .default([])
    .describe(
      "Who may read its key in Secret Manager, as members of IAM such as `group:research@example.com`; on platform `gcp` alone. Default: nobody but those who may read all of the project's secrets.",
    ),
});

export interface Project extends KeyLimits {
  name: string;
  /** Members of IAM that may read its key in Secret Manager. */
  accessors: string[];
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
