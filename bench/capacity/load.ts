import autocannon from "autocannon";

/** What a load got back. */
export interface Load {
  /** Requests per second that were answered with 200, on average. */
  rps: number;
  /** Milliseconds from a request to its answer: half of them, 97.5% and 99% are as fast. */
  p50: number;
  p97_5: number;
  p99: number;
  /** Requests that got another answer or none. */
  errors: number;
}

/**
 * Sends chat requests for a while, each connection the next one as soon as it has an answer.
 *
 * @param target Base URL of an OpenAI API on 127.0.0.1, with its `/v1`.
 * @param connections Requests at once.
 */
export async function load(
  target: { url: string; key: string; model: string },
  { connections, seconds }: { connections: number; seconds: number },
): Promise<Load> {
  const result = await autocannon({
    url: `${target.url}/chat/completions`,
    method: "POST",
    headers: { authorization: `Bearer ${target.key}`, "content-type": "application/json" },
    body: JSON.stringify({ model: target.model, messages: [{ role: "user", content: "Say hello." }] }),
    connections,
    duration: seconds,
    timeout: 60,
  });
  const { p50, p97_5, p99 } = result.latency;
  return { rps: result["2xx"] / result.duration, p50, p97_5, p99, errors: result.errors + result.non2xx };
}
