import Anthropic from "@anthropic-ai/sdk";
import { zodOutputFormat } from "@anthropic-ai/sdk/helpers/zod";
import OpenAI from "openai";
import { zodResponseFormat, zodTextFormat } from "openai/helpers/zod";
import * as z from "zod";

import { baseUrl, type Call, type Sdk } from "./sdk.ts";

/** What the `parse` methods are asked for. */
const Capital = z.object({ city: z.string(), inhabitants: z.int() });

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** How the helpers for streams give the whole answer. */
const FINAL: Record<string, string> = {
  "chat.completions.stream": "finalChatCompletion",
  "responses.stream": "finalResponse",
  "messages.stream": "finalMessage",
};

/** An SDK of TypeScript. */
export class TypeScriptSdk implements Sdk {
  readonly #sdk: "openai" | "anthropic";

  constructor(sdk: "openai" | "anthropic") {
    this.#sdk = sdk;
  }

  async call(call: Call, { url, key }: { url: string; key: string }): Promise<unknown> {
    // An error is the answer, not something to try again.
    const options = { baseURL: baseUrl(this.#sdk, url), apiKey: key, maxRetries: 0, ...camelCased(call.client ?? {}) };
    const client = this.#sdk === "openai" ? new OpenAI(options) : new Anthropic(options);
    const names = call.method.split(".").map(camelCase);
    const owner = names.slice(0, -1).reduce<unknown>(property, client);
    const method = property(owner, names.at(-1) ?? "") as Method;
    const positional = [call.id, call.parameters && typed(call.parameters)].filter((given) => given !== undefined);
    const made = method.call(owner, ...positional, { headers: call.headers });
    const final = FINAL[call.method];
    if (final !== undefined) return (property(made, final) as Method).call(made);
    const answer = await made;
    return isList(answer) ? listed(answer) : answer;
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

const property = (owner: unknown, name: string) => (owner as Record<string, unknown>)[name];

const camelCase = (name: string) => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

const camelCased = (options: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(options).map(([name, value]) => [camelCase(name), value]));

/** Streams, and the pages of lists. */
const isList = (answer: unknown): answer is AsyncIterable<unknown> =>
  typeof answer === "object" && answer !== null && Symbol.asyncIterator in answer;

async function listed(answer: AsyncIterable<unknown>): Promise<unknown[]> {
  const all = [];
  for await (const one of answer) all.push(one);
  return all;
}

/** The parameters, with the type where each SDK's own helper puts it. */
function typed({ response_format, text_format, output_format, ...rest }: Record<string, unknown>): object {
  if (response_format === "Capital") return { ...rest, response_format: zodResponseFormat(Capital, "Capital") };
  if (text_format === "Capital") return { ...rest, text: { format: zodTextFormat(Capital, "Capital") } };
  if (output_format === "Capital") return { ...rest, output_config: { format: zodOutputFormat(Capital) } };
  return { ...rest, ...(response_format !== undefined && { response_format }) };
}
