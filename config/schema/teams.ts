import * as z from "zod";

import { MARK, type TeamSettings } from "../litellm/team-fields.ts";
import { LARGEST_INTEGER } from "../litellm/key-fields.ts";
import { STEERING_TEAM_METADATA } from "../litellm/refused-fields.ts";
import { dollars, duration, positive } from "./fields.ts";
import { metadataName } from "./keys.ts";
import { margin, maxBudgetFor } from "./soft-budget.ts";

/** LiteLLM reads more from a team's metadata than from a key's. */
const teamMetadataName = metadataName.refine((name) => name !== MARK && !STEERING_TEAM_METADATA.has(name), {
  error: "is a name that the gateway keeps to itself; choose another",
});

/** The most that one project of a team may have. */
const projectLimits = z.strictObject({
  budget: dollars()
    .optional()
    .describe(
      "US dollars in the team's `budgetDuration`. Default: each project says its own, at most the team's `budget`.",
    ),
  tpmLimit: positive().optional().describe("Tokens per minute. Default: the team's."),
  rpmLimit: positive().optional().describe("Requests per minute. Default: the team's."),
  maxParallelRequests: positive()
    .max(LARGEST_INTEGER)
    .optional()
    .describe("Requests in flight at once. Default: no limit."),
});

/** A team: what several projects may have together. */
export const teamSchema = z.strictObject({
  models: z
    .array(z.string(), { error: "is not a list of models; name at least one of those under models" })
    .min(1, "is empty; name at least one of those under models")
    .describe("The models that its projects may use, and do use if they name none themselves."),
  budget: dollars()
    .optional()
    .describe(
      "US dollars that its projects together should spend in one `budgetDuration`: LiteLLM warns from there on, if its alerts are set up. At the hard budget, which follows as a project's does, it refuses all of the team's keys. Default: only its projects' own budgets hold.",
    ),
  budgetDuration: duration()
    .default("30d")
    .describe("How long its budget lasts before it starts again, and those of its projects that don't say."),
  budgetMargin: margin()
    .optional()
    .describe("Percent of the hard budget that is margin. Default: `budgetMargin` of the stack."),
  tpmLimit: positive().optional().describe("Tokens per minute of all its projects together. Default: no limit."),
  rpmLimit: positive().optional().describe("Requests per minute of all its projects together. Default: no limit."),
  projectLimits: projectLimits
    .default({})
    .describe(
      "The most that one of its projects may have. A project that says nothing has just that, and one that says more is refused.",
    ),
  metadata: z
    .record(teamMetadataName, z.string())
    .default({})
    .describe("Metadata of the team in LiteLLM, which reports show."),
});

export interface Team extends z.output<typeof teamSchema> {
  name: string;
  /** LiteLLM's `max_budget` in US dollars per `budgetDuration`. Default: no limit. */
  maxBudget?: number;
}

/** Adds name and LiteLLM's budget to a team of the settings. @param stackMargin The stack's, in percent. */
export function resolveTeam(name: string, settings: z.output<typeof teamSchema>, stackMargin: number): Team {
  const { budget, budgetMargin = stackMargin } = settings;
  return { name, ...settings, ...(budget !== undefined && { maxBudget: maxBudgetFor(budget, budgetMargin) }) };
}

/** A team as the program asks LiteLLM for it. */
export function teamArgs({
  models,
  budget,
  maxBudget,
  budgetDuration,
  tpmLimit,
  rpmLimit,
  metadata,
}: Team): TeamSettings {
  return {
    ...{ models, budgetDuration, metadata },
    ...(maxBudget !== undefined && { maxBudget }),
    // LiteLLM refuses one that isn't less.
    ...(budget !== undefined && budget < (maxBudget ?? 0) && { softBudget: budget }),
    ...(tpmLimit !== undefined && { tpmLimit }),
    ...(rpmLimit !== undefined && { rpmLimit }),
  };
}
