import { LiteLlmError } from "./litellm-error.ts";

/** So often LiteLLM says the same of a call before it is asked whether it is well. */
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
