import pLimit from "p-limit";
import pRetry from "p-retry";

import { type Access, describeAccess } from "../access/access.ts";
import { routeTo } from "../access/route.ts";
import { callApi, isTemporary, RETRIES } from "../api-call.ts";
import { LiteLlmError, shorten } from "./litellm-error.ts";
import { callLimits, RepeatedFailure, RetryBudget } from "./retry-budget.ts";

/** What to do about a gateway that does not answer. */
const COME_BACK = "See its logs, and run the same command again once it answers: it goes on where this one ended.";

const limit = pLimit(callLimits().concurrency);
const retries = new RetryBudget();

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
      retries.check(gateway, started);
      return this.#try<T>(method, path, body);
    };
    const repeated = new RepeatedFailure(() => this.#isReady());
    return pRetry(() => limit(attempt), {
      ...RETRIES,
      shouldRetry: async ({ error }) =>
        isTemporary(error) && retries.isLeft(gateway, started, error) && !(await repeated.isForGood(error)),
    }).then(
      (answer) => {
        retries.restore(gateway);
        return answer;
      },
      (error: unknown) => {
        if (!isTemporary(error)) retries.restore(gateway);
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

  #try<T>(method: string, path: string, body?: object): Promise<T> {
    const api = {
      ...{ access: this.#access, token: this.#masterKey, timeout: callLimits().timeout },
      ...{ subject: "LiteLLM", software: "LiteLLM", comeBack: COME_BACK, shown: shorten },
      failure: (call: string, status: number, answer: string) => new LiteLlmError(call, status, answer),
    };
    return callApi<T>(api, method, path, body);
  }
}
