import { message, messageEvents } from "../../security/answers/anthropic.ts";
import { generated } from "../../security/answers/google.ts";
import { chat, chatChunks } from "../../security/answers/openai.ts";
import {
  events,
  json,
  namedEvents,
  type ProviderAnswer,
  requestIn,
  TOKENS,
} from "../../security/answers/provider-answer.ts";
import { Refusal, type StandIn } from "../test-internet.ts";

/** Vertex AI of a project in one location, for those with one of the tokens. */
export function vertexAi(project: string, location: string, tokens: Set<string>): StandIn {
  const base = `/v1/projects/${project}/locations/${location}/`;
  return ({ method, path, headers, body }) => {
    const token = /^Bearer (.*)$/.exec(headers.authorization ?? "")?.[1] ?? "";
    if (!tokens.has(token)) throw new Refusal(401, "Request had invalid authentication credentials.");
    if (!path.startsWith(base) || method !== "POST") throw new Refusal(403, "Permission denied on the resource.");
    const answer = answerOf(path.slice(base.length), body);
    if (!answer) throw new Refusal(404, "The model does not exist, or the method doesn't.");
    return answer;
  };
}

function answerOf(path: string, body: string): ProviderAnswer | undefined {
  const wanted = requestIn(body);
  if (path === "endpoints/openapi/chat/completions") {
    return wanted["stream"] === true ? events(chatChunks(wanted)) : json(chat(wanted));
  }
  const [, publisher, model = "", operation] = /^publishers\/(\w+)\/models\/([\w.@-]+):(\w+)$/.exec(path) ?? [];
  switch (`${publisher} ${operation}`) {
    case "google generateContent":
      return json(generated(wanted));
    case "google streamGenerateContent":
      return events([generated(wanted)], false);
    case "google predict":
      return json(model.startsWith("imagen") ? pictures : vectors);
    case "anthropic rawPredict":
      return wanted["anthropic_version"] === "vertex-2023-10-16" ? json(message(wanted)) : undefined;
    case "anthropic streamRawPredict":
      return namedEvents(messageEvents(wanted));
    default:
      return undefined;
  }
}

/** https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api */
const vectors = {
  predictions: [
    { embeddings: { values: [0.125, 0.25], statistics: { token_count: TOKENS.prompt, truncated: false } } },
  ],
};

/** https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/imagen-api */
const pictures = { predictions: [{ mimeType: "image/png", bytesBase64Encoded: "QUJD" }] };
