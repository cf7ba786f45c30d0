import pRetry from "p-retry";

import type { Access } from "../access/access.ts";
import { ApiError, callApi, isTemporary, RETRIES } from "../api-call.ts";

/** Seconds that one call may take before it is given up and tried again. */
const TIMEOUT = 20;

/**
 * Seconds that an admin which does not answer gets to come back, all calls together: its start takes 20 s, on a busy machine
 * 60. When it is gone for good, a thousand projects wait for it as long as one does.
 */
const PATIENCE = 90;

/** Characters of an answer that an error message shows. */
const SHOWN = 500;

/** What to do about an admin that does not answer. */
const COME_BACK = "See its log, and run the same command again once it answers.";

/** Sagewai's answer, when it is not a success. */
export class SagewaiError extends ApiError {
  override readonly name = "SagewaiError";

  constructor(call: string, status: number, body: string) {
    super(`The Sagewai admin answered ${status} to ${call}: ${explain(status) ?? body.slice(0, SHOWN)}`, status);
  }
}

/** The API of a Sagewai admin. Every call made here may be repeated without harm, so each is retried. */
export class SagewaiClient {
  readonly #access: Access;
  readonly #token: string;
  /** Since when no call has succeeded, of `performance.now()`; undefined while calls do. */
  #failingSince: number | undefined;
  /** With what the patience came to its end. */
  #lost: Error | undefined;

  /**
   * @param access The way to the admin.
   * @param token Sent as Bearer token, and shown nowhere.
   */
  constructor(access: Access, token: string) {
    this.#access = access;
    this.#token = token;
  }

  /**
   * @param path Below `/api/v1`: `/fleet/workers`.
   * @param project Slug of the project that the call is about. Default: none, which Sagewai mostly takes for all of them.
   * @throws {SagewaiError} if the admin answers with anything but success; {@link Error} if it can't be reached.
   */
  async call<T>(
    method: "GET" | "POST" | "PATCH" | "DELETE",
    path: string,
    body?: object,
    project?: string,
  ): Promise<T> {
    if (this.#lost !== undefined) throw this.#lost;
    const api = {
      ...{ access: this.#access, token: this.#token, timeout: TIMEOUT },
      ...{ subject: "The Sagewai admin", software: "Sagewai", comeBack: COME_BACK },
      ...(project !== undefined && { headers: { "x-project-id": project } }),
      shown: (text: string) => text.slice(0, SHOWN),
      failure: (made: string, status: number, answer: string) => new SagewaiError(made, status, answer),
    };
    const started = performance.now();
    const answer = await pRetry(() => callApi<T>(api, method, `/api/v1${path}`, body), {
      ...RETRIES,
      shouldRetry: ({ error }) => isTemporary(error) && this.#isPatient(error, started),
    });
    this.#failingSince = undefined;
    return answer;
  }

  /** Whether a call that failed is tried again. Others may succeed while this one fails for good. */
  #isPatient(failure: Error, started: number): boolean {
    const now = performance.now();
    this.#failingSince ??= now;
    const isOver = (since: number) => now - since >= PATIENCE * 1000;
    if (isOver(this.#failingSince)) this.#lost = failure;
    return !isOver(Math.min(this.#failingSince, started));
  }
}

function explain(status: number): string | undefined {
  if (status !== 401) return undefined;
  return "it does not accept the API token. If the token was changed, run `pulumi up`, which gives the new one to all.";
}
