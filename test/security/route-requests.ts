import type { ApiFamily, ClientRoute } from "../../config/schema/routes.ts";
import type { SentRequest } from "./attacked-gateway.ts";

const MESSAGES = [{ role: "user", content: "Hello" }];
const CONTENTS = [{ role: "user", parts: [{ text: "Hello" }] }];

/** Half a second of silence: a WAV file of 16-bit samples, 8,000 a second. */
const SILENCE = wav(Buffer.alloc(8000));
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);

/** What a client sends, besides the model. */
const BODIES: Record<ApiFamily, object> = {
  chat: { messages: MESSAGES, max_tokens: 5 },
  completions: { prompt: "Hello", max_tokens: 5 },
  embeddings: { input: "Hello" },
  messages: { messages: MESSAGES, max_tokens: 5 },
  count_tokens: { messages: MESSAGES },
  responses: { input: "Hello" },
  generate_content: { contents: CONTENTS },
  google_count_tokens: { contents: CONTENTS },
  rerank: { query: "Hello", documents: ["a", "b"] },
  moderations: { input: "Hello" },
  speech: { input: "Hello", voice: "alloy" },
  transcriptions: { file: new File([SILENCE], "silence.wav", { type: "audio/wav" }) },
  images: { prompt: "A cat" },
  image_edits: { prompt: "A cat", image: new File([PIXEL], "pixel.png", { type: "image/png" }) },
};

/** A request of a client's for a model, as the route's public API has it; without a model, one that leaves it out. */
export function requestFor({ method, path, family }: ClientRoute, model?: string): SentRequest & { path: string } {
  const placed = path.replace("{model}", model ?? "");
  if (family === undefined) return { method, path: placed };
  const isNamedInPath = path.includes("{model}");
  const body = { ...(model !== undefined && !isNamedInPath && { model }), ...BODIES[family] };
  const isForm = Object.values(body).some((value) => (value as unknown) instanceof File);
  return { method, path: placed, body: isForm ? form(body) : body };
}

function form(fields: object): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value as string | File);
  return form;
}

function wav(samples: Buffer): Buffer {
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  for (const [offset, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ] as const) {
    header.writeUInt16LE(value, offset);
  }
  header.writeUInt32LE(8000, 24);
  header.writeUInt32LE(16_000, 28);
  header.write("data", 36);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}
