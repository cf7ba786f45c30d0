import { expect } from "vitest";

import type { Call } from "./sdk.ts";

/** The two generations of the Python SDKs differ: the newest dropped some parameters, the previous one lacks others. */
export type Language = "TypeScript" | "Python" | "previous Python";

/** A call of a client, what must reach the provider, and what the client must get back. */
export interface ClientCase {
  name: string;
  call: Call;
  /** The request that reaches the provider, with at least this in its body. Default: none does. */
  reached?: { path: string; body: object };
  /** At least this of the answer. */
  answer: object;
  /** The language whose SDK has no such parameter. */
  unknownTo?: Language;
}

/** A case that calls the `create` method of an API with these parameters, all of which must reach the provider. */
export function createCase(
  api: keyof typeof CREATED,
  name: string,
  { model = MODEL[api], ...parameters }: Record<string, unknown> = {},
  more: Partial<ClientCase> = {},
): ClientCase {
  const { method, path, given, answer } = CREATED[api];
  const body = { ...given, ...parameters };
  return { name, call: { method, parameters: { model, ...body } }, reached: { path, body }, answer, ...more };
}

/** A list that contains such entries, each with at least these properties, however deep. */
export function containing(...wanted: object[]): object {
  return expect.arrayContaining(wanted.map(partial)) as object;
}

function partial(wanted: unknown): unknown {
  if (Array.isArray(wanted)) return wanted.map(partial);
  if (typeof wanted !== "object" || wanted === null) return wanted;
  return expect.objectContaining(
    Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, partial(value)])),
  );
}

export const QUESTION = "Which is the capital of France?";
export const WORD = "Recorded.";

const MODEL = { openai: "gpt-4o", responses: "gpt-4o", anthropic: "claude-sonnet" };

const messages = [{ role: "user", content: QUESTION }];

const CREATED = {
  openai: {
    method: "chat.completions.create",
    path: "/v1/chat/completions",
    given: { messages },
    answer: { choices: [{ message: { role: "assistant", content: WORD } }], usage: { total_tokens: 11 } },
  },
  responses: {
    method: "responses.create",
    path: "/v1/responses",
    given: { input: QUESTION },
    answer: { output_text: WORD, usage: { total_tokens: 11 } },
  },
  anthropic: {
    method: "messages.create",
    path: "/v1/messages",
    given: { messages, max_tokens: 100 },
    answer: { content: [{ type: "text", text: WORD }], usage: { input_tokens: 9, output_tokens: 2 } },
  },
};

/** A picture of one pixel. */
export const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** A tool's parameters, or the form of an answer. */
export const citySchema = {
  type: "object",
  properties: { city: { type: "string" }, inhabitants: { type: "integer" } },
  required: ["city", "inhabitants"],
  additionalProperties: false,
};

/** What the provider gives for it. */
export const CITY = { city: WORD, inhabitants: 1 };
