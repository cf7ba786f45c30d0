import * as z from "zod";

import { adopt, alias, keyFields, type KeyHolder, keyHolder } from "./keys.ts";

const EVERYBODY = ["allUsers", "allAuthenticatedUsers"];

/** Who may read a key in Secret Manager: https://cloud.google.com/iam/docs/principal-identifiers. */
const accessors = z.array(
  z
    .string()
    .refine((member) => !EVERYBODY.includes(member), {
      error: "is everybody on the Internet; name those who use the key",
      abort: true,
    })
    .regex(
      /^((user|group|serviceAccount):[^\s@:]+@[^\s@:]+\.[^\s@:]+|domain:[^\s@:]+\.[^\s@:]+|principal(Set)?:\/\/iam\.googleapis\.com\/\S+)$/,
      'is not a valid IAM principal; write one such as "group:research@example.com", "user:…", "serviceAccount:…", "domain:…" or "principal://iam.googleapis.com/…"',
    ),
);

/** A project: who may use the gateway, with which models, for how much. */
export const projectSchema = z.strictObject({
  ...keyFields,
  team: z
    .string()
    .optional()
    .describe(
      "The team that it belongs to, one of those under `teams`: what it leaves out of `models`, `budget`, `budgetDuration` and limits it has from there, and it can have no more. Its key stays the same when it moves. Default: none.",
    ),
  alias: alias().describe("The alias of its key in LiteLLM. Default: the project's name."),
  adopt: adopt().describe(
    "Alias or SHA-256 of a key that LiteLLM already has: it is taken over, with these settings. LiteLLM does not reveal its value: raise `generation` for a key whose value is known. Default: a new key is made.",
  ),
  environment: z
    .enum(["production", "staging", "development"])
    .default("production")
    .describe("What Sagewai notes as the project's environment."),
  defaultModel: z
    .string()
    .optional()
    .describe(
      "The model of its agents in Sagewai that name none: one of its `models`. Default: the first of them that is a name and no pattern.",
    ),
  accessors: accessors
    .default([])
    .describe(
      "Who may read its key in Secret Manager, as members of IAM such as `group:research@example.com`; only on platform `gcp`. Default: nobody but those who may read all of the project's secrets.",
    ),
});

export interface Project extends KeyHolder {
  name: string;
  /** What Sagewai notes as its environment. */
  environment: "production" | "staging" | "development";
  /** The model of its agents in Sagewai that name none; nothing where its models are patterns. */
  defaultModel?: string | undefined;
  /** Members of IAM that may read its key in Secret Manager. */
  accessors: string[];
}

/** Adds name, alias and LiteLLM's budget to a project of the settings. @param margin The stack's, in percent. */
export function resolveProject(name: string, settings: z.output<typeof projectSchema>, margin: number): Project {
  const project = { alias: projectAlias(name, settings), metadata: { project: name } };
  const defaultModel = settings.defaultModel ?? firstModel(settings.models);
  return { name, ...keyHolder(settings, project, margin), defaultModel };
}

/** The first model that can be asked for by its name. */
export function firstModel(models: string[]): string | undefined {
  return models.find((model) => !model.includes("*"));
}

/** The alias of a project's key. */
export function projectAlias(name: string, settings: { alias?: string | undefined }): string {
  return settings.alias ?? name;
}
