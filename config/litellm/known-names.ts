import names from "./known-names.json" with { type: "json" };

/** The JSON type that a name's value must have; "" where several may stand, or where LiteLLM doesn't say. */
export type NameType = "" | "array" | "boolean" | "integer" | "number" | "object" | "string";

/** Names with the types of their values, sorted. */
export type TypedNames = Readonly<Record<string, NameType>>;

/** What LiteLLM knows in each part of its configuration file. `npm run inventory` finds it out. */
export interface KnownNames {
  /** The release of LiteLLM. */
  readonly version: string;
  /** At the top of the file. */
  readonly sections: readonly string[];
  /** In a deployment's `litellm_params`. */
  readonly params: TypedNames;
  /** In a deployment's `model_info`. */
  readonly info: TypedNames;
  /** In `litellm_settings`. */
  readonly settings: TypedNames;
  /** In `general_settings`. */
  readonly general: TypedNames;
  /** In `router_settings`. */
  readonly router: TypedNames;
  /** In `callbacks`, `success_callback` and `failure_callback` of `litellm_settings`. */
  readonly callbacks: readonly string[];
  /** In `service_callback` of `litellm_settings`. */
  readonly serviceCallbacks: readonly string[];
  /** In `alert_types` of `general_settings`. */
  readonly alertTypes: readonly string[];
  /** As `guardrail` of an entry of `guardrails`. */
  readonly guardrails: readonly string[];
  /** Before the first slash of a deployment's `model`, with the variables that LiteLLM reads credentials from. */
  readonly providers: Readonly<Record<string, readonly string[]>>;
  /** Variables of its process that it reads: those that only callbacks and guardrails read, and all others. */
  readonly environment: Readonly<Record<"callbacks" | "process", readonly string[]>>;
  /** What needs an Enterprise licence, by part. */
  readonly licensed: Readonly<Partial<Record<LicensedPart, readonly string[]>>>;
}

/** Where names may stand that need a licence. `secretManagers` are values of `key_management_system`. */
export type LicensedPart = "callbacks" | "general" | "params" | "secretManagers" | "sections" | "settings";

/** What the pinned release of LiteLLM knows. */
export const KNOWN_NAMES = names as KnownNames;
