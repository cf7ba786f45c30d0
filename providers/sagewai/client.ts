import pRetry from "p-retry";

import type { Access } from "../access/access.ts";
import { ApiError, callApi, isTemporary, RETRIES } from "../api-call.ts";

/** Seconds that one call may take before it is given up and tried again. */
const TIMEOUT = 20;

/** Seconds that an admin which does not answer gets to come back: its start takes 20 s, on a busy machine 60. */
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
   * @throws {SagewaiError} if the admin answers with anything but success; {@link Error} if it can't be reached.
   */
  call<T>(method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<T> {
    const api = {
      ...{ access: this.#access, token: this.#token, timeout: TIMEOUT },
      ...{ subject: "The Sagewai admin", software: "Sagewai", comeBack: COME_BACK },
      shown: (text: string) => text.slice(0, SHOWN),
      failure: (made: string, status: number, answer: string) => new SagewaiError(made, status, answer),
    };
    return pRetry(() => callApi<T>(api, method, `/api/v1${path}`, body), {
      ...{ ...RETRIES, maxRetryTime: PATIENCE * 1000 },
      shouldRetry: ({ error }) => isTemporary(error),
    });
  }
}

function explain(status: number): string | undefined {
  if (status !== 401) return undefined;
  return "it does not accept the API token. If the token was changed, run `pulumi up`, which gives the new one to all.";
}
