/** Seconds that a proxy which stopped answering gets to come back. A restart takes 15 s, on a busy machine 60. */
const DEFAULT = 90;

/**
 * How long calls to a gateway that does not answer are tried again: together, not each. When a gateway is gone for good,
 * a hundred keys wait for it as long as one does. The variable LLM_GATEWAY_PATIENCE says how many seconds. Default: 90.
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
    return Date.now() - since < Number(process.env["LLM_GATEWAY_PATIENCE"] ?? DEFAULT) * 1000;
  }

  /** Notes that the gateway answers. */
  restore(gateway: string): void {
    this.#failingSince.delete(gateway);
  }
}
