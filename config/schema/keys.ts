import * as z from "zod";

import { isAlias } from "../litellm/alias.ts";
import { LARGEST_INTEGER } from "../litellm/key-fields.ts";
import type { KeySettings } from "../litellm/key-settings.ts";
import { RESERVED_METADATA, STEERING_METADATA } from "../litellm/refused-fields.ts";
import { hardBudget } from "./budgets.ts";
import { dollars, duration, positive } from "./fields.ts";
import { parameters } from "./parameters.ts";
import { keyPaths, type RouteGroup, ROUTE_GROUP_DESCRIPTIONS, ROUTE_GROUPS } from "./routes.ts";

/** Where a key's metadata names the parameters beyond the public APIs that its requests may hold. */
const ALLOWED_PARAMETERS = "allowed_parameters";

/** LiteLLM and the request guard keep settings of their own in a key's metadata. */
const metadataName = z
  .string()
  .refine(
    (name) => !RESERVED_METADATA.has(name) && !STEERING_METADATA.has(name) && name !== ALLOWED_PARAMETERS,
    "is a name that the gateway keeps to itself; choose another",
  );

/** How a key is replaced by a new one, the same for every key. */
export const replacement = {
  generation: positive()
    .optional()
    .describe("Raise it by one to replace the key by a new one, which all that use it get at once. Default: 1."),
  overlap: z
    .union([z.literal("0s"), duration()])
    .optional()
    .describe(
      "How long a key that was replaced stays valid: LiteLLM ends it by itself, and the first update after that deletes it. `0s`, for a key that leaked, deletes it at once. Default: 24h.",
    ),
};

/** What a virtual key may do, the same for projects and pools. */
export const keyFields = {
  models: z
    .array(z.string(), { error: "is not a list of models; name at least one of those under models" })
    .min(1, "is empty; name at least one of those under models")
    .describe("The models that it may use, by the names under `models`."),
  budget: dollars().describe(
    "US dollars per `budgetDuration`, as Sagewai's soft budget. LiteLLM's hard budget follows from it: a fifth of the hard budget is the margin (40 → 50).",
  ),
  budgetDuration: duration().default("30d").describe("How long a budget lasts before it starts again."),
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
    .describe("Texts kept with the key in LiteLLM, which reports show. Added to the name of the project or pool."),
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

/** A key that LiteLLM has already. */
export const adopt = () => z.string().optional();

const EVERYBODY = ["allUsers", "allAuthenticatedUsers"];

/** Who may read a key in Secret Manager: https://cloud.google.com/iam/docs/principal-identifiers. */
export const accessors = () =>
  z.array(
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

/** A virtual key's limits with LiteLLM's budget, which is derived from Sagewai's. */
export interface KeyLimits {
  alias: string;
  models: string[];
  /** Sagewai's budget in US dollars per `budgetDuration`: agents slow down or stop there. */
  budget: number;
  /** LiteLLM's budget in US dollars per `budgetDuration`: the proxy refuses requests from there on. */
  hardBudget: number;
  budgetDuration: string;
  tpmLimit?: number | undefined;
  rpmLimit?: number | undefined;
  maxParallelRequests?: number | undefined;
  duration?: string | undefined;
  metadata: Record<string, string>;
  /** Groups of routes that it opens besides those that every key does. */
  apis: RouteGroup[];
  /** Parameters beyond the public APIs that requests with the key may hold. */
  parameters: string[];
  generation?: number | undefined;
  overlap?: string | undefined;
  adopt?: string | undefined;
}

/** How a virtual key comes about, and is replaced. */
interface KeyOrigin {
  generation?: number;
  overlap?: string;
  adopt?: string;
}

/** Days before its end at which a key that expires is pointed out. */
export const EXPIRY_WARNING_DAYS = 14;

/**
 * Days until a key expires, the one that has begun included; zero or fewer for one that has expired.
 *
 * @param expires ISO 8601.
 */
export function daysLeft(expires: string, now = new Date()): number {
  return Math.ceil((new Date(expires).getTime() - now.getTime()) / 86_400_000);
}

/** The alias of the Sagewai admin's own key. */
export const ADMIN_ALIAS = "sagewai-admin";

/** The settings of the Sagewai admin's own key, which may use all models. */
export function adminKeySettings(
  settings: Pick<KeyLimits, "budget" | "budgetDuration" | "generation" | "overlap">,
  models: string[],
): KeySettings & KeyOrigin {
  const { budget, budgetDuration, generation, overlap } = settings;
  return {
    ...{ alias: ADMIN_ALIAS, models, allowedRoutes: keyPaths(), maxBudget: hardBudget(budget), budgetDuration },
    ...(generation !== undefined && { generation }),
    ...(overlap !== undefined && { overlap }),
  };
}

/** What LiteLLM is told of a virtual key's limits, and which key it is. */
export function keySettings({ hardBudget, ...limits }: KeyLimits): KeySettings & KeyOrigin {
  const { alias, models, budgetDuration, tpmLimit, rpmLimit, maxParallelRequests, duration, metadata } = limits;
  const { generation, overlap, adopt, apis, parameters } = limits;
  const set = { tpmLimit, rpmLimit, maxParallelRequests, duration, generation, overlap, adopt };
  const present = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined));
  return {
    alias,
    models,
    allowedRoutes: keyPaths(apis),
    maxBudget: hardBudget,
    budgetDuration,
    ...present,
    metadata: { ...metadata, ...allowedParameters(parameters) },
  };
}

/** The request guard finds them there: `components/litellm/project_parameters.py`. */
function allowedParameters(parameters: string[]): Record<string, unknown> {
  return parameters.length === 0 ? {} : { [ALLOWED_PARAMETERS]: [...parameters].sort() };
}

/** A key's settings with LiteLLM's budget, an alias, and `owner`'s entries under its own metadata. */
export function resolveKey<T extends Omit<KeyLimits, "alias" | "hardBudget">>(
  settings: T,
  owner: { alias: string; metadata: Record<string, string> },
): T & KeyLimits {
  return {
    ...settings,
    alias: owner.alias,
    hardBudget: hardBudget(settings.budget),
    metadata: { ...owner.metadata, ...settings.metadata },
  };
}
