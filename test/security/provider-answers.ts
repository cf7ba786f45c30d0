/** What a provider answers. */
export interface ProviderAnswer {
  status?: number;
  type?: string;
  content: string | Buffer;
}

const WORD = "Recorded.";
/** Tokens that each answer counts: 9 of the prompt, 2 of the answer. */
const [PROMPT, COMPLETION] = [9, 2];

/** The answer of a provider's API to a request, in the form of OpenAI, Anthropic or Google, streamed if it asks for that. */
export function answerTo(path: string, body: string): ProviderAnswer {
  const isStreamed = /"stream":\s*true/.test(body);
  const route = path.replace(/\?.*/, "");
  if (/\/chat\/completions$/.test(route)) return isStreamed ? events(chatChunks()) : json(chat());
  if (/\/messages$/.test(route)) return isStreamed ? namedEvents(messageEvents()) : json(message());
  if (/\/count_tokens$/.test(route)) return json({ input_tokens: PROMPT });
  if (/\/responses$/.test(route) && /"background":\s*true/.test(body)) return json(queued());
  if (/\/responses$/.test(route)) return isStreamed ? namedEvents(responseEvents()) : json(response());
  if (/\/completions$/.test(route)) return isStreamed ? events([textCompletion()]) : json(textCompletion());
  if (/\/embeddings$/.test(route)) return json(embedding());
  if (/:streamGenerateContent$/.test(route)) return events([generated()], false);
  if (/:generateContent$/.test(route)) return json(generated());
  if (/:countTokens$/.test(route)) return json({ totalTokens: PROMPT });
  if (/\/images\/(generations|edits|variations)$/.test(route))
    return isStreamed || /name="stream"\r\n\r\ntrue/.test(body) ? namedEvents(imageEvents()) : json(image());
  if (/\/audio\/speech$/.test(route)) return { type: "audio/mpeg", content: Buffer.from("audio") };
  if (/\/audio\/(transcriptions|translations)$/.test(route))
    return isStreamed || /name="stream"\r\n\r\ntrue/.test(body)
      ? events(transcriptionEvents())
      : json(
          /gpt-4o-transcribe/.test(body)
            ? {
                text: WORD,
                usage: {
                  type: "tokens",
                  input_tokens: 1000,
                  output_tokens: 100,
                  total_tokens: 1100,
                  input_token_details: { audio_tokens: 990, text_tokens: 10 },
                },
              }
            : transcription(),
        );
  if (/\/moderations$/.test(route)) return json({ id: "modr-1", model: "omni", results: [{ flagged: false }] });
  if (/\/rerank$/.test(route)) return json(ranking());
  // What only somebody gets at who went past the models: the organization's own files, batches and the like.
  return json({ object: "list", data: [{ id: "organization-data", object: "file" }] });
}

const json = (value: unknown): ProviderAnswer => ({ content: JSON.stringify(value) });

