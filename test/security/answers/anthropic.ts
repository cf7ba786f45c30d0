import { at, type Event, id, type Json, objectsIn, sample, TOKENS, WORD } from "./provider-answer.ts";

/** An answer of Anthropic's /v1/messages: a thought if it is to think, then the use of a tool, an object, or the word. */
export function message(asked: Json): Json {
  const content = said(asked);
  return {
    ...{ id: id("msg"), type: "message", role: "assistant", model: "recorded", stop_sequence: null, content },
    stop_reason: content.at(-1)?.["type"] === "tool_use" ? "tool_use" : "end_turn",
    usage: usage(asked),
  };
}

/** The same as the events that lead to it. */
export function messageEvents(asked: Json): Event[] {
  const { content, stop_reason, ...head } = message(asked);
  const begun = { ...usage(asked), output_tokens: 0 };
  return [
    { type: "message_start", message: { ...head, content: [], stop_reason: null, usage: begun } },
    ...objectsIn(content).flatMap(blockEvents),
    {
      type: "message_delta",
      delta: { stop_reason, stop_sequence: null },
      usage: { output_tokens: TOKENS.completion },
    },
    { type: "message_stop" },
  ];
}

function blockEvents(block: Json, index: number): Event[] {
  return [
    { type: "content_block_start", index, content_block: { ...block, ...emptied(block) } },
    ...deltas(block).map((delta) => ({ type: "content_block_delta", index, delta })),
    { type: "content_block_stop", index },
  ];
}

function emptied({ type }: Json): Json {
  if (type === "thinking") return { thinking: "", signature: "" };
  return type === "tool_use" ? { input: {} } : { text: "" };
}

function deltas(block: Json): Json[] {
  if (block["type"] === "thinking") {
    return [
      { type: "thinking_delta", thinking: block["thinking"] },
      { type: "signature_delta", signature: block["signature"] },
    ];
  }
  if (block["type"] === "text") return [{ type: "text_delta", text: block["text"] }];
  const input = JSON.stringify(block["input"]);
  return [input.slice(0, 3), input.slice(3)].map((partial_json) => ({ type: "input_json_delta", partial_json }));
}

function said(asked: Json): Json[] {
  const thinking = { type: "thinking", thinking: "A thought.", signature: "c2lnbmVk" };
  const isThinking = ["enabled", "adaptive"].includes(String(at(asked, "thinking", "type")));
  return [...(isThinking ? [thinking] : []), lastSaid(asked)];
}

function lastSaid(asked: Json): Json {
  const tool = objectsIn(asked["tools"]).find((one) => one["input_schema"] !== undefined);
  const last = objectsIn(asked["messages"]).findLast(({ role }) => role === "user");
  const isToolAnswered = objectsIn(last?.["content"]).some(({ type }) => type === "tool_result");
  if (tool && at(asked, "tool_choice", "type") !== "none" && !isToolAnswered) {
    return { type: "tool_use", id: id("toolu"), name: tool["name"], input: sample(tool["input_schema"]) };
  }
  const schema = at(asked, "output_config", "format", "schema") ?? at(asked, "output_format", "schema");
  return { type: "text", text: schema === undefined ? WORD : JSON.stringify(sample(schema)) };
}

/** Where something is to be cached, it has been already. */
function usage(asked: Json): Json {
  const { prompt, completion, cached } = TOKENS;
  const isCached = JSON.stringify(asked).includes('"cache_control"');
  const cache = { cache_read_input_tokens: cached, cache_creation_input_tokens: cached };
  return { input_tokens: prompt, output_tokens: completion, ...(isCached && cache) };
}
