import { describe, expect, it } from "vitest";

import { decidedNames, type PassedPart, whyDecided } from "../../config/litellm/decided-names.ts";
import { KNOWN_NAMES } from "../../config/litellm/known-names.ts";
import { ofSection, SECTION_NAMES } from "../../config/litellm/sections.ts";

const parts: PassedPart[] = ["params", "info", "settings", "general", "router"];

describe.each(parts)("what can't be passed through in %s", (part) => {
  it("is known to LiteLLM, since anything else is refused for that", () => {
    expect(decidedNames(part).filter((name) => !Object.hasOwn(KNOWN_NAMES[part], name))).toEqual([]);
  });

  it("has one reason each", () => {
    const names = decidedNames(part);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it("has a reason that reads on from the name", () => {
    const reasons = decidedNames(part).map((name) => whyDecided(part, name) ?? "");
    expect(reasons.filter((reason) => !/^[a-z].*[a-z\d]$/i.test(reason))).toEqual([]);
  });

  it("isn't what an object of JavaScript has by itself", () => {
    expect(whyDecided(part, "toString")).toBeUndefined();
  });
});

it.each([
  ["params", "api_key"],
  ["params", "aws_web_identity_token"],
  ["params", "litellm_credential_name"],
  ["params", "configurable_clientside_auth_params"],
  ["info", "id"],
  ["settings", "openai_key"],
  ["settings", "disable_streaming_logging"],
  ["settings", "custom_provider_map"],
  ["general", "master_key"],
  ["general", "custom_auth"],
  ["general", "enable_oauth2_proxy_auth"],
  ["general", "pass_through_endpoints"],
  ["general", "disable_spend_logs"],
  ["router", "redis_password"],
  ["router", "plugins"],
] as const)("doesn't pass through in %s the name %s", (part, name) => {
  expect(whyDecided(part, name)).toBeDefined();
});

it.each([
  ["params", "drop_params"],
  ["params", "extra_headers"],
  ["params", "temperature"],
  ["info", "mode"],
  ["info", "output_cost_per_image"],
  ["settings", "drop_params"],
  ["settings", "success_callback"],
  ["settings", "turn_off_message_logging"],
  ["general", "alerting"],
  ["general", "user_header_name"],
  ["router", "enable_pre_call_checks"],
] as const)("passes through in %s the name %s", (part, name) => {
  expect(whyDecided(part, name)).toBeUndefined();
});

it("tells of each section of LiteLLM's file, and of no other, where it is said or why it isn't", () => {
  expect([...SECTION_NAMES].sort()).toEqual([...KNOWN_NAMES.sections].sort());
  expect(ofSection("toString")).toBeUndefined();
});
