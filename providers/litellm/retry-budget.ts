import { CALL_LIMITS, type CallLimits } from "../../config/litellm/call-limits.ts";
import { LiteLlmError } from "./litellm-error.ts";

/** The limits of this process's calls: the provider hears of the stack's settings when the engine configures it. */
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

/**
 * How long calls to a gateway that does not answer are retried: one budget of time for all calls. When a gateway is gone for
 * good, a hundred keys wait for it as long as one does.
 */
export class RetryBudget {
  readonly #failingSince = new Map<string, number>();
  readonly #answered = new Map<string, number>();
  readonly #lost = new Map<string, { at: number; failure: unknown }>();

  /**
   * Notes a failure; tells whether to try again.
   *
   * @param started When the call was tried first, of `performance.now()`: others may succeed while this one fails for good.
   */
  isLeft(gateway: string, started: number, failure: unknown): boolean {
    const now = performance.now();
    const since = Math.min(this.#failingSince.get(gateway) ?? now, started);
    this.#failingSince.set(gateway, since);
    if (now - since < callLimits().patience * 1000) return true;
    const isSilent = (this.#answered.get(gateway) ?? 0) < since;
    if (isSilent) this.#lost.set(gateway, { at: now, failure });
    return false;
  }

  /**
   * Looks whether the budget ended while a call waited for its turn, as it does when there are many and none is answered:
   * then it need not be tried. One that began afterwards is, and fails with its own words.
   *
   * @throws The failure with which the budget ended.
   */
  check(gateway: string, started: number): void {
    const lost = this.#lost.get(gateway);
    if (lost && started < lost.at) throw lost.failure;
  }

  /** Notes that the gateway answers. */
  restore(gateway: string): void {
    this.#failingSince.delete(gateway);
    this.#lost.delete(gateway);
    this.#answered.set(gateway, performance.now());
  }
}

/** This often LiteLLM says the same of a call before it is asked whether it is well. */
const TIMES = 3;

/**
 * Tells whether LiteLLM fails at a call for good: it answers 500 with the same words time and again, though it is well
 * otherwise. It says 500 of what it can't store as well as while its database is away, and only the one comes to an end.
 */
export class RepeatedFailure {
  readonly #isReady: () => Promise<boolean>;
  #last = "";
  #times = 0;

  /** @param isReady Whether LiteLLM says that it and its database work. */
  constructor(isReady: () => Promise<boolean>) {
    this.#isReady = isReady;
  }

  async isForGood(error: unknown): Promise<boolean> {
    const said = error instanceof LiteLlmError && error.status === 500 ? error.message : "";
    this.#times = said !== "" && said === this.#last ? this.#times + 1 : 1;
    this.#last = said;
    return said !== "" && this.#times >= TIMES && (await this.#isReady());
  }
}
