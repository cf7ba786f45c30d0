import { CALL_LIMITS, type CallLimits } from "../../config/litellm/call-limits.ts";

let limits = CALL_LIMITS;

/** The limits in force in this process. */
export function callLimits(): CallLimits {
  return limits;
}

/**
 * Sets the limits from the setting `llm-gateway:litellm`, which the program has checked.
 *
 * @param litellm The setting as Pulumi keeps it, in JSON. Default: none, and so the defaults.
 */
export function setCallLimits(litellm = "{}"): void {
  const { management } = JSON.parse(litellm) as { management?: Partial<CallLimits> };
  limits = { ...CALL_LIMITS, ...management };
}
