import * as z from "zod";

import { type KeyArgs, LARGEST_INTEGER } from "../litellm/key-fields.ts";
import { isAlias } from "../litellm/key-names.ts";
import { RESERVED_METADATA, STEERING_METADATA } from "../litellm/refused-fields.ts";
import { dollars, duration, line, positive } from "./fields.ts";
import { parameters } from "./parameters.ts";
import { keyPaths, type RouteGroup, ROUTE_GROUP_DESCRIPTIONS, ROUTE_GROUPS } from "./routes.ts";
import {
  maxBudgetFor,
  type SoftBudget,
  SOFT_BUDGET_METADATA,
  softBudgetFields,
  softBudgetMetadata,
} from "./soft-budget.ts";

/** Where a key's metadata names the parameters beyond the public APIs that its requests may hold. */
const ALLOWED_PARAMETERS = "allowed_parameters";

/** What the program writes into a key's metadata itself. */
const OWN_METADATA: ReadonlySet<string> = new Set([ALLOWED_PARAMETERS, ...SOFT_BUDGET_METADATA]);

/** LiteLLM, the request guard and agents' soft budgets have settings of their own in a key's metadata. */
export const metadataName = z
  .string()
  .refine(
    (name) => ![RESERVED_METADATA, STEERING_METADATA, OWN_METADATA].some((names) => names.has(name)),
    "is a name that the gateway keeps to itself; choose another",
  );

/** The settings that replace a key by a new one, for every key. */
export const replacement = {
  generation: positive()
    .optional()
    .describe(
      "Raise it by one to replace the key by a new one, which everything that uses it gets at once. Default: 1.",
    ),
  overlap: z
    .union([z.literal("0s"), duration()])
    .optional()
    .describe(
      "How long a key that was replaced stays valid: LiteLLM ends it by itself, and the first update after that deletes it. `0s`, for a key that leaked, deletes it at once. Default: 24h.",
    ),
};

/** The settings of a virtual key, the same for projects and pools. */
export const keyFields = {
  models: z
    .array(z.string(), { error: "is not a list of models; name at least one of those under models" })
    .min(1, "is empty; name at least one of those under models")
    .describe("The models that it may use, by the names under `models`."),
  budget: dollars().describe(
    "US dollars per `budgetDuration`, as Sagewai's soft budget, at which its agents do what `softAction` says. LiteLLM's hard budget follows from it, at which requests are refused: a fifth of the hard budget is the margin (40 → 50).",
  ),
  budgetDuration: duration().default("30d").describe("How long a budget lasts before it starts again."),
  ...softBudgetFields,
  tpmLimit: positive().optional().describe("Tokens per minute. Default: no limit."),
  rpmLimit: positive().optional().describe("Requests per minute. Default: no limit."),
  maxParallelRequests: positive()
    .max(LARGEST_INTEGER)
    .optional()
    .describe("Requests in flight at once. Default: no limit."),
  duration: duration()
    .optional()
    .describe("How long its key stays valid, counted from its creation. Default: forever."),
  metadata: z
    .record(metadataName, z.string())
    .default({})
    .describe("Metadata of the key in LiteLLM, which reports show. Added to the name of the project or pool."),
  tags: z
    .array(line("a tag"))
    .optional()
    .describe(
      "With `routing.tagFiltering`: which deployments with `tags` its requests get. Default: those tagged `default`, and those without.",
    ),
  apis: z
    .array(z.enum(ROUTE_GROUPS))
    .default([])
    .describe(
      `Further APIs that its key opens, of the models that it may use. ${ROUTE_GROUP_DESCRIPTIONS} Default: none; every key opens chat, completions, messages, responses and embeddings, where budgets hold.`,
    ),
  parameters: parameters().describe(
    "Parameters beyond the public APIs that its requests may hold, such as `guided_json` and `top_k` for a vLLM of your own. Only what shapes a model's answer: nothing that chooses providers, keys, prices or retries. Default: none.",
  ),
  ...replacement,
};

