import { at, type Event, id, type Json, objectsIn, sample, TOKENS, WORD } from "./provider-answer.ts";

/** An answer of OpenAI's /responses: the call of a function, an object of the schema, or the word. */
export function response(asked: Json): Json {
  return { ...head(asked), status: "completed", output: [said(asked)], usage: usage() };
}

/** The same as the events that lead to it. */
export function responseEvents(asked: Json): Event[] {
  const done = response(asked);
  const item = said(asked);
  const begun = { ...done, status: "in_progress", output: [], usage: null };
  const place = { item_id: item["id"], output_index: 0 };
  return [
    { type: "response.created", response: begun },
    { type: "response.in_progress", response: begun },
    { type: "response.output_item.added", output_index: 0, item: { ...item, status: "in_progress", ...emptied(item) } },
    ...(item["type"] === "function_call" ? callEvents(item, place) : textEvents(item, place)),
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.completed", response: { ...done, output: [item] } },
  ].map((event, sequence_number) => ({ ...event, sequence_number }));
}

const emptied = (item: Json): Json => (item["type"] === "function_call" ? { arguments: "" } : { content: [] });

function callEvents(item: Json, place: Json): Event[] {
  const text = String(item["arguments"]);
  return [
    { type: "response.function_call_arguments.delta", ...place, delta: text.slice(0, 3) },
    { type: "response.function_call_arguments.delta", ...place, delta: text.slice(3) },
    { type: "response.function_call_arguments.done", ...place, arguments: text, name: item["name"] },
  ];
}

function textEvents(item: Json, place: Json): Event[] {
  const part = objectsIn(item["content"])[0] ?? {};
  const inPart = { ...place, content_index: 0 };
  return [
    { type: "response.content_part.added", ...inPart, part: { ...part, text: "" } },
    { type: "response.output_text.delta", ...inPart, delta: part["text"], logprobs: [] },
    { type: "response.output_text.done", ...inPart, text: part["text"], logprobs: [] },
    { type: "response.content_part.done", ...inPart, part },
  ];
}

/** What a response repeats of its request. */
function head(asked: Json): Json {
  const repeated = [
    "instructions",
    "metadata",
    "previous_response_id",
    "parallel_tool_calls",
    "tools",
    "text",
    "store",
  ];
  return {
    ...{ id: id("resp"), object: "response", created_at: 1_760_000_000, model: "recorded" },
    ...{ error: null, incomplete_details: null, instructions: null, metadata: {}, parallel_tool_calls: true },
    ...{ temperature: 1, top_p: 1, tool_choice: "auto", tools: [], text: { format: { type: "text" } } },
    ...Object.fromEntries(Object.entries(asked).filter(([name]) => repeated.includes(name))),
  };
}

function said(asked: Json): Json {
  const tool = objectsIn(asked["tools"]).find(({ type }) => type === "function");
  const isToolAnswered = objectsIn(asked["input"]).at(-1)?.["type"] === "function_call_output";
  if (tool && asked["tool_choice"] !== "none" && !isToolAnswered) {
    const text = JSON.stringify(sample(tool["parameters"]));
    const call = { type: "function_call", id: id("fc"), call_id: id("call"), status: "completed" };
    return { ...call, name: tool["name"], arguments: text };
  }
  const schema = at(asked, "text", "format", "schema");
  const text = schema === undefined ? WORD : JSON.stringify(sample(schema));
  const content = [{ type: "output_text", text, annotations: [], logprobs: [] }];
  return { type: "message", id: id("msg"), role: "assistant", status: "completed", content };
}

function usage(): Json {
  const { prompt, completion, cached, thought } = TOKENS;
  return {
    ...{ input_tokens: prompt, output_tokens: completion, total_tokens: prompt + completion },
    input_tokens_details: { cached_tokens: cached },
    output_tokens_details: { reasoning_tokens: thought },
  };
}
