import * as z from "zod";

import { positive } from "./fields.ts";
import { adopt, alias, keyFields, type KeyHolder, keyHolder } from "./keys.ts";

/** Sagewai writes labels as `env=prod,zone=a`. */
const labelText = z
  .string()
  .regex(/^[^\s,=]+$/, "can't be part of a label; write text without spaces, commas and equals signs");

/** Bytes of a handler, which shares a ConfigMap of 1 MiB with the worker's own programs. */
const HANDLER_BYTES = 500_000;

/** The text of a Python program. Its worker looks whether it is one, before it starts. */
const handler = () =>
  z
    .string({ error: "is not a text; write a Python program" })
    .refine((text) => text.trim() !== "", "is empty; write a Python program, or leave it out")
    .refine(
      (text) => Buffer.byteLength(text) <= HANDLER_BYTES,
      `is longer than ${HANDLER_BYTES / 1000} kB, which is what a worker can be given; put most of it into a package of the image of the workers`,
    );

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
  handler: handler()
    .optional()
    .describe(
      "A Python program that runs each task in place of Sagewai's own handler, with what that has installed: it reads the task as JSON from stdin and prints the reply (docs/pools.md). All its agents call models with the pool's key. `config set --path llm-gateway:pools.NAME.handler < handler.py` sets it. Default: Sagewai's own, which has an agent answer the task's message.",
    ),
  maxConcurrent: positive().default(1).describe("Tasks that a worker has in hand at once; Sagewai's own default."),
});

export interface Pool extends KeyHolder {
  name: string;
  project?: string | undefined;
  labels: Record<string, string>;
  replicas: number;
  maxConcurrent: number;
  handler?: string | undefined;
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
