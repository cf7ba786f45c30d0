/** What a provider answers. */
export interface ProviderAnswer {
  status?: number;
  type?: string;
  content: string | Buffer;
}

/** A request's body, or a part of one. */
export type Json = Record<string, unknown>;

/** An event of a stream that has a name. */
export type Event = Json & { type: string };

/** What a provider says that isn't asked for more. */
export const WORD = "Recorded.";
/** What each answer counts: all tokens of the prompt and of the answer, and of those what was cached and thought. */
export const TOKENS = { prompt: 9, completion: 2, cached: 4, thought: 1 };

export const json = (value: unknown): ProviderAnswer => ({ content: JSON.stringify(value) });

/** Chunks as server-sent events, as OpenAI and Google stream them. */
export function events(chunks: unknown[], done = true): ProviderAnswer {
  const lines = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`);
  return { type: "text/event-stream", content: [...lines, ...(done ? ["data: [DONE]\n\n"] : [])].join("") };
}

/** Events with their names, as Anthropic streams them, and OpenAI's Responses. */
export function namedEvents(chunks: Event[]): ProviderAnswer {
  const lines = chunks.map((chunk) => `event: ${chunk.type}\ndata: ${JSON.stringify(chunk)}\n\n`);
  return { type: "text/event-stream", content: lines.join("") };
}

let count = 0;

/** LiteLLM charges an answer once: each has an id of its own. */
export const id = (prefix: string) => `${prefix}-${(count += 1)}`;

/** A body as it was asked; a form is none of the answers' business. */
export function requestIn(body: string): Json {
  try {
    return JSON.parse(body) as Json;
  } catch {
    return {};
  }
}

/** The objects in a part of a request, such as its messages; none where it is something else. */
export function objectsIn(part: unknown): Json[] {
  return Array.isArray(part) ? part.filter((one): one is Json => typeof one === "object" && one !== null) : [];
}

/** What is at a path of names; undefined where there is none. */
export function at(part: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((value, name) => (value as Json | undefined)?.[name], part);
}

/** A value that a JSON schema allows. */
export function sample(schema: unknown): unknown {
  const { type: named, properties = {}, items, enum: choices } = (schema ?? {}) as Json;
  // Google's are in capitals.
  const type = String(named).toLowerCase();
  if (Array.isArray(choices)) return choices[0];
  if (type === "integer" || type === "number") return 1;
  if (type === "boolean") return true;
  if (type === "array") return [sample(items)];
  if (type !== "object") return WORD;
  return Object.fromEntries(Object.entries(properties as Json).map(([name, one]) => [name, sample(one)]));
}
