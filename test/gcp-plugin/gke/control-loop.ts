import { setTimeout as delay } from "node:timers/promises";

/** Milliseconds between two looks at the cluster. */
const INTERVAL = 250;

/** What every controller is: it looks at what is there again and again, and tries again what failed. */
export class ControlLoop {
  readonly #stopped = new AbortController();
  readonly #running: Promise<void>;
  #failure: unknown;

  /** @param look Compares what is wanted with what is there, and acts. */
  constructor(look: () => Promise<void>) {
    this.#running = this.#run(look);
  }

  /** Ends it. @throws Error of its last look. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
    if (this.#failure !== undefined) throw this.#failure as Error;
  }

  async #run(look: () => Promise<void>): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      this.#failure = await look().then(
        () => undefined,
        (error: unknown) => error,
      );
      await delay(INTERVAL, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
    }
  }
}
