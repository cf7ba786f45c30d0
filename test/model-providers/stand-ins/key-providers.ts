import { answerTo } from "../../security/provider-answers.ts";
import { Refusal, type StandIn } from "../test-internet.ts";

const OPENAI = /^\/v1\/(chat\/completions|responses|embeddings|images\/generations)$/;

/** OpenAI's API (https://platform.openai.com/docs/api-reference/authentication). */
export function openAi(apiKey: string): StandIn {
  return ({ method, path, headers, body }) => {
    if (headers.authorization !== `Bearer ${apiKey}`) throw new Refusal(401, "Incorrect API key provided.");
    if (method !== "POST" || !OPENAI.test(path)) throw new Refusal(404, "Unknown request URL.");
    return answerTo(path, body);
  };
}

/** Anthropic's API (https://docs.claude.com/en/api/overview#authentication). */
export function anthropic(apiKey: string): StandIn {
  return ({ method, path, headers, body }) => {
    if (headers["x-api-key"] !== apiKey) throw new Refusal(401, "invalid x-api-key");
    if (headers["anthropic-version"] !== "2023-06-01") throw new Refusal(400, "anthropic-version: header is required");
    if (method !== "POST" || path !== "/v1/messages") throw new Refusal(404, "Not found");
    return answerTo(path, body);
  };
}
