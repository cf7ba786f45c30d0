import pRetry from "p-retry";

import { type Access, AccessError, describeAccess } from "../access/access.ts";
import { routeTo } from "../access/route.ts";

/** Seconds that one call may take before it is given up and tried again. */
const TIMEOUT = 20;

/** Seconds that an admin which does not answer gets to come back: its start takes 20 s, on a busy machine 60. */
const PATIENCE = 90;

/** Characters of an answer that an error message shows. */
const SHOWN = 500;

/** Sagewai's answer, when it is not a success. */
export class SagewaiError extends Error {
  override readonly name = "SagewaiError";
  readonly status: number;

  constructor(call: string, status: number, body: string) {
    super(`The Sagewai admin answered ${status} to ${call}: ${explain(status) ?? body.slice(0, SHOWN)}`);
    this.status = status;
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
    return pRetry(() => this.#try<T>(method, `/api/v1${path}`, body), {
      retries: Number.POSITIVE_INFINITY,
      maxRetryTime: PATIENCE * 1000,
      minTimeout: 500,
      maxTimeout: 5000,
      randomize: true,
      shouldRetry: ({ error }) => isTemporary(error),
    });
  }

  async #try<T>(method: string, path: string, body?: object): Promise<T> {
    const call = `${method} ${path}`;
    const route = await routeTo(this.#access);
    const where = describeAccess(this.#access);
    let response: Response;
    let text: string;
    try {
      response = await fetch(route.url + path, {
        method,
        headers: { authorization: `Bearer ${this.#token}`, "content-type": "application/json" },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(TIMEOUT * 1000),
      });
      text = await response.text();
    } catch (error) {
      const cause = route.problem()?.message ?? String(error instanceof Error ? (error.cause ?? error) : error);
      const message = `The Sagewai admin can't be reached at ${where} for ${call}: ${cause}. See its log, and run the same command again once it answers.`;
      throw new Error(message, { cause: error });
    }
    if (!response.ok) throw new SagewaiError(call, response.status, text);
    try {
      return JSON.parse(text) as T;
    } catch (error) {
      const message = `What answers at ${where} is not Sagewai: it answered ${call} with ${text.slice(0, SHOWN)}`;
      throw new Error(message, { cause: error });
    }
  }
}

/** Whether it may go away by itself. */
function isTemporary(error: unknown): boolean {
  if (error instanceof SagewaiError) return error.status >= 500 || error.status === 429 || error.status === 408;
  if (error instanceof AccessError) return error.retry;
  return true;
}

function explain(status: number): string | undefined {
  if (status !== 401) return undefined;
  return "it does not accept the API token. If the token was changed, run `pulumi up`, which gives the new one to all.";
}
