import { type Event, id, type Json, TOKENS, WORD } from "./provider-answer.ts";

const created = 1_760_000_000;

/** As OpenAI's gpt-image models answer, which are priced by their tokens. */
export function image(): Json {
  return { created, data: [{ b64_json: "QUJD" }], usage: imageUsage };
}

export function imageEvents(): Event[] {
  const done = { type: "image_generation.completed", created_at: created, b64_json: "QUJD", usage: imageUsage };
  return [{ type: "image_generation.partial_image", b64_json: "QUI=", partial_image_index: 0 }, done];
}

const imageUsage = {
  ...{ input_tokens: TOKENS.prompt, output_tokens: 1000, total_tokens: TOKENS.prompt + 1000 },
  input_tokens_details: { text_tokens: TOKENS.prompt, image_tokens: 0 },
};

/** What was said: gpt-4o-transcribe counts tokens, others count seconds. */
export function transcription(body: string): Json {
  return {
    text: WORD,
    usage: body.includes("gpt-4o-transcribe") ? transcriptionUsage : { type: "duration", seconds: 60 },
  };
}

export function transcriptionEvents(): Event[] {
  const done = { type: "transcript.text.done", text: WORD, usage: transcriptionUsage };
  return [{ type: "transcript.text.delta", delta: WORD }, done];
}

const transcriptionUsage = {
  ...{ type: "tokens", input_tokens: 1000, output_tokens: 100, total_tokens: 1100 },
  input_token_details: { audio_tokens: 990, text_tokens: 10 },
};

export function ranking(): Json {
  const meta = { api_version: { version: "2" }, billed_units: { search_units: 1 } };
  return { id: id("rerank"), results: [{ index: 0, relevance_score: 0.9 }], meta };
}
