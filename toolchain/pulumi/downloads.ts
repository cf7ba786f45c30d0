/** How long a download host may take to answer, in milliseconds. */
const PATIENCE = 4_000;

/**
 * Checks that `url` can be downloaded, so that a network without a way out costs seconds, not minutes.
 *
 * @throws Error that says why not. LLM_GATEWAY_OFFLINE=1 in the environment forbids asking.
 */
export async function canDownload(url: string): Promise<void> {
  const { host } = new URL(url);
  if (process.env["LLM_GATEWAY_OFFLINE"] === "1") throw new Error(`${host} is not asked: LLM_GATEWAY_OFFLINE is 1`);
  const response = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(PATIENCE) }).catch(
    (error: unknown) => {
      const { message, cause } = error as Error;
      throw new Error(`${host} can't be reached: ${cause instanceof Error ? cause.message : message}`);
    },
  );
  if (!response.ok) throw new Error(`${host} answers ${response.status}`);
}
