import { KNOWN_NAMES } from "./known-names.ts";

/** A part of LiteLLM's configuration file that settings pass through under LiteLLM's own names. */
export type PassedPart = "params" | "info" | "settings" | "general" | "router";

type Reasons = Record<string, readonly string[]>;

/**
 * What LiteLLM knows and no setting passes through, by the reason, which reads on from the name. Some of it this program
 * decides by other settings; the rest opens what the request guard, the keys' models and their budgets close.
 */
const DECIDED: Record<PassedPart, Reasons> = {
  params: {
    "is what the provider's entry under providers signs in with; set it there": [
      ...["api_base", "api_key", "api_version", "apikey", "base_url", "token", "azure", "deployment_url"],
      ...["aws_access_key_id", "aws_external_id", "aws_region_name", "aws_role_name", "aws_secret_access_key"],
      ...["aws_session_name", "aws_session_token", "azure_ad_token", "client_id", "client_secret", "gemini_api_key"],
      ...[
        "aws_bedrock_runtime_endpoint",
        "sagemaker_base_url",
        "tenant_id",
        "vertex_ai_credentials",
        "vertex_ai_location",
        "vertex_ai_project",
        "vertex_credentials",
      ],
      ...["vertex_location", "vertex_project"],
    ],
    "names a way to sign in that belongs to the machine or the process; write an entry under providers": [
      ...["aws_bedrock_client", "aws_profile_name", "aws_sts_endpoint", "aws_web_identity_token", "azure_scope"],
      ...["azure_ad_token_provider", "azure_password", "azure_username", "litellm_credential_name"],
      ...["github_copilot_auth_type", "github_copilot_user_session", "use_xai_oauth"],
    ],
    "has a setting of its own, beside params": ["model", "rpm", "tpm", "weight", "order", "tags", "timeout"],
    "is the setting streamTimeout, beside params": ["stream_timeout"],
    "is the setting maxRetries, beside params": ["num_retries"],
    "changes nothing: LiteLLM's router sets it to 0; set maxRetries, beside params": ["max_retries"],
    "is the setting routing.cooldownTime, for all models": ["cooldown_time"],
    "is the setting mockResponse, beside params": [
      ...["mock_delay", "mock_response", "mock_timeout", "mock_tool_calls"],
    ],
    "is what model says; write it there": ["custom_llm_provider"],
    "belongs to info": ["base_model", "model_info"],
    "lets clients choose credentials, addresses or models of their own": [
      ...["allow_client_keepalive_override", "configurable_clientside_auth_params", "passthrough", "use_client"],
      ...["use_in_pass_through", "use_litellm_proxy"],
    ],
    "belongs to a request, and LiteLLM makes it": [
      ...["client", "litellm_call_id", "litellm_logging_obj", "litellm_metadata", "litellm_request_debug"],
      ...["litellm_session_id", "litellm_trace_id", "litellm_trusted_callback_vars", "metadata"],
      ...["proxy_server_request", "secret_fields", "user_api_key_auth", "user_api_key_dict"],
      ...["user_api_key_end_user_id", "model_list", "messages", "stream", "input", "prompt", "file", "api_type"],
    ],
  },
  info: {
    "is the setting price, beside info": [
      ...["cache_creation_input_token_cost", "cache_read_input_token_cost", "input_cost_per_token"],
      "output_cost_per_token",
    ],
    "is given by this program, so that a price or a key can change without another deployment": ["id"],
    "is not stored, since the stack file is the only source of models": [
      ...["blocked", "created_at", "created_by", "db_model", "team_id", "team_public_model_name", "updated_at"],
      ...["updated_by", "direct_access", "access_via_team_ids"],
    ],
  },
  settings: {
    "is the setting litellm.requestTimeout": ["request_timeout"],
    "is the setting routing.numRetries": ["num_retries", "num_retries_per_request"],
    "is the setting routing.fallbacks": ["fallbacks", "model_fallbacks"],
    "is the setting routing.defaultFallbacks": ["default_fallbacks"],
    "is the setting routing.contextWindowFallbacks": ["context_window_fallbacks"],
    "is the setting routing.contentPolicyFallbacks": ["content_policy_fallbacks"],
    "is the setting routing.allowedFails": ["allowed_fails"],
    "is the setting routing.aliases": ["model_alias_map"],
    "is the setting litellm.guardrails": ["guardrails"],
    "is the setting litellm.callbackSettings": ["callback_settings"],
    "is a credential or an address of providers; write an entry under providers": [
      ...keysOfProviders(),
      ...["api_base", "api_version", "gdc_api_base", "organization", "predibase_tenant_id", "project", "headers"],
      ...["proxy_auth", "vertex_credentials", "vertex_location", "vertex_project", "enable_azure_ad_token_refresh"],
      ...["enable_model_config_credential_overrides"],
    ],
    "is what this program needs to be as it is": [
      ...["budget_exceeded_status_code", "budget_exceeded_throttle_percentage", "custom_provider_map", "config_path"],
      ...["default_key_generate_params", "prometheus_initialize_budget_metrics", "model_cost_map_url", "network_mock"],
      ...["require_auth_for_metrics_endpoint", "suppress_debug_info", "store_audit_logs", "scim_admin_group"],
    ],
    "loads code or files of the machine that runs LiteLLM": [
      ...["custom_prompt_dict", "global_bitbucket_config", "global_gitlab_config", "global_prompt_directory"],
      ...["input_callback", "post_call_rules", "pre_call_rules", "adapters", "audit_log_callbacks"],
      ...["argilla_transformation_object", "batch_line_item_callbacks", "cold_storage_custom_logger"],
    ],
    "sends clients' credentials, or requests, past models and budgets": [
      ...["forward_llm_provider_auth_headers", "provider_url_destination_allowed_hosts", "use_litellm_proxy"],
      ...["user_url_allowed_hosts", "user_url_validation", "websearch_interception_params", "mcp_tool_search"],
    ],
    "keeps LiteLLM from counting what requests cost, so that no budget would end": [
      ...["disable_streaming_logging", "disable_token_counter"],
    ],
    "shows secrets or what people write, in logs or in answers": [
      ...["expose_router_debug_in_errors", "log_auth_failure_key_identity", "log_raw_request_response", "set_verbose"],
    ],
    "is for keys and models that are made outside of the stack file": [
      ...["key_generation_settings", "upperbound_key_generate_params", "enable_loadbalancing_on_batch_endpoints"],
    ],
  },
  general: {
    "is made by this program, and its database with it": [
      ...["master_key", "database_url", "database_type", "database_args", "litellm_license"],
      ...["dangerously_permit_weak_or_unset_master_key", "disable_master_key_return", "encryption_algorithm"],
      ...["disable_prisma_schema_update", "supported_db_objects", "key_management_settings", "key_management_system"],
      ...[
        "use_azure_key_vault",
        "use_google_kms",
        "proxy_config_reload_interval_seconds",
        "disable_model_info_refresh",
      ],
    ],
    "is the setting litellm.databaseConnections": ["database_connection_pool_limit"],
    "is the setting litellm.spendLogDays": [
      ...["maximum_spend_logs_retention_period", "maximum_spend_logs_retention_interval"],
      "maximum_spend_logs_cleanup_cron",
    ],
    "is the setting kubernetes.redis or gcp.redis": ["coordination_redis", "redis_batch"],
    "would take models from elsewhere than the stack file": ["store_model_in_db", "infer_model_from_keys"],
    "is what this program needs to be as it is": [
      ...["custom_key_generate", "custom_key_policy", "custom_key_update", "background_health_checks", "plugins"],
      ...["health_check_interval", "use_shared_health_check", "max_failed_login_attempts_per_source_overrides"],
      ...["enable_health_check_routing", "health_check_ignore_transient_errors", "litellm_key_header_name", "otel"],
      ...["disable_custom_api_keys", "missing_session_id"],
    ],
    "loads code of the machine that runs LiteLLM": [
      ...["custom_auth", "custom_auth_run_common_checks", "custom_auth_settings", "custom_sso"],
      ...["custom_team_metadata_validate", "custom_ui_sso_sign_in_handler"],
    ],
    "opens what keys, models and budgets close": [
      ...[
        "allow_client_side_credentials",
        "allow_requests_on_db_unavailable",
        "allow_user_auth",
        "dangerously_allow_mock_testing_request_params",
      ],
      ...["disable_bedrock_agent_runtime_passthrough", "disable_responses_id_security", "disable_spend_logs"],
      ...["disable_spend_updates", "disable_reset_budget", "disable_budget_reservation", "drain_endpoint_token"],
      ...["enable_claude_code_gateway", "enable_drain_endpoint", "enable_openai_websocket_passthrough"],
      ...["enforce_fallback_model_access", "allow_unmanaged_response_ids", "forward_client_headers_to_llm_api"],
      ...["forward_llm_provider_auth_headers", "pass_through_endpoints", "pass_through_request_timeout"],
      ...["passthrough_managed_object_ids", "provider_url_destination_allowed_hosts", "public_routes"],
      ...["user_url_allowed_hosts", "user_url_validation", "allow_public_health_readiness_details"],
      ...["enable_oauth2_proxy_auth", "oauth2_config_mappings"],
      ...["enable_mcp_registry", "mcp_internal_ip_ranges", "mcp_client_side_auth_header_name"],
    ],
  },
  router: {
    "is a setting under routing": [
      ...["allowed_fails", "content_policy_fallbacks", "context_window_fallbacks", "cooldown_time"],
      ...["default_fallbacks", "enable_tag_filtering", "fallbacks", "model_group_alias", "num_retries", "retry_after"],
      ...["retry_policy", "model_group_retry_policy", "routing_strategy", "routing_strategy_args"],
    ],
    "is the setting routing.allowedFails, since this program chooses which deployments rest": [
      ...["allowed_fails_policy", "disable_cooldowns", "enable_health_check_routing"],
      "health_check_ignore_transient_errors",
    ],
    "is the setting kubernetes.redis or gcp.redis": [
      ...["cache_kwargs", "redis_db", "redis_host", "redis_password", "redis_port", "redis_url"],
    ],
    "is the setting litellm.requestTimeout": ["timeout"],
    "is the setting litellm.guardrails": ["guardrail_list"],
    "loads code of the machine that runs LiteLLM": ["plugins"],
    "belongs to params of each model": ["default_litellm_params"],
    "shows secrets or what people write, in logs": ["debug_level", "set_verbose"],
  },
};

/** The names of providers' keys among LiteLLM's settings for all models: `openai_key`. */
function keysOfProviders(): string[] {
  return Object.keys(KNOWN_NAMES.settings).filter((name) => /(^|_)(api_)?key$/.test(name));
}

/** Why a name can't be passed through, reading on from it; undefined for one that can. */
export function whyDecided(part: PassedPart, name: string): string | undefined {
  return Object.entries(DECIDED[part]).find(([, names]) => names.includes(name))?.[0];
}

/** All names that can't be passed through, for the test that LiteLLM knows them. */
export function decidedNames(part: PassedPart): string[] {
  return Object.values(DECIDED[part]).flat();
}
