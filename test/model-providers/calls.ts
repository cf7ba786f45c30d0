/** A call of one of the APIs that clients have. */
export interface Call {
  path: string;
  body: object;
  /** What stands in each answer to it. */
  answer: string;
}

/** The APIs by name. */
export type Api = "chat" | "messages" | "responses" | "embeddings" | "images";

const messages = [{ role: "user", content: "Hello" }];

const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };

/** What each API is asked for. */
const ASKED: Record<Api, Omit<Call, "answer">> = {
  chat: { path: "/v1/chat/completions", body: { messages } },
  messages: { path: "/v1/messages", body: { messages, max_tokens: 50 } },
  responses: { path: "/v1/responses", body: { input: "Hello" } },
  embeddings: { path: "/v1/embeddings", body: { input: "Hello" } },
  images: { path: "/v1/images/generations", body: { prompt: "A cat" } },
};

/** A tool as each API describes one. */
const TOOLS: Partial<Record<Api, object>> = {
  chat: { type: "function", function: { name: "weather", description: "The weather.", parameters } },
  messages: { name: "weather", description: "The weather.", input_schema: parameters },
  responses: { type: "function", name: "weather", description: "The weather.", parameters },
};

/** What each API answers; those of models: the stand-ins' word. */
const ANSWERS: Partial<Record<Api, string>> = { embeddings: "0.125", images: "QUJD" };

/** A plain call of an API. */
export function call(api: Api, model: string): Call {
  const { path, body } = ASKED[api];
  return { path, body: { model, ...body }, answer: ANSWERS[api] ?? "Recorded." };
}

/** The same, streamed, and with a tool that the model wants called. */
export function callsOf(api: Api, model: string): { title: string; isStreamed: boolean; call: Call }[] {
  const plain = call(api, model);
  const tool = TOOLS[api];
  if (!tool) return [{ title: api, isStreamed: false, call: plain }];
  const withTool = { ...plain, body: { ...plain.body, tools: [tool] }, answer: '"weather"' };
  return [plain, withTool].flatMap((one) =>
    [false, true].map((isStreamed) => ({
      title: `${api}${one === withTool ? ", a tool" : ""}${isStreamed ? ", streamed" : ""}`,
      isStreamed,
      call: { ...one, body: { ...one.body, ...(isStreamed && { stream: true }) } },
    })),
  );
}
