import { type Access, AccessError, describeAccess } from "./access/access.ts";
import { routeTo } from "./access/route.ts";

/** An answer of an API that is not a success. */
export abstract class ApiError extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** An API that answers in JSON, and how messages name it. */
export interface Api {
  access: Access;
  /** Sent as Bearer token, and shown nowhere. */
  token: string;
  /** Sent as well. Default: none. */
  headers?: Record<string, string>;
  /** The service, at the beginning of a sentence: `The Sagewai admin`. */
  subject: string;
  /** The software that should answer: `Sagewai`. */
  software: string;
  /** What to do when the service does not answer: a sentence. */
  comeBack: string;
  /** Seconds that a call may take. */
  timeout: number;
  /** An answer as a message shows it. */
  shown: (text: string) => string;
  /** What to throw for an answer that is not a success. */
  failure: (call: string, status: number, body: string) => ApiError;
}

/** How calls are retried that may be repeated without harm. */
export const RETRIES = {
  retries: Number.POSITIVE_INFINITY,
  minTimeout: 500,
  maxTimeout: 5000,
  randomize: true,
} as const;

/** Whether a failure may go away by itself. */
export function isTemporary(error: unknown): boolean {
  if (error instanceof ApiError) return error.status >= 500 || error.status === 429 || error.status === 408;
  if (error instanceof AccessError) return error.retry;
  return true;
}

/**
 * One call of an API.
 *
 * @throws {ApiError} for an answer that is not a success; {@link Error} if it can't be reached, or something else answers.
 */
export async function callApi<T>(api: Api, method: string, path: string, body?: object): Promise<T> {
  const { access, subject, comeBack } = api;
  const call = `${method} ${path.replace(/\?.*/, "")}`;
  const route = await routeTo(access);
  const where = describeAccess(access);
  let response: Response;
  let text: string;
  try {
    response = await fetch(route.url + path, {
      method,
      headers: { authorization: `Bearer ${api.token}`, "content-type": "application/json", ...api.headers },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(api.timeout * 1000),
    });
    text = await response.text();
  } catch (error) {
    const cause = route.problem()?.message ?? String(error instanceof Error ? (error.cause ?? error) : error);
    throw new Error(`${subject} can't be reached at ${where} for ${call}: ${cause}. ${comeBack}`, { cause: error });
  }
  if (!response.ok) throw api.failure(call, response.status, text);
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    const message = `What answers at ${where} is not ${api.software}: it answered ${call} with ${api.shown(text)}. ${comeBack}`;
    throw new Error(message, { cause: error });
  }
}