function events(chunks: unknown[], done = true): ProviderAnswer {
  const lines = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`);
  return { type: "text/event-stream", content: [...lines, ...(done ? ["data: [DONE]\n\n"] : [])].join("") };
}

function namedEvents(chunks: { type: string }[]): ProviderAnswer {
  const lines = chunks.map((chunk) => `event: ${chunk.type}\ndata: ${JSON.stringify(chunk)}\n\n`);
  return { type: "text/event-stream", content: lines.join("") };
}

const openaiUsage = { prompt_tokens: PROMPT, completion_tokens: COMPLETION, total_tokens: PROMPT + COMPLETION };

let count = 0;
const id = (prefix: string) => `${prefix}-${(count += 1)}`;

function chat() {
  const choice = { index: 0, finish_reason: "stop", message: { role: "assistant", content: WORD } };
  return {
    ...{ id: id("chatcmpl"), object: "chat.completion", created: 1_760_000_000, model: "recorded" },
    ...{ choices: [choice], usage: openaiUsage },
  };
}

function chatChunks() {
  const chunk = { id: id("chatcmpl"), object: "chat.completion.chunk", created: 1_760_000_000, model: "recorded" };
  const choice = (delta: object, finish_reason: string | null = null) => ({ index: 0, delta, finish_reason });
  return [
    { ...chunk, choices: [choice({ role: "assistant", content: WORD })] },
    { ...chunk, choices: [choice({}, "stop")] },
    { ...chunk, choices: [], usage: openaiUsage },
  ];
}

function textCompletion() {
  const choice = { index: 0, text: WORD, finish_reason: "stop", logprobs: null };
  return {
    ...{ id: id("cmpl"), object: "text_completion", created: 1_760_000_000, model: "recorded" },
    ...{ choices: [choice], usage: openaiUsage },
  };
}

function embedding() {
  const data = [{ object: "embedding", index: 0, embedding: [0.1, 0.2] }];
  return { object: "list", model: "recorded", data, usage: { prompt_tokens: PROMPT, total_tokens: PROMPT } };
}

/** As OpenAI's gpt-image models answer, which are priced by their tokens. */
function image() {
  return { created: 1_760_000_000, data: [{ b64_json: "QUJD" }], usage: imageUsage };
}

function imageEvents() {
  const done = { type: "image_generation.completed", created_at: 1_760_000_000, b64_json: "QUJD", usage: imageUsage };
  return [{ type: "image_generation.partial_image", b64_json: "QUI=", partial_image_index: 0 }, done];
}

const imageUsage = {
  ...{ input_tokens: PROMPT, output_tokens: 1000, total_tokens: PROMPT + 1000 },
  input_tokens_details: { text_tokens: PROMPT, image_tokens: 0 },
};

function transcription() {
  return { text: WORD, usage: { type: "duration", seconds: 60 } };
}

function transcriptionEvents() {
  const done = {
    type: "transcript.text.done",
    text: WORD,
    usage: {
      type: "tokens",
      input_tokens: 1000,
      output_tokens: 100,
      total_tokens: 1100,
      input_token_details: { audio_tokens: 990, text_tokens: 10 },
    },
  };
  return [{ type: "transcript.text.delta", delta: WORD }, done];
}

function ranking() {
  const meta = { api_version: { version: "2" }, billed_units: { search_units: 1 } };
  return { id: id("rerank"), results: [{ index: 0, relevance_score: 0.9 }], meta };
}

function message() {
  return {
    ...{ id: id("msg"), type: "message", role: "assistant", model: "recorded", stop_reason: "end_turn" },
    ...{ stop_sequence: null, content: [{ type: "text", text: WORD }] },
    usage: { input_tokens: PROMPT, output_tokens: COMPLETION },
  };
}

function messageEvents() {
  const empty = { ...message(), content: [], stop_reason: null, usage: { input_tokens: PROMPT, output_tokens: 0 } };
  return [
    { type: "message_start", message: empty },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: WORD } },
    { type: "content_block_stop", index: 0 },
    {
      type: "message_delta",
      delta: { stop_reason: "end_turn", stop_sequence: null },
      usage: { output_tokens: COMPLETION },
    },
    { type: "message_stop" },
  ];
}

function queued() {
  return { ...response("queued"), output: [], usage: null };
}

function response(status = "completed") {
  const content = [{ type: "output_text", text: WORD, annotations: [] }];
  const output = [{ type: "message", id: id("msg"), role: "assistant", status, content }];
  const details = { input_tokens_details: { cached_tokens: 0 }, output_tokens_details: { reasoning_tokens: 0 } };
  const usage = { input_tokens: PROMPT, output_tokens: COMPLETION, total_tokens: PROMPT + COMPLETION, ...details };
  return {
    ...{ id: id("resp"), object: "response", created_at: 1_760_000_000, status, model: "recorded", output, usage },
    ...{ error: null, incomplete_details: null, instructions: null, metadata: {}, parallel_tool_calls: true },
    ...{ temperature: 1, top_p: 1, tool_choice: "auto", tools: [], text: { format: { type: "text" } } },
  };
}

function responseEvents() {
  const done = response();
  const item = { item_id: "msg-0", output_index: 0, content_index: 0 };
  return [
    { type: "response.created", sequence_number: 0, response: { ...done, status: "in_progress", output: [] } },
    { type: "response.output_text.delta", sequence_number: 1, ...item, delta: WORD, logprobs: [] },
    { type: "response.completed", sequence_number: 2, response: done },
  ];
}

function generated() {
  const candidate = { index: 0, finishReason: "STOP", content: { role: "model", parts: [{ text: WORD }] } };
  const counts = { promptTokenCount: PROMPT, candidatesTokenCount: COMPLETION };
  return { candidates: [candidate], usageMetadata: { ...counts, totalTokenCount: PROMPT + COMPLETION } };
}
