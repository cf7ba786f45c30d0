/**
 * What LiteLLM lets all keys of a team have together. Measured with LiteLLM 1.108.6, without an Enterprise licence
 * (https://docs.litellm.ai/docs/proxy/team_budgets).
 */
export interface TeamSettings {
  /** Names of the models that its keys may use: whatever a key's own list says, it opens no others. */
  models: string[];
  /** US dollars that its keys together may spend in one `budgetDuration`; from there on LiteLLM refuses all of them. Default: no limit. */
  maxBudget?: number;
  /** US dollars from which LiteLLM sends alerts, if some are set up: less than `maxBudget`. Default: none. */
  softBudget?: number;
  /** After how long the team's spending starts from zero: `30d`. Default: never. */
  budgetDuration?: string;
  /** Tokens per minute of all its keys together. Default: no limit. */
  tpmLimit?: number;
  /** Requests per minute of all its keys together. Default: no limit. */
  rpmLimit?: number;
  /** The owner's own data, which logs and reports show. */
  metadata?: Record<string, string>;
}

/** LiteLLM's name of each setting, and what is sent to clear it, which is also what LiteLLM has where there is none. */
export const TEAM_FIELDS: Record<keyof TeamSettings, { wire: string; cleared: unknown }> = {
  models: { wire: "models", cleared: [] },
  maxBudget: { wire: "max_budget", cleared: null },
  softBudget: { wire: "soft_budget", cleared: null },
  budgetDuration: { wire: "budget_duration", cleared: null },
  tpmLimit: { wire: "tpm_limit", cleared: null },
  rpmLimit: { wire: "rpm_limit", cleared: null },
  metadata: { wire: "metadata", cleared: {} },
};

/**
 * What else a team can have in LiteLLM that opens something to its keys or closes it, by LiteLLM's name, with what is sent to
 * clear it. No setting sets it; what people enter by hand shows in a refresh, and goes with the next update.
 */
export const CLOSED_FIELDS: Record<string, unknown> = {
  blocked: false,
  access_group_ids: [],
  budget_limits: [],
  model_max_budget: {},
  router_settings: {},
  tpd_limit: null,
};

/** What LiteLLM takes of a team that is neither set nor looked at, by LiteLLM's name, with the reason. */
export const UNUSED_FIELDS: Record<string, string> = {
  ...{ team_id: "the team's name", team_alias: "the team's name, which reports show" },
  ...{ admins: "for people of LiteLLM's UI", members: "for people of LiteLLM's UI" },
  ...{ members_with_roles: "for people of LiteLLM's UI", team_member_permissions: "for people of LiteLLM's UI" },
  ...{ team_member_budget: "for people's keys", team_member_budget_duration: "for people's keys" },
  ...{ team_member_rpm_limit: "for people's keys", team_member_tpm_limit: "for people's keys" },
  ...{ team_member_key_duration: "for people's keys", team_member_model_max_budget: "for people's keys" },
  ...{ default_team_member_models: "for people's keys" },
  ...{ organization_id: "LiteLLM has no organizations without a licence" },
  ...{ object_permission: "for MCP servers, agents and vector stores, whose routes are closed" },
  ...{ mcp_rpm_limit: "for MCP servers, whose routes are closed" },
  ...{ model_aliases: "names of models are the settings' alone: routing.aliases" },
  ...{ secret_manager_settings: "needs a licence" },
  // LiteLLM keeps them among the metadata, where they show.
  ...{
    policies: "metadata",
    tags: "metadata",
    guardrails: "metadata",
    prompts: "metadata",
    disable_global_guardrails: "metadata",
  },
  ...{ allowed_passthrough_routes: "metadata", denied_passthrough_routes: "metadata", require_trace_id: "metadata" },
  ...{ model_rpm_limit: "metadata", model_tpm_limit: "metadata", allowed_vector_store_indexes: "metadata" },
  ...{ rpm_limit_type: "metadata", tpm_limit_type: "metadata" },
  ...{ default_estimated_output_tokens: "metadata", default_estimated_output_tokens_per_model: "metadata" },
  ...{ enforced_batch_output_expires_after: "metadata", enforced_file_expires_after: "metadata" },
};

/** Where a team's metadata says which stack made it. */
export const MARK = "managed_by";

/** The one thing that LiteLLM writes into a team's metadata itself, and lets nobody else write. */
export const SYSTEM_METADATA = "team_member_budget_id";

/** LiteLLM calls the sessions of its own UI so, as if they were a team's keys. */
export const RESERVED_TEAM = "litellm-dashboard";
