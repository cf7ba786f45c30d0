import { answerTo } from "../../security/provider-answers.ts";
import {
  at,
  type Json,
  json,
  objectsIn,
  requestIn,
  sample,
  TOKENS,
  WORD,
} from "../../security/answers/provider-answer.ts";
import { Refusal, type StandIn } from "../test-internet.ts";

const OPENAI = /^\/v1\/(chat\/completions|embeddings|responses|messages)$/;

/** A model server of one's own that speaks OpenAI's API, as vLLM does, and Ollama's; with a key, or open to everybody. */
export function ownServers(apiKey?: string): StandIn {
  return ({ method, path, headers, body }) => {
    if (apiKey !== undefined && headers.authorization !== `Bearer ${apiKey}`) throw new Refusal(401, "Unauthorized");
    if (method !== "POST") throw new Refusal(405, "Method Not Allowed");
    return OPENAI.test(path) ? answerTo(path, body) : ollama(path, body);
  };
}

/** https://github.com/ollama/ollama/blob/main/docs/api.md */
function ollama(path: string, body: string): ReturnType<StandIn> {
  const asked = requestIn(body);
  const { model, stream } = asked;
  if (path === "/api/show") return json({ details: {}, model_info: {}, template: "" });
  const counts = { done: true, done_reason: "stop", prompt_eval_count: TOKENS.prompt, eval_count: TOKENS.completion };
  const head = { model, created_at: "2026-01-01T00:00:00Z" };
  if (path === "/api/embed") return json({ model, embeddings: [[0.125, 0.25]], prompt_eval_count: TOKENS.prompt });
  if (path !== "/api/chat") throw new Refusal(404, "404 page not found");
  if (stream === false) return json({ ...head, message: saidTo(asked), ...counts });
  const lines = [
    { ...head, message: saidTo(asked), done: false },
    { ...head, message: { role: "assistant", content: "" }, ...counts },
  ];
  return { type: "application/x-ndjson", content: lines.map((line) => `${JSON.stringify(line)}\n`).join("") };
}

function saidTo({ tools }: Json): Json {
  const tool = at(objectsIn(tools)[0], "function");
  if (tool === undefined) return { role: "assistant", content: WORD };
  const called = { name: at(tool, "name"), arguments: sample(at(tool, "parameters")) };
  return { role: "assistant", content: "", tool_calls: [{ function: called }] };
}
