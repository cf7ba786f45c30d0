import { KNOWN_NAMES } from "../litellm/known-names.ts";
import { ofSection } from "../litellm/sections.ts";
import { whyNotPassed } from "./passed-names.ts";

/** Names of an entry of LiteLLM's `model_list`, and where what they say is said here. */
const OF_MODELS: Readonly<Record<string, string>> = {
  model_name: "is LiteLLM's word for name",
  litellm_params:
    "is LiteLLM's; write model beside it, provider for what signs in, and anything else of it under params",
  model_info: "is LiteLLM's word for info",
};

/**
 * What is said of a name that isn't a setting but one of LiteLLM's configuration file, reading on from it; undefined for any other.
 *
 * @param path Where in the settings it stands, without the name.
 */
export function namedByLiteLLM(path: readonly PropertyKey[], name: string): string | undefined {
  const [section] = path;
  const isOfLiteLLM = section === "litellm" && path.length === 1;
  if (path.length === 0 || isOfLiteLLM) {
    const text = ofSection(name);
    if (text !== undefined) return `is a section of LiteLLM's own file: ${text}`;
  }
  if (isOfLiteLLM) {
    const parts = (["settings", "general", "router"] as const).filter(
      (part) => Object.hasOwn(KNOWN_NAMES[part], name) && whyNotPassed(part, name, true) === undefined,
    );
    if (parts.length > 0) return `belongs to ${parts.map((part) => `litellm.${part}`).join(" or ")}`;
  }
  if (section === "models" && path.length === 2) {
    if (Object.hasOwn(OF_MODELS, name)) return OF_MODELS[name];
    const parts = (["params", "info"] as const).filter(
      (part) => Object.hasOwn(KNOWN_NAMES[part], name) && whyNotPassed(part, name, true) === undefined,
    );
    if (parts.length > 0) return `belongs to ${parts.join(" or ")}`;
  }
  return undefined;
}
