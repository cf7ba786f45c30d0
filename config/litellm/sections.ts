/**
 * What becomes of the sections of LiteLLM's configuration file, reading on from "is a section of LiteLLM's own file": where what
 * it says is said here, or why it isn't.
 */
const SECTIONS: Readonly<Record<string, string>> = {
  model_list: "its entries belong to models, and what signs in to their providers to providers",
  litellm_settings: "its names belong to litellm.settings",
  general_settings: "its names belong to litellm.general",
  router_settings: "its names belong to routing and litellm.router",
  environment_variables: "its names belong to litellm.environment, and those of secrets to secrets",
  guardrails: "it belongs to litellm.guardrails",
  callback_settings: "it belongs to litellm.callbackSettings",
  credential_list: "each credential is an entry under providers, which models name",
  ...all(
    [
      ...["agent_list", "agents", "assistant_settings", "files_settings", "finetune_settings", "default_vertex_config"],
      ...["mcp_servers", "mcp_tools", "prompts", "sandbox_tools", "search_tools", "vector_store_registry"],
    ],
    "it can't be passed through, because virtual keys reach models only, and none of the endpoints that it is for",
  ),
  ...all(
    ["include", "policies", "policy_attachments", "worker_registry"],
    "it can't be passed through, because the stack file is the only source of what the gateway does",
  ),
};

function all(names: readonly string[], text: string): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, text]));
}

/** What becomes of a section of LiteLLM's file; undefined for what isn't one. */
export function ofSection(name: string): string | undefined {
  return Object.hasOwn(SECTIONS, name) ? SECTIONS[name] : undefined;
}

/** The sections that are told apart, for the test that LiteLLM has no others. */
export const SECTION_NAMES: readonly string[] = Object.keys(SECTIONS);
