/** What calls to LiteLLM's management API may take. */
export interface CallLimits {
  /** Seconds that one call may take before it is given up and tried again. */
  timeout: number;
  /** Seconds that a proxy which stopped answering gets to come back. */
  patience: number;
  /** Calls in flight at once, of all keys together. */
  concurrency: number;
}

/** A restart of the proxy takes 15 s, on a busy machine 60; more calls than 16 would only wait for its database. */
export const CALL_LIMITS: CallLimits = { timeout: 20, patience: 90, concurrency: 16 };
