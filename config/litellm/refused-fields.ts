import { FIELDS } from "./key-fields.ts";

const LICENCE = "needs a LiteLLM Enterprise licence: LiteLLM 1.108.6 without one";

/**
 * Fields of LiteLLM's keys that can't be set here, by LiteLLM's name, with the reason. They are refused in the preview:
 * some of them LiteLLM would take and ignore, or refuse each request of the key.
 */
export const REFUSED: Record<string, string> = {
  tags: `${LICENCE} answers 403; write them into \`metadata\``,
  guardrails: `${LICENCE} answers 403`,
  disable_global_guardrails: `${LICENCE} answers 403`,
  prompts: `${LICENCE} answers 403`,
  policies: `${LICENCE} answers 403`,
  allowed_passthrough_routes: `${LICENCE} answers 403; use \`allowedRoutes\``,
  denied_passthrough_routes: `${LICENCE} answers 403; use \`allowedRoutes\``,
  model_max_budget: `${LICENCE} answers 500; use \`budgetLimits\`, or a key for each model`,
  enforced_params: `${LICENCE} takes it, and then refuses every request of the key`,
  organization_id: `${LICENCE} has no organizations`,
  project_id: `${LICENCE} has no projects`,
  auto_rotate: `${LICENCE} takes it, and does nothing; use \`generation\``,
  rotation_interval: `${LICENCE} takes it, and does nothing; use \`generation\``,
  temp_budget_increase: `is an event, not a setting; raise \`maxBudget\``,
  temp_budget_expiry: `is an event, not a setting; raise \`maxBudget\``,
  key_type: 'can\'t be changed later; use `allowedRoutes`, which it sets: `["llm_api_routes"]` for `llm_api`',
  send_invite_email: "is an event, not a setting",
  spend: "is what LiteLLM counts, not a setting",
};

/** What LiteLLM keeps among a key's metadata, and is no part of the owner's. */
export const RESERVED_METADATA: ReadonlySet<string> = new Set([
  ...Object.values(FIELDS)
    .filter(({ home }) => home === "metadata")
    .map(({ wire }) => wire),
  ...["tags", "guardrails", "disable_global_guardrails", "prompts", "policies", "enforced_params"],
  ...["allowed_passthrough_routes", "denied_passthrough_routes", "temp_budget_increase", "temp_budget_expiry"],
]);

/** Names that LiteLLM reads from a key's metadata at each request, where they change what the key may do. */
export const STEERING_METADATA: ReadonlySet<string> = new Set([
  ...["allowed_vector_store_indexes", "cache", "disable_fallbacks", "litellm_disabled_callbacks", "logging"],
  ...["max_budget_alert_emails", "max_iterations", "password_reset_required", "priority", "service_account_id"],
  "spend_logs_metadata",
]);

/** What LiteLLM reads from a team's metadata besides, for requests with each of its keys, or keeps there itself. */
export const STEERING_TEAM_METADATA: ReadonlySet<string> = new Set([
  ...["allow_client_message_redaction_opt_out", "allow_client_mock_response", "allow_client_pricing_override"],
  ...["allow_litellm_changed_by_header", "allowed_tools", "batch_enqueued_token_limit", "callback_settings"],
  ...["enforced_batch_output_expires_after", "enforced_file_expires_after", "max_batch_file_records"],
  ...["max_batch_file_uploads_per_day", "max_file_downloads_per_minute", "model_config", "model_itpm_limit"],
  ...["model_otpm_limit", "opik", "opted_out_global_guardrails", "otel_service_name", "otel_service_name_override"],
  ...["phoenix_project_name", "phoenix_project_name_override", "require_trace_id", "scim_data", "scim_managed"],
  ...["secret_manager_settings", "soft_budget_alerting_emails", "team_member_budget_id", "team_member_key_duration"],
  ...["team_member_max_budget_alert_emails", "zguard_policy_id"],
]);
