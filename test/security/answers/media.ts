import { id, type Json, TOKENS, WORD } from "./provider-answer.ts";

/** An image, as OpenAI's gpt-image models answer, which cost what their tokens do. */
export function image(): Json {
  const counted = { input_tokens: TOKENS.prompt, output_tokens: 1000, total_tokens: TOKENS.prompt + 1000 };
  const details = { input_tokens_details: { text_tokens: TOKENS.prompt, image_tokens: 0 } };
  return { created: 1_760_000_000, data: [{ b64_json: "QUJD" }], usage: { ...counted, ...details } };
}

/** What OpenAI's whisper-1 hears. */
export function transcription(): Json {
  return { text: WORD, usage: { type: "duration", seconds: 1 } };
}

/** Cohere's order of documents, which it sells by searches. */
export function ranking(): Json {
  const meta = { api_version: { version: "2" }, billed_units: { search_units: 1 } };
  return { id: id("rerank"), results: [{ index: 0, relevance_score: 0.9 }], meta };
}
