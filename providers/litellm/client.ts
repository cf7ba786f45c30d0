import pLimit from "p-limit";
import pRetry from "p-retry";

import { type Access, AccessError, describeAccess } from "../access/access.ts";
import { routeTo } from "../access/route.ts";
import { callLimits } from "./call-limits.ts";
import { LiteLlmError, shorten } from "./litellm-error.ts";
import { Patience } from "./patience.ts";
import { RepeatedFailure } from "./repeated-failure.ts";

/** What to do about a gateway that does not answer. */
const COME_BACK = "See its logs, and run the same command again once it answers: it goes on where this one ended.";

const limit = pLimit(callLimits().concurrency);
const patience = new Patience();

/** LiteLLM's management API. Every call made here may be repeated without harm, so each is retried. */
export class LiteLlmClient {
  readonly #access: Access;
  readonly #masterKey: string;

  /**
   * @param access The way to the proxy.
   * @param masterKey Sent as Bearer token, and shown nowhere.
   */
  constructor(access: Access, masterKey: string) {
    this.#access = access;
    this.#masterKey = masterKey;
  }

  /** @throws {LiteLlmError} if LiteLLM answers with anything but success; {@link Error} if it can't be reached. */
  get<T>(path: string): Promise<T> {
    return this.#call<T>("GET", path);
  }

  /** @throws {LiteLlmError} if LiteLLM answers with anything but success; {@link Error} if it can't be reached. */
  post<T>(path: string, body: object): Promise<T> {
    return this.#call<T>("POST", path, body);
  }

  async #call<T>(method: string, path: string, body?: object): Promise<T> {
    const gateway = describeAccess(this.#access);
    const started = performance.now();
    limit.concurrency = callLimits().concurrency;
    const attempt = () => {
      patience.check(gateway, started);
      return this.#try<T>(method, path, body);
    };
    const repeated = new RepeatedFailure(() => this.#isReady());
    return pRetry(() => limit(attempt), {
      retries: Number.POSITIVE_INFINITY,
      minTimeout: 500,
      maxTimeout: 5000,
      randomize: true,
      shouldRetry: async ({ error }) =>
        isTemporary(error) && patience.isLeft(gateway, started, error) && !(await repeated.isForGood(error)),
    }).then(
      (answer) => {
        patience.restore(gateway);
        return answer;
      },
      (error: unknown) => {
        if (!isTemporary(error)) patience.restore(gateway);
        throw error;
      },
    );
  }

  /** Whether LiteLLM says that it and its database work. */
  async #isReady(): Promise<boolean> {
    try {
      const { url } = await routeTo(this.#access);
      const signal = AbortSignal.timeout(callLimits().timeout * 1000);
      const response = await fetch(`${url}/health/readiness`, { signal });
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false;
    }
  }

  async #try<T>(method: string, path: string, body?: object): Promise<T> {
    const call = `${method} ${path.replace(/\?.*/, "")}`;
    const route = await routeTo(this.#access);
    let response: Response;
    let text: string;
    try {
      response = await fetch(route.url + path, {
        method,
        headers: { authorization: `Bearer ${this.#masterKey}`, "content-type": "application/json" },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(callLimits().timeout * 1000),
      });
      text = await response.text();
    } catch (error) {
      const cause = route.problem()?.message ?? String(error instanceof Error ? (error.cause ?? error) : error);
      const message = `LiteLLM can't be reached at ${describeAccess(this.#access)} for ${call}: ${cause}. ${COME_BACK}`;
      throw new Error(message, { cause: error });
    }
    if (!response.ok) throw new LiteLlmError(call, response.status, text);
    try {
      return JSON.parse(text) as T;
    } catch (error) {
      const message = `What answers at ${describeAccess(this.#access)} is not LiteLLM: it answered ${call} with ${shorten(text)}. ${COME_BACK}`;
      throw new Error(message, { cause: error });
    }
  }
}

/** Whether it may go away by itself. */
function isTemporary(error: unknown): boolean {
  if (error instanceof LiteLlmError) return error.status >= 500 || error.status === 429 || error.status === 408;
  if (error instanceof AccessError) return error.retry;
  return true;
}
