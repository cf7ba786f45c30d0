import { isDeepStrictEqual } from "node:util";

/** What a virtual key allows, in the names of this package. An absent field is one that LiteLLM does not limit. */
export interface KeySettings {
  /** Unique name in LiteLLM. */
  alias: string;
  /** Names of the models it may use; an empty list allows all. */
  models: string[];
  /** USD that may be spent in one `budgetDuration`; then requests are answered with 429. */
  maxBudget?: number;
  /** After how long the spending starts from zero again: `30d`. */
  budgetDuration?: string;
  /** Tokens per minute. */
  tpmLimit?: number;
  /** Requests per minute. */
  rpmLimit?: number;
  /** Requests at the same time. */
  maxParallelRequests?: number;
  /** How long the key is valid, counted from when this was last changed: `90d`. */
  duration?: string;
  /** Free text of the owner's, shown in LiteLLM's logs and spend reports. */
  metadata?: Record<string, string>;
}

/** LiteLLM's name of each field, and what has to be sent to clear it: for some of them it ignores `null`. */
const FIELDS: Record<keyof KeySettings, { wire: string; cleared: null | [] | Record<string, never> }> = {
  alias: { wire: "key_alias", cleared: null },
  models: { wire: "models", cleared: [] },
  maxBudget: { wire: "max_budget", cleared: null },
  budgetDuration: { wire: "budget_duration", cleared: null },
  tpmLimit: { wire: "tpm_limit", cleared: null },
  rpmLimit: { wire: "rpm_limit", cleared: null },
  maxParallelRequests: { wire: "max_parallel_requests", cleared: null },
  duration: { wire: "duration", cleared: null },
  metadata: { wire: "metadata", cleared: {} },
};

export const KEY_FIELDS = Object.keys(FIELDS) as (keyof KeySettings)[];

/** LiteLLM keeps some settings of its own among the owner's metadata. */
const RESERVED_METADATA = new Set([
  "model_rpm_limit",
  "model_tpm_limit",
  "enforced_params",
  "guardrails",
  "tags",
  "rpm_limit_type",
  "tpm_limit_type",
]);

/**
 * The body that makes a key's settings on the server equal to `settings`, whatever they are now.
 *
 * @param before The settings that were sent last. `duration` is only sent if it differs from them: each time it is
 *   sent, the key's expiry moves.
 */
export function toWire(settings: KeySettings, before?: KeySettings): Record<string, unknown> {
  const fields = KEY_FIELDS.filter((field) => field !== "duration" || settings.duration !== before?.duration);
  return Object.fromEntries(fields.map((field) => [FIELDS[field].wire, settings[field] ?? FIELDS[field].cleared]));
}

/** The settings on the server. `duration` can't be read back and stays what it was. */
export function fromWire(info: Record<string, unknown>, before: KeySettings): KeySettings {
  const read = (field: keyof KeySettings): unknown => {
    const value = info[FIELDS[field].wire];
    if (field === "duration") return before.duration;
    if (field === "metadata") return ownMetadata(value);
    return value ?? undefined;
  };
  const settings = KEY_FIELDS.map((field) => {
    const value = read(field);
    // Absent and cleared are the same on the server: keep the one that the code says.
    const isSame = isDeepStrictEqual(value ?? FIELDS[field].cleared, before[field] ?? FIELDS[field].cleared);
    return [field, isSame ? before[field] : value] as const;
  });
  return Object.fromEntries(settings.filter(([, value]) => value !== undefined)) as unknown as KeySettings;
}

function ownMetadata(value: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value ?? {}).filter(([name]) => !RESERVED_METADATA.has(name)));
}
