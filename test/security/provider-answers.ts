import { message, messageEvents } from "./answers/anthropic.ts";
import { image, imageEvents, ranking, transcription, transcriptionEvents } from "./answers/media.ts";
import { events, json, namedEvents, type ProviderAnswer, requestIn, TOKENS } from "./answers/provider-answer.ts";
import { chat, chatChunks, embeddings, textCompletion } from "./answers/openai.ts";
import { generated } from "./answers/google.ts";
import { response, responseEvents } from "./answers/responses.ts";

/** The answer of a provider's API to a request, in the form of OpenAI, Anthropic or Google, streamed if it asks for that. */
export function answerTo(path: string, body: string): ProviderAnswer {
  const asked = requestIn(body);
  const isStreamed = asked["stream"] === true || /name="stream"\r\n\r\ntrue/.test(body);
  const route = path.replace(/\?.*/, "");
  if (/\/chat\/completions$/.test(route)) return isStreamed ? events(chatChunks(asked)) : json(chat(asked));
  if (/\/messages$/.test(route)) return isStreamed ? namedEvents(messageEvents(asked)) : json(message(asked));
  if (/\/count_tokens$/.test(route)) return json({ input_tokens: TOKENS.prompt });
  const isQueued = asked["background"] === true;
  if (/\/responses$/.test(route) && isQueued) {
    return json({ ...response(asked), status: "queued", output: [], usage: null });
  }
  if (/\/responses$/.test(route)) return isStreamed ? namedEvents(responseEvents(asked)) : json(response(asked));
  if (/\/completions$/.test(route)) return isStreamed ? events([textCompletion()]) : json(textCompletion());
  if (/\/embeddings$/.test(route)) return json(embeddings(asked));
  if (/:streamGenerateContent$/.test(route)) return events([generated(asked)], false);
  if (/:generateContent$/.test(route)) return json(generated(asked));
  if (/:countTokens$/.test(route)) return json({ totalTokens: TOKENS.prompt });
  if (/\/images\/(generations|edits|variations)$/.test(route)) {
    return isStreamed ? namedEvents(imageEvents()) : json(image());
  }
  if (/\/audio\/speech$/.test(route)) return { type: "audio/mpeg", content: Buffer.from("audio") };
  if (/\/audio\/(transcriptions|translations)$/.test(route)) {
    return isStreamed ? events(transcriptionEvents()) : json(transcription(body));
  }
  if (/\/moderations$/.test(route)) return json({ id: "modr-1", model: "omni", results: [{ flagged: false }] });
  if (/\/rerank$/.test(route)) return json(ranking());
  // What only somebody gets at who went past the models: the organization's own files, batches and the like.
  return json({ object: "list", data: [{ id: "organization-data", object: "file" }] });
}
