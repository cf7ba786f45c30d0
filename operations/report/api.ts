import * as z from "zod";

import { UserError } from "../../toolchain/user-error.ts";

/** Entries of one answer, which both services have at most. */
const PAGE = 100;

/** How long an answer may take, in milliseconds. */
const PATIENCE = 30_000;

/** The REST API of a service. */
export class Api {
  readonly #base: string;
  readonly #headers: Record<string, string>;
  readonly #rights: string;

  /** @param rights What a token needs, for whoever has one without. */
  constructor(base: string, headers: Record<string, string>, rights: string) {
    this.#base = base;
    this.#headers = headers;
    this.#rights = rights;
  }

  /** @throws {UserError} with what the service answered. */
  async call<T>(method: string, path: string, answer: z.ZodType<T>, body?: object): Promise<T> {
    const response = await fetch(`${this.#base}${path}`, {
      method,
      headers: { ...this.#headers, ...(body && { "content-type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE),
    }).catch((error: unknown) => {
      const { cause, message } = error as Error;
      throw new UserError(`${this.#base} can't be reached: ${cause instanceof Error ? cause.message : message}.`);
    });
    const text = await response.text();
    if (response.ok) return answer.parse(JSON.parse(text));
    const hint = [401, 403, 404].includes(response.status) ? ` ${this.#rights}` : "";
    throw new UserError(
      `${this.#base} answered ${response.status} to ${method} ${path}: ${text.slice(0, 300)}.${hint}`,
    );
  }

  /** The first entry of a list that is meant, over all its pages. */
  async find<T>(path: string, entry: z.ZodType<T>, isMeant: (one: T) => boolean): Promise<T | undefined> {
    for (let page = 1; ; page += 1) {
      const query = `${path.includes("?") ? "&" : "?"}per_page=${PAGE}&page=${page}`;
      const entries = await this.call("GET", `${path}${query}`, z.array(entry));
      const found = entries.find(isMeant);
      if (found !== undefined || entries.length < PAGE) return found;
    }
  }
}
