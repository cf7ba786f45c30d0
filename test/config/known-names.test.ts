import { readFile } from "node:fs/promises";

import { describe, expect, it } from "vitest";

import { needsLicence } from "../../config/litellm/licensed-names.ts";
import { KNOWN_NAMES } from "../../config/litellm/known-names.ts";
import { didYouMean } from "../../config/problems/did-you-mean.ts";

const TYPED = ["params", "info", "settings", "general", "router"] as const;

it("is the inventory of the pinned release: `npm run inventory` belongs to an upgrade of LiteLLM", async () => {
  const pins = await readFile(new URL("../../toolchain/python/requirements/litellm.in", import.meta.url), "utf8");

  expect(/^litellm\[proxy\]==(\S+)$/m.exec(pins)?.[1]).toBe(KNOWN_NAMES.version);
});

describe.each(TYPED)("%s", (part) => {
  it("has names of settings, sorted, with JSON types", () => {
    const names = Object.keys(KNOWN_NAMES[part]);
    const types = ["", "array", "boolean", "integer", "number", "object", "string"];

    expect(names.length).toBeGreaterThan(40);
    expect(names.filter((name) => !/^[a-z][\w.-]*$/i.test(name))).toEqual([]);
    expect(names).toEqual([...names].sort());
    expect(Object.values(KNOWN_NAMES[part]).filter((type) => !types.includes(type))).toEqual([]);
  });
});

it.each([
  ["params", "api_base", "string"],
  ["params", "rpm", "integer"],
  ["params", "input_cost_per_token", "number"],
  ["params", "drop_params", ""],
  ["params", "extra_headers", "object"],
  ["params", "order", ""],
  ["params", "aws_role_name", "string"],
  ["params", "cache_control_injection_points", ""],
  ["info", "base_model", "string"],
  ["info", "max_input_tokens", "number"],
  ["info", "supports_vision", "boolean"],
  ["info", "access_groups", ""],
  ["settings", "ssl_verify", ""],
  ["settings", "force_ipv4", "boolean"],
  ["settings", "timezone", ""],
  ["settings", "cache_params", ""],
  ["settings", "success_callback", ""],
  ["general", "proxy_batch_write_at", ""],
  ["general", "alert_types", "array"],
  ["router", "cooldown_time", "number"],
  ["router", "model_group_alias", "object"],
] as const)("knows in %s the name %s, of type %j", (part, name, type) => {
  expect(KNOWN_NAMES[part][name]).toBe(type);
});

it.each([
  ["settings", "service_callbacks", "service_callback"],
  ["general", "timezone", undefined],
  ["general", "salt_key", undefined],
  ["router", "model_list", undefined],
  ["settings", "model_cost", undefined],
  ["settings", "openai_models", undefined],
  ["settings", "completion", undefined],
  ["params", "_agentic_loop_depth", undefined],
] as const)("doesn't know in %s the name %s, which LiteLLM ignores there", (part, name, nearest) => {
  const names = Object.keys(KNOWN_NAMES[part]);

  expect(names).not.toContain(name);
  if (nearest !== undefined) expect(didYouMean(name, names)).toContain(`"${nearest}"`);
});

it.each([
  ["sections", "include"],
  ["sections", "credential_list"],
  ["callbacks", "langfuse"],
  ["callbacks", "s3_v2"],
  ["serviceCallbacks", "prometheus_system"],
  ["alertTypes", "budget_alerts"],
  ["guardrails", "presidio"],
] as const)("lists among the %s %s", (part, name) => {
  expect(KNOWN_NAMES[part]).toContain(name);
});

it("has each provider with the variables of its credentials, where LiteLLM names them", () => {
  expect(KNOWN_NAMES.providers).toMatchObject({
    openrouter: ["OPENROUTER_API_KEY"],
    vllm: [],
    helicone: ["HELICONE_API_KEY"],
  });
});

it.each([
  ["general", "allowed_ips"],
  ["general", "max_request_size_mb"],
  ["general", "custom_team_metadata_validate"],
  ["callbacks", "hide_secrets"],
  ["callbacks", "gcs_bucket"],
  ["settings", "tag_budget_config"],
  ["settings", "store_audit_logs"],
  ["sections", "worker_registry"],
  ["params", "max_file_size_mb"],
  ["secretManagers", "hashicorp_vault"],
] as const)("knows that %s need a licence for %s", (part, name) => {
  expect(needsLicence(part, name)).toBe(true);
});

it.each([
  ["general", "master_key"],
  ["general", "alerting"],
  ["general", "toString"],
  ["callbacks", "langfuse"],
  ["settings", "cache"],
  ["secretManagers", "aws_secret_manager"],
] as const)("knows that %s need none for %s", (part, name) => {
  expect(needsLicence(part, name)).toBe(false);
});
