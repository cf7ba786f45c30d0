import * as z from "zod";

import { positive } from "./fields.ts";
import { adopt, alias, keyFields, type KeyHolder, keyHolder } from "./keys.ts";

/** Sagewai writes labels as `env=prod,zone=a`. */
const labelText = z
  .string()
  .regex(/^[^\s,=]+$/, "can't be part of a label; write text without spaces, commas and equals signs");

/** A pool: Sagewai workers of one kind, with a virtual key of their own. */
export const poolSchema = z.strictObject({
  ...keyFields,
  alias: alias().describe("The alias of its key in LiteLLM. Default: `pool-` and the pool's name."),
  adopt: adopt()
    .refine(
      (name) => name === undefined,
      "is not for a pool: its workers need the key, which LiteLLM does not tell; leave it out",
    )
    .describe("Not for a pool, only for a project."),
  project: z
    .string()
    .optional()
    .describe("The project whose tasks its workers take. Default: tasks that belong to no project."),
  labels: z
    .record(labelText, labelText)
    .default({})
    .describe("Labels that tasks can ask for, such as `env: production`."),
  replicas: positive()
    .default(1)
    .describe("How many workers run; each takes about 40 MB, and as much again as its tasks need."),
  maxConcurrent: positive().default(1).describe("Tasks that a worker has in hand at once; Sagewai's own default."),
});

export interface Pool extends KeyHolder {
  name: string;
  project?: string | undefined;
  labels: Record<string, string>;
  replicas: number;
  maxConcurrent: number;
}

/** Adds name, alias and LiteLLM's budget to a pool of the settings. @param margin The stack's, in percent. */
export function resolvePool(name: string, settings: z.output<typeof poolSchema>, margin: number): Pool {
  const { project } = settings;
  // With its project, what pools have spent can be added to what the project's own key has.
  const metadata = { pool: name, ...(project !== undefined && { project }) };
  return { name, ...keyHolder(settings, { alias: poolAlias(name, settings), metadata }, margin) };
}

/** The alias of a pool's key. */
export function poolAlias(name: string, settings: { alias?: string | undefined }): string {
  return settings.alias ?? `pool-${name}`;
}
