import { messageEvents, message } from "../../security/answers/anthropic.ts";
import {
  id,
  type Json,
  json,
  objectsIn,
  at,
  requestIn,
  sample,
  TOKENS,
  WORD,
} from "../../security/answers/provider-answer.ts";
import { Refusal, type StandIn } from "../test-internet.ts";
import { type AccessKey, signerOf } from "./aws-signature.ts";
import { eventStream } from "./event-stream.ts";

/** Who may call Bedrock in a region: those with one of the keys of AWS, and with an API key of Bedrock's own, if there is one. */
export interface BedrockCallers {
  keys: Record<string, AccessKey>;
  apiKey?: string;
}

/** Bedrock's runtime in one region: Converse, and the models' own APIs, of which it knows Claude's and Titan's. */
export function bedrock(region: string, { keys, apiKey }: BedrockCallers): StandIn {
  return (asked) => {
    const { method, path, headers, body } = asked;
    if (apiKey === undefined || headers.authorization !== `Bearer ${apiKey}`) signerOf(asked, "bedrock", region, keys);
    const [, model, operation] = /^\/model\/([^/]+)\/([\w-]+)$/.exec(path) ?? [];
    if (method !== "POST" || model === undefined) throw new Refusal(404, "UnknownOperationException");
    const wanted = requestIn(body);
    switch (operation) {
      case "converse":
        return json(converse(wanted));
      case "converse-stream":
        return streamed(converseEvents(wanted));
      case "invoke":
        return model.includes("titan-embed") ? titan() : json(message(wanted));
      case "invoke-with-response-stream":
        return streamed(messageEvents(wanted).map((event) => ["chunk", { bytes: base64(event) }]));
      default:
        throw new Refusal(404, "UnknownOperationException");
    }
  };
}

const USAGE = {
  ...{ inputTokens: TOKENS.prompt, outputTokens: TOKENS.completion },
  totalTokens: TOKENS.prompt + TOKENS.completion,
};

function converse(asked: Json): Json {
  const { content, stopReason } = said(asked);
  return { output: { message: { role: "assistant", content: [content] } }, stopReason, usage: USAGE, metrics };
}

const metrics = { latencyMs: 1 };

function converseEvents(asked: Json): [string, object][] {
  const { content, stopReason } = said(asked);
  const { toolUse, text } = content;
  const start = toolUse && { toolUse: { toolUseId: toolUse.toolUseId, name: toolUse.name } };
  const delta = toolUse ? { toolUse: { input: JSON.stringify(toolUse.input) } } : { text };
  return [
    ["messageStart", { role: "assistant" }],
    ...(start ? [["contentBlockStart", { contentBlockIndex: 0, start }] as [string, object]] : []),
    ["contentBlockDelta", { contentBlockIndex: 0, delta }],
    ["contentBlockStop", { contentBlockIndex: 0 }],
    ["messageStop", { stopReason }],
    ["metadata", { usage: USAGE, metrics }],
  ];
}

interface Content {
  text?: string;
  toolUse?: { toolUseId: string; name: unknown; input: unknown };
}

function said(asked: Json): { content: Content; stopReason: string } {
  const tool = at(objectsIn(at(asked, "toolConfig", "tools"))[0], "toolSpec");
  if (tool === undefined) return { content: { text: WORD }, stopReason: "end_turn" };
  const input = sample(at(tool, "inputSchema", "json"));
  const toolUse = { toolUseId: id("tooluse"), name: at(tool, "name"), input };
  return { content: { toolUse }, stopReason: "tool_use" };
}

/** https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html */
function titan() {
  const answer = json({ embedding: [0.125, 0.25], inputTextTokenCount: TOKENS.prompt });
  return { ...answer, headers: { "x-amzn-bedrock-input-token-count": String(TOKENS.prompt) } };
}

function streamed(events: [string, object][]) {
  return { type: "application/vnd.amazon.eventstream", content: eventStream(events) };
}

const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64");
