import * as z from "zod";

import type { Server } from "./deployment.ts";

/** Seconds that a server may take to answer. */
const TIMEOUT = 60;

/** Characters of an answer that a message shows. */
const SHOWN = 200;

export interface Request {
  /** Sent as Bearer token, and shown nowhere. */
  token?: string;
  headers?: Record<string, string>;
  /** The body, sent as JSON by POST. Default: a GET without a body. */
  body?: object;
}

/** A server's answer, read to its end. */
export interface Answer {
  /** The call without its query, for messages. */
  call: string;
  status: number;
  text: string;
}

/** A request that costs little. */
export function question(model: string): object {
  return { model, messages: [{ role: "user", content: "Answer with one word: ready." }], max_tokens: 16 };
}

/** @throws {Error} if nobody answers in time. */
export async function send(server: Server, path: string, { token, headers, body }: Request = {}): Promise<Answer> {
  const url = new URL(path, server.url);
  const { origin, pathname } = url;
  try {
    const response = await fetch(url, {
      method: body ? "POST" : "GET",
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT * 1000),
    });
    return { call: `${body ? "POST" : "GET"} ${pathname}`, status: response.status, text: await response.text() };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new Error(
      `${origin} can't be reached for ${pathname} (${String(cause)}). Is the stack up? ${seeLog(server)}`,
      {
        cause: error,
      },
    );
  }
}

/** The body of a successful answer. @throws {Error} if it is another answer, or not of this shape. */
export function read<T>(shape: z.ZodType<T>, answer: Answer): T {
  if (answer.status < 200 || answer.status > 299) throw new Error(unexpected(answer));
  const { data, error } = shape.safeParse(json(answer.text));
  if (error) throw new Error(`${answer.call} answered something else than expected: ${shorten(answer.text)}`);
  return data;
}

/** Completes a message about a service. */
export function seeLog({ logs }: Pick<Server, "logs">): string {
  return `See its log: ${logs}`;
}

/** An error as LiteLLM words it. */
export function litellmError({ text }: Answer): { message: string; type: string | undefined } | undefined {
  const shape = z.object({ error: z.object({ message: z.string(), type: z.string().optional().catch(undefined) }) });
  const { data } = shape.safeParse(json(text));
  return data && { message: data.error.message, type: data.error.type };
}

/** What was answered where something else was expected, with the reason that the server gives. */
export function unexpected({ call, status, text }: Answer): string {
  const reason = z
    .union([
      z.object({ error: z.object({ message: z.string() }) }).transform(({ error }) => error.message),
      z.object({ detail: z.string() }).transform(({ detail }) => detail),
    ])
    .safeParse(json(text));
  return `${call} answered ${status}: ${shorten(reason.data ?? text)}`;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function shorten(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)} …` : text;
}
