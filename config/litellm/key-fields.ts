/**
 * What a virtual key may do. A field that is left out is one that LiteLLM does not limit, and one that is removed is
 * cleared on the server. Measured with LiteLLM 1.108.6, without an Enterprise licence; units and defaults are LiteLLM's
 * (https://docs.litellm.ai/docs/proxy/virtual_keys).
 */
export interface KeySettings {
  // Who holds it.

  /** Name of the key in LiteLLM, unique among all its keys. */
  alias: string;
  /** The owner's own data, shown in LiteLLM's logs and spend reports. Default: none. */
  metadata?: Record<string, unknown>;
  /** ID of a LiteLLM team, whose limits hold too. It must exist. Default: none. */
  teamId?: string;
  /** ID of a LiteLLM user, whose limits hold too. LiteLLM does not check that it exists. Default: none. */
  userId?: string;
  /** ID of the agent that spending is attributed to. Default: none. */
  agentId?: string;

  // What it opens.

  /** Names of the models it may use. Default, and an empty list: all. */
  models?: string[];
  /** Names of its own for models, by name: `{ "fast": "gpt-4o-mini" }`. Default: none. */
  aliases?: Record<string, string>;
  /** Paths, or groups such as `llm_api_routes`, it may call; a key's `key_type` sets the same. Default: all. */
  allowedRoutes?: string[];
  /** IDs of access groups, whose models it may use as well. Default: none. */
  accessGroupIds?: string[];
  /** Vector store indexes it may use. Default: all. */
  allowedVectorStoreIndexes?: VectorStoreIndex[];
  /** MCP servers, vector stores, agents and tools it may use. LiteLLM drops names it does not know. Default: all. */
  objectPermission?: ObjectPermission;
  /** Single rights by name, such as `{ "allow_pii_controls": true }`. Default: none. */
  permissions?: Record<string, unknown>;
  /** Cache controls that its requests may send: `no-cache`, `no-store`, `ttl`, `s-maxage`. Default: all. */
  allowedCacheControls?: string[];

  // What it may spend.

  /** US dollars it may spend in one `budgetDuration`; from there on requests are refused. 0 allows none. Default: no limit. */
  maxBudget?: number;
  /** After how long spending starts from zero, in LiteLLM at the next whole day, week or month: `30d`. Default: never. */
  budgetDuration?: string;
  /** US dollars from which LiteLLM sends alerts. Not together with `budgetId`. Default: none. */
  softBudget?: number;
  /** ID of a budget that several keys share. Default: none. */
  budgetId?: string;
  /** Several budgets that hold at once, each with a span of its own. Default: none. */
  budgetLimits?: BudgetLimit[];
  /** Models tried in place of one whose budget is spent, by model. Default: none. */
  budgetFallbacks?: Record<string, string[]>;
  /** Slows requests down past the budget in place of refusing them. Default: false. */
  throttleOnBudgetExceeded?: boolean;
  /** ID of the budget for each end user who is named in requests. Default: none. */
  endUserBudgetId?: string;

  // How fast.

  /** Tokens per minute. 0 allows none. Default: no limit. */
  tpmLimit?: number;
  /** Requests per minute. 0 allows none. Default: no limit. */
  rpmLimit?: number;
  /** Tokens per day. 0 allows none. Default: no limit. */
  tpdLimit?: number;
  /** Requests in flight at once. 0 allows none. Default: no limit. */
  maxParallelRequests?: number;
  /** Tokens per minute by model. Default: no limit. */
  modelTpmLimit?: Record<string, number>;
  /** Requests per minute by model. Default: no limit. */
  modelRpmLimit?: Record<string, number>;
  /** Requests per minute by tag of a request. Default: no limit. */
  tagRpmLimit?: Record<string, number>;
  /** Requests per minute by MCP server. Default: no limit. */
  mcpRpmLimit?: Record<string, number>;
  /** What `tpmLimit` promises: see {@link LimitType}. Default: `best_effort_throughput`. */
  tpmLimitType?: LimitType;
  /** What `rpmLimit` promises: see {@link LimitType}. Default: `best_effort_throughput`. */
  rpmLimitType?: LimitType;
  /** Tokens that an answer counts before it is known, for `tpmLimit`. Default: LiteLLM's estimate. */
  defaultEstimatedOutputTokens?: number;
  /** The same by model. Default: LiteLLM's estimate. */
  defaultEstimatedOutputTokensPerModel?: Record<string, number>;

  // How long.

  /** How long it is valid, counted from when this was last changed: `90d`. Default: forever. */
  duration?: string;
  /** Whether it is refused, without being deleted. Default: false. */
  blocked?: boolean;

  // How its requests are handled.

  /** Settings of LiteLLM's router for its requests, in LiteLLM's names: `{ "num_retries": 2 }`. Default: the proxy's. */
  routerSettings?: Record<string, unknown>;
  /** Settings of the proxy for its requests, in LiteLLM's names. Default: the proxy's. */
  config?: Record<string, unknown>;
  /** Whether LiteLLM marks prompts for the providers' caches. Default: false. */
  enablePromptCaching?: boolean;
}

/** A virtual key as a program asks for it: what it may do, and which key it is. */
export interface KeyArgs extends KeySettings {
  /** Raising it by one replaces the key by a new one. Default: 1. */
  generation?: number;
  /** How long a key that is replaced stays valid: `24h`. `0s` ends it at once, and all before it. Default: 24h. */
  overlap?: string;
  /** Alias, or SHA-256, of a key that exists: while `generation` is 1 it is taken over, in place of making one. */
  adopt?: string;
}

/**
 * `guaranteed_throughput`: refused if the deployments can't give it; `best_effort_throughput`: never refused for that;
 * `dynamic`: may be exceeded while the provider does not refuse.
 */
export type LimitType = "guaranteed_throughput" | "best_effort_throughput" | "dynamic";

export interface BudgetLimit {
  /** US dollars. */
  maxBudget: number;
  /** The span they are for: `1d`. */
  budgetDuration: string;
}

export interface VectorStoreIndex {
  indexName: string;
  indexPermissions: ("read" | "write")[];
}

/** An empty list is the same as none. */
export interface ObjectPermission {
  mcpServers?: string[];
  mcpAccessGroups?: string[];
  /** Names of tools by MCP server. */
  mcpToolPermissions?: Record<string, string[]>;
  mcpToolsets?: string[];
  vectorStores?: string[];
  agents?: string[];
  agentAccessGroups?: string[];
  models?: string[];
  blockedTools?: string[];
  searchTools?: string[];
  skills?: string[];
}

/** One of these settings as LiteLLM has it. */
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
