import pRetry, { AbortError } from "p-retry";

import type { Access } from "../access.ts";

/** Seconds that one call may take before it is given up and, where that is safe, tried again. */
const TIMEOUT = 30;

/** Tries after the first one, half a second apart and twice as long each time. */
const RETRIES = 5;

/** Characters of an answer that an error message shows. */
const SHOWN = 500;

/** LiteLLM's answer, when it is not a success. */
export class LiteLlmError extends Error {
  override readonly name = "LiteLlmError";
  readonly status: number;

  constructor(call: string, status: number, body: string) {
    super(`LiteLLM answered ${status} to ${call}: ${explain(status) ?? reason(body)}`);
    this.status = status;
  }
}

/** LiteLLM's management API. Every call made here may be repeated without harm, so each is retried. */
export class LiteLlmClient {
  readonly #url: string;
  readonly #masterKey: string;

  /**
   * @param access The way to the proxy.
   * @param masterKey Sent as Bearer token, and shown nowhere.
   */
  constructor({ url }: Access, masterKey: string) {
    this.#url = url.replace(/\/+$/, "");
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
    return pRetry(() => this.#try<T>(method, path, body), {
      retries: RETRIES,
      minTimeout: 500,
      randomize: true,
      shouldRetry: ({ error }) => !(error instanceof LiteLlmError) || error.status >= 500 || error.status === 429,
    });
  }

  async #try<T>(method: string, path: string, body?: object): Promise<T> {
    const call = `${method} ${path.replace(/\?.*/, "")}`;
    let response: Response;
    let text: string;
    try {
      response = await fetch(this.#url + path, {
        method,
        headers: { authorization: `Bearer ${this.#masterKey}`, "content-type": "application/json" },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(TIMEOUT * 1000),
      });
      text = await response.text();
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      throw new Error(`LiteLLM can't be reached at ${this.#url} for ${call}: ${String(cause)}`, { cause: error });
    }
    if (!response.ok) throw new LiteLlmError(call, response.status, text);
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new AbortError(`What answers at ${this.#url} is not LiteLLM: it answered ${call} with ${shorten(text)}`);
    }
  }
}

function explain(status: number): string | undefined {
  if (status !== 401) return undefined;
  return "it does not accept the master key. If the key was changed, run `pulumi up`, which gives the new one to all.";
}

/** The message inside LiteLLM's several shapes of error. */
function reason(body: string): string {
  try {
    const { error, detail } = JSON.parse(body) as { error?: { message?: unknown }; detail?: unknown };
    const message = error?.message ?? detail;
    return shorten(typeof message === "string" ? message : JSON.stringify(message ?? body));
  } catch {
    return shorten(body);
  }
}

function shorten(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)} …` : text;
}
