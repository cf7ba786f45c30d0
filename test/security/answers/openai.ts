import { at, id, type Json, objectsIn, sample, TOKENS, WORD } from "./provider-answer.ts";

/** What OpenAI's models say: the call of a tool, an object of the schema, or the word. */
interface Said {
  finish_reason: string;
  content: string | null;
  tool_calls?: { id: string; type: "function"; function: { name: unknown; arguments: string } }[];
}

/** An answer of /chat/completions. */
export function chat(asked: Json): Json {
  const { finish_reason, ...said } = saidTo(asked);
  const message = { role: "assistant", refusal: null, ...said };
  const choice = (index: number) => ({ index, finish_reason, message, logprobs: logprobs(asked) });
  const choices = Array.from({ length: Number(asked["n"] ?? 1) }, (_, index) => choice(index));
  return { ...head(asked, "chat.completion"), choices, usage: usage() };
}

/** The same in pieces. A tool's arguments come in two, as they do in life. */
export function chatChunks(asked: Json): Json[] {
  const chunk = head(asked, "chat.completion.chunk");
  const { finish_reason, content, tool_calls } = saidTo(asked);
  const piece = (delta: Json, finish: string | null = null) => ({
    ...chunk,
    choices: [{ index: 0, delta, finish_reason: finish, logprobs: finish === null ? logprobs(asked) : null }],
  });
  const calls = (tool_calls ?? []).flatMap(({ function: { name, arguments: text }, ...call }) => [
    piece({ tool_calls: [{ index: 0, ...call, function: { name, arguments: text.slice(0, 3) } }] }),
    piece({ tool_calls: [{ index: 0, function: { arguments: text.slice(3) } }] }),
  ]);
  return [
    piece({ role: "assistant", content: content ?? "" }),
    ...calls,
    piece({}, finish_reason),
    { ...chunk, choices: [], usage: usage() },
  ];
}

/** An answer of the legacy /completions. */
export function textCompletion(): Json {
  const choice = { index: 0, text: WORD, finish_reason: "stop", logprobs: null };
  return { ...head({}, "text_completion"), id: id("cmpl"), choices: [choice], usage: usage() };
}

/** A vector for each text; in base64 where that is asked for. */
export function embeddings({ input, dimensions = 2, encoding_format }: Json): Json {
  const texts = Array.isArray(input) ? input : [input];
  const vector = Array.from({ length: Number(dimensions) }, (_, index) => (index + 1) / 8);
  const embedding =
    encoding_format === "base64" ? Buffer.from(new Float32Array(vector).buffer).toString("base64") : vector;
  const data = texts.map((_, index) => ({ object: "embedding", index, embedding }));
  const { prompt } = TOKENS;
  return { object: "list", model: "recorded", data, usage: { prompt_tokens: prompt, total_tokens: prompt } };
}

function head(asked: Json, object: string): Json {
  return {
    ...{ id: id("chatcmpl"), object, created: 1_760_000_000, model: "recorded", system_fingerprint: "fp_recorded" },
    ...(asked["service_tier"] !== undefined && { service_tier: asked["service_tier"] }),
  };
}

function saidTo(asked: Json): Said {
  const tool = objectsIn(asked["tools"])[0];
  const isToolAnswered = objectsIn(asked["messages"]).at(-1)?.["role"] === "tool";
  if (tool && asked["tool_choice"] !== "none" && !isToolAnswered) {
    const called = {
      name: at(tool, "function", "name"),
      arguments: JSON.stringify(sample(at(tool, "function", "parameters"))),
    };
    return {
      finish_reason: "tool_calls",
      content: null,
      tool_calls: [{ id: id("call"), type: "function", function: called }],
    };
  }
  const schema = at(asked, "response_format", "json_schema", "schema");
  return { finish_reason: "stop", content: schema === undefined ? WORD : JSON.stringify(sample(schema)) };
}

function logprobs({ logprobs: isWanted, top_logprobs }: Json): Json | null {
  if (isWanted !== true) return null;
  const token = { token: WORD, logprob: -0.5, bytes: null };
  return { content: [{ ...token, top_logprobs: Array.from({ length: Number(top_logprobs ?? 0) }, () => token) }] };
}

function usage(): Json {
  const { prompt, completion, cached, thought } = TOKENS;
  return {
    ...{ prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
    prompt_tokens_details: { cached_tokens: cached, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: thought, audio_tokens: 0 },
  };
}