/** The alias of a virtual key. */
export const alias = () =>
  z
    .stringFormat("alias", (text) => /^\S(.*\S)?$/su.test(text) && isAlias(text), {
      error: "is not an alias; write one line of text without spaces around it, and without .. between slashes",
    })
    .optional();

/** Alias or SHA-256 of a key that LiteLLM already has. */
export const adopt = () => z.string().optional();

/**
 * Who holds a virtual key, a project or a pool, and what it may do: the key as settings say it. {@link keyArgs} makes of it
 * the key that Pulumi's state has.
 */
export interface KeyHolder extends SoftBudget {
  alias: string;
  models: string[];
  /** LiteLLM's `max_budget`, the hard budget, in US dollars per `budgetDuration`: it refuses requests from there on. */
  maxBudget: number;
  budgetDuration: string;
  tpmLimit?: number | undefined;
  rpmLimit?: number | undefined;
  maxParallelRequests?: number | undefined;
  /** The team whose limits hold too: its id in LiteLLM. Only projects have one. */
  team?: string | undefined;
  duration?: string | undefined;
  metadata: Record<string, string>;
  /** Which deployments with tags its requests get. */
  tags?: string[] | undefined;
  /** Groups of routes that the key opens in addition to those that every key opens. */
  apis: RouteGroup[];
  /** Parameters beyond the public APIs that requests with the key may hold. */
  parameters: string[];
  generation?: number | undefined;
  overlap?: string | undefined;
  adopt?: string | undefined;
}

/**
 * The settings of a key's holder with LiteLLM's budget, an alias, and `owner`'s entries under its own metadata.
 *
 * @param margin The stack's, in percent of the hard budget.
 */
export function keyHolder<T extends Omit<KeyHolder, "alias" | "maxBudget"> & { budgetMargin?: number | undefined }>(
  settings: T,
  owner: { alias: string; metadata: Record<string, string> },
  margin: number,
): T & KeyHolder {
  return {
    ...settings,
    alias: owner.alias,
    maxBudget: maxBudgetFor(settings.budget, settings.budgetMargin ?? margin),
    metadata: { ...owner.metadata, ...settings.metadata },
  };
}

/** The key of a holder as the program asks for it. */
export function keyArgs(holder: KeyHolder): KeyArgs {
  const { alias, models, maxBudget, budgetDuration, metadata, tags, apis, parameters } = holder;
  const { team: teamId, tpmLimit, rpmLimit, maxParallelRequests, duration, generation, overlap, adopt } = holder;
  const optional = { teamId, tpmLimit, rpmLimit, maxParallelRequests, duration, generation, overlap, adopt };
  const present = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return {
    ...{ alias, models, allowedRoutes: keyPaths(apis), maxBudget, budgetDuration },
    ...present,
    // As a field of the key, LiteLLM takes them with a licence only.
    metadata: {
      ...metadata,
      ...(tags && tags.length > 0 && { tags }),
      ...allowedParameters(parameters),
      ...softBudgetMetadata(holder),
    },
  };
}

/** The request guard finds them there: `components/litellm/project_parameters.py`. */
function allowedParameters(parameters: string[]): Record<string, unknown> {
  return parameters.length === 0 ? {} : { [ALLOWED_PARAMETERS]: [...parameters].sort() };
}

/** The alias of the Sagewai admin's own key. */
export const ADMIN_ALIAS = "sagewai-admin";

/**
 * The Sagewai admin's own key as the program asks for it; it may use all models.
 *
 * @param margin The stack's, in percent of the hard budget.
 */
export function adminKeyArgs(
  settings: Pick<KeyHolder, "budget" | "budgetDuration" | "generation" | "overlap">,
  models: string[],
  margin: number,
): KeyArgs {
  const { budgetDuration, generation, overlap } = settings;
  const maxBudget = maxBudgetFor(settings.budget, margin);
  return {
    ...{ alias: ADMIN_ALIAS, models, allowedRoutes: keyPaths(), maxBudget, budgetDuration },
    ...(generation !== undefined && { generation }),
    ...(overlap !== undefined && { overlap }),
  };
}
