import { callLimits } from "./call-limits.ts";

/**
 * How long calls to a gateway that does not answer are tried again: together, not each. When a gateway is gone for good,
 * a hundred keys wait for it as long as one does.
 */
export class Patience {
  readonly #failingSince = new Map<string, number>();
  readonly #answered = new Map<string, number>();
  readonly #lost = new Map<string, { at: number; failure: unknown }>();

  /**
   * Notes a failure; tells whether to try again.
   *
   * @param started When the call was tried first, of `performance.now()`: others may succeed while it alone fails for good.
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
   * Looks whether patience ended while a call waited for its turn, as it does when there are many and none is answered:
   * then it need not be tried. One that began afterwards is, and fails with its own words.
   *
   * @throws The failure with which patience ended.
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
