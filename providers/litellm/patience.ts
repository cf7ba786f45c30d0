import { callLimits } from "./call-limits.ts";

/**
 * How long calls to a gateway that does not answer are tried again: together, not each. When a gateway is gone for good,
 * a hundred keys wait for it as long as one does.
 */
export class Patience {
  readonly #failingSince = new Map<string, number>();

  /**
   * Notes a failure; tells whether to try again.
   *
   * @param started When the call was tried first: others may succeed while it alone fails for good.
   */
  isLeft(gateway: string, started: number): boolean {
    const since = Math.min(this.#failingSince.get(gateway) ?? Date.now(), started);
    this.#failingSince.set(gateway, since);
    return Date.now() - since < callLimits().patience * 1000;
  }

  /** Notes that the gateway answers. */
  restore(gateway: string): void {
    this.#failingSince.delete(gateway);
  }
}
