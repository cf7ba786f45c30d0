import pRetry, { AbortError } from "p-retry";

/** Minutes that a start may take, of several at once on a busy machine; else it is seconds. */
const MINUTES = 10;

/**
 * Waits until a LiteLLM that has been started answers that it is ready.
 *
 * @param url Where it listens.
 * @param ended Resolves once its process has ended.
 * @throws {Error} If it ends first, or takes ten minutes.
 */
export async function untilReady(url: string, ended: PromiseLike<unknown>): Promise<void> {
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  await pRetry(
    async () => {
      if (hasEnded) throw new AbortError("it has ended");
      const { status } = await fetch(`${url}/health/readiness`);
      if (status !== 200) throw new Error(`readiness is ${status}`);
    },
    { retries: MINUTES * 60 * 4, minTimeout: 250, factor: 1 },
  );
}
