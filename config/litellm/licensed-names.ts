import { KNOWN_NAMES, type LicensedPart } from "./known-names.ts";

/** The variable of LiteLLM's Enterprise licence. */
export const LICENSE = "LITELLM_LICENSE";

/**
 * What needs an Enterprise licence though LiteLLM's code asks for it far from where it reads these names, so that
 * `npm run inventory` doesn't see it. Each with the function of LiteLLM 1.108.6 that asks.
 */
export const FURTHER_LICENSED: Readonly<Partial<Record<LicensedPart, Readonly<Record<string, string>>>>> = {
  general: {
    custom_team_metadata_validate:
      "run_team_metadata_validation in proxy/management_helpers/team_metadata_validation.py",
    custom_ui_sso_sign_in_handler:
      "handle_custom_ui_sso_sign_in in litellm_enterprise/proxy/auth/custom_sso_handler.py",
  },
  params: {
    max_file_size_mb: "check_file_size_under_limit in proxy/common_utils/http_parsing_utils.py",
  },
  secretManagers: {
    aws_kms: "validate_environment in secret_managers/aws_secret_manager.py",
  },
  settings: {
    audit_log_callbacks: "create_audit_log_for_update in proxy/management_helpers/audit_logs.py",
    store_audit_logs: "create_audit_log_for_update in proxy/management_helpers/audit_logs.py",
  },
};

/** Whether LiteLLM refuses or ignores a name in a part of its file if it has no Enterprise licence. */
export function needsLicence(part: LicensedPart, name: string): boolean {
  const found = KNOWN_NAMES.licensed[part] ?? [];
  return found.includes(name) || Object.hasOwn(FURTHER_LICENSED[part] ?? {}, name);
}

/** What is said of such a name, reading on from it. */
export const LICENSED = `needs LiteLLM's Enterprise licence; set it as secrets.${LICENSE}, or leave it out`;

/** Whether a stack's secrets have such a licence. */
export function hasLicence(secrets: object = {}): boolean {
  return LICENSE in secrets;
}
