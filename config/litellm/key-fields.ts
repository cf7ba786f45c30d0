import type { KeySettings } from "./key-settings.ts";

export interface Field {
  /** LiteLLM's name. */
  wire: string;
  /** What values it takes; see {@link CLEARED} for what stands for none. LiteLLM keeps a `count` in eight bytes, an `integer` in four. */
  kind: "text" | "texts" | "amount" | "count" | "integer" | "counts" | "duration" | "flag" | "mapping" | "entries";
  /** LiteLLM keeps it in a column of its own, or among the metadata: there it goes when the metadata is replaced. */
  home?: "metadata";
}

/** The largest number that LiteLLM keeps for a field of the kind `integer`: PostgreSQL's. */
export const LARGEST_INTEGER = 2_147_483_647;

/** LiteLLM's name of each field, and what kind of value it is. */
export const FIELDS: Record<keyof KeySettings, Field> = {
  alias: { wire: "key_alias", kind: "text" },
  metadata: { wire: "metadata", kind: "mapping" },
  teamId: { wire: "team_id", kind: "text" },
  userId: { wire: "user_id", kind: "text" },
  agentId: { wire: "agent_id", kind: "text" },
  models: { wire: "models", kind: "texts" },
  aliases: { wire: "aliases", kind: "mapping" },
  allowedRoutes: { wire: "allowed_routes", kind: "texts" },
  accessGroupIds: { wire: "access_group_ids", kind: "texts" },
  allowedVectorStoreIndexes: { wire: "allowed_vector_store_indexes", kind: "entries", home: "metadata" },
  objectPermission: { wire: "object_permission", kind: "mapping" },
  permissions: { wire: "permissions", kind: "mapping" },
  allowedCacheControls: { wire: "allowed_cache_controls", kind: "texts" },
  maxBudget: { wire: "max_budget", kind: "amount" },
  budgetDuration: { wire: "budget_duration", kind: "duration" },
  softBudget: { wire: "soft_budget", kind: "amount" },
  budgetId: { wire: "budget_id", kind: "text" },
  budgetLimits: { wire: "budget_limits", kind: "entries" },
  budgetFallbacks: { wire: "budget_fallbacks", kind: "mapping" },
  throttleOnBudgetExceeded: { wire: "throttle_on_budget_exceeded", kind: "flag", home: "metadata" },
  endUserBudgetId: { wire: "end_user_budget_id", kind: "text", home: "metadata" },
  tpmLimit: { wire: "tpm_limit", kind: "count" },
  rpmLimit: { wire: "rpm_limit", kind: "count" },
  tpdLimit: { wire: "tpd_limit", kind: "count" },
  maxParallelRequests: { wire: "max_parallel_requests", kind: "integer" },
  modelTpmLimit: { wire: "model_tpm_limit", kind: "counts", home: "metadata" },
  modelRpmLimit: { wire: "model_rpm_limit", kind: "counts", home: "metadata" },
  tagRpmLimit: { wire: "tag_rpm_limit", kind: "counts", home: "metadata" },
  mcpRpmLimit: { wire: "mcp_rpm_limit", kind: "counts", home: "metadata" },
  tpmLimitType: { wire: "tpm_limit_type", kind: "text", home: "metadata" },
  rpmLimitType: { wire: "rpm_limit_type", kind: "text", home: "metadata" },
  defaultEstimatedOutputTokens: { wire: "default_estimated_output_tokens", kind: "count", home: "metadata" },
  defaultEstimatedOutputTokensPerModel: {
    ...{ wire: "default_estimated_output_tokens_per_model", kind: "counts", home: "metadata" },
  },
  duration: { wire: "duration", kind: "duration" },
  blocked: { wire: "blocked", kind: "flag" },
  routerSettings: { wire: "router_settings", kind: "mapping" },
  config: { wire: "config", kind: "mapping" },
  enablePromptCaching: { wire: "enable_prompt_caching", kind: "flag", home: "metadata" },
};

export const KEY_FIELDS = Object.keys(FIELDS) as (keyof KeySettings)[];

/**
 * What LiteLLM has where a field has no value, and what is sent to clear it: `null` in place of a list is refused, and in
 * place of a mapping it makes every later call with the key fail.
 */
export const CLEARED: Record<Field["kind"], unknown> = {
  ...{ text: null, amount: null, count: null, integer: null, duration: null },
  ...{ texts: [], entries: [], mapping: {}, counts: {}, flag: false },
};
