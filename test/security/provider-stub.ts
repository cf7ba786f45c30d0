import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What reached the provider. */
export interface Recorded {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Tokens that each answer counts. */
export const USAGE = { input: 1000, output: 2000 };

/** A provider on loopback that speaks OpenAI's and Anthropic's APIs, counts the same tokens always, and records. */
export class ProviderStub {
  readonly requests: Recorded[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      void text(request).then((body) => {
        const path = request.url ?? "/";
        this.requests.push({ method: request.method ?? "", path, headers: request.headers, body });
        const { stream = path.includes(":stream"), model = "" } = asked(body);
        const answer = answerOf(path, model);
        if (!answer) {
          response.writeHead(404).end("{}");
          return;
        }
        response.setHeader("content-type", stream ? "text/event-stream" : "application/json");
        response.end(stream ? answer.events.join("") : JSON.stringify(answer.whole));
      });
    });
  }

  static async start(): Promise<ProviderStub> {
    const stub = new ProviderStub();
    await new Promise<void>((resolve) => stub.#server.listen(0, "127.0.0.1", resolve));
    return stub;
  }

  /** Where it listens: `http://127.0.0.1:40123`. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

interface Protocol {
  whole: object;
  events: string[];
}

function asked(body: string): { stream?: boolean; model?: string } {
  try {
    return JSON.parse(body) as { stream?: boolean; model?: string };
  } catch {
    return {};
  }
}

function answerOf(path: string, model: string): Protocol | undefined {
  const [route = ""] = path.split("?");
  if (route.endsWith("/chat/completions")) return chat(model);
  if (route.endsWith("/completions")) return completions(model);
  if (route.endsWith("/messages")) return messages(model);
  if (route.endsWith("/responses")) return responses(model);
  if (/:(stream)?generateContent$/i.test(route)) return generateContent();
  if (route.endsWith("/embeddings")) return embeddings(model);
  return undefined;
}

let answers = 0;

function chat(model: string): Protocol {
  const id = `chatcmpl-${++answers}`;
  const usage = {
    prompt_tokens: USAGE.input,
    completion_tokens: USAGE.output,
    total_tokens: USAGE.input + USAGE.output,
  };
  const head = { id, created: 1_700_000_000, model };
  const chunk = (delta: object, rest: object = {}) =>
    event({
      ...head,
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta, finish_reason: null }],
      ...rest,
    });
  return {
    whole: {
      ...head,
      object: "chat.completion",
      choices: [{ index: 0, message: { role: "assistant", content: "Hello." }, finish_reason: "stop" }],
      usage,
    },
    events: [
      chunk({ role: "assistant", content: "Hello." }),
      chunk({}, { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }),
      chunk({}, { choices: [], usage }),
      "data: [DONE]\n\n",
    ],
  };
}

function completions(model: string): Protocol {
  const { whole } = chat(model);
  const choices = [{ index: 0, text: "Hello.", finish_reason: "stop", logprobs: null }];
  const text = { ...whole, object: "text_completion", choices };
  return { whole: text, events: [event(text), "data: [DONE]\n\n"] };
}

function messages(model: string): Protocol {
  const id = `msg_${++answers}`;
  const usage = { input_tokens: USAGE.input, output_tokens: USAGE.output };
  const whole = {
    ...{ id, type: "message", role: "assistant", model, stop_reason: "end_turn", stop_sequence: null },
    content: [{ type: "text", text: "Hello." }],
    usage,
  };
  const start = { ...whole, content: [], stop_reason: null, usage: { input_tokens: USAGE.input, output_tokens: 1 } };
  return {
    whole,
    events: [
      typed({ type: "message_start", message: start }),
      typed({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }),
      typed({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hello." } }),
      typed({ type: "content_block_stop", index: 0 }),
      typed({ type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage }),
      typed({ type: "message_stop" }),
    ],
  };
}

function responses(model: string): Protocol {
  const id = `resp_${++answers}`;
  const part = { type: "output_text", text: "Hello.", annotations: [] };
  const item = { id: `${id}_item`, type: "message", role: "assistant", status: "completed", content: [part] };
  const whole = {
    ...{ id, object: "response", created_at: 1_700_000_000, status: "completed", model, output: [item] },
    ...{ error: null, incomplete_details: null, instructions: null, metadata: {}, parallel_tool_calls: true },
    ...{ temperature: 1, tool_choice: "auto", tools: [], top_p: 1 },
    usage: {
      input_tokens: USAGE.input,
      output_tokens: USAGE.output,
      total_tokens: USAGE.input + USAGE.output,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens_details: { reasoning_tokens: 0 },
    },
  };
  const started = { ...whole, status: "in_progress", output: [], usage: null };
  const at = { item_id: item.id, output_index: 0, content_index: 0 };
  return {
    whole,
    events: [
      typed({ type: "response.created", sequence_number: 0, response: started }),
      typed({
        type: "response.output_item.added",
        sequence_number: 1,
        output_index: 0,
        item: { ...item, content: [] },
      }),
      typed({ type: "response.content_part.added", sequence_number: 2, ...at, part: { ...part, text: "" } }),
      typed({ type: "response.output_text.delta", sequence_number: 3, ...at, delta: "Hello." }),
      typed({ type: "response.output_text.done", sequence_number: 4, ...at, text: "Hello." }),
      typed({ type: "response.content_part.done", sequence_number: 5, ...at, part }),
      typed({ type: "response.output_item.done", sequence_number: 6, output_index: 0, item }),
      typed({ type: "response.completed", sequence_number: 7, response: whole }),
    ],
  };
}

function generateContent(): Protocol {
  const whole = {
    responseId: `gemini-${++answers}`,
    candidates: [{ index: 0, content: { role: "model", parts: [{ text: "Hello." }] }, finishReason: "STOP" }],
    usageMetadata: {
      promptTokenCount: USAGE.input,
      candidatesTokenCount: USAGE.output,
      totalTokenCount: USAGE.input + USAGE.output,
    },
  };
  return { whole, events: [event(whole)] };
}

function embeddings(model: string): Protocol {
  const whole = {
    object: "list",
    data: [{ object: "embedding", index: 0, embedding: [0.1, 0.2] }],
    model,
    usage: { prompt_tokens: USAGE.input, total_tokens: USAGE.input },
  };
  return { whole, events: [] };
}

function event(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

function typed(data: { type: string } & Record<string, unknown>): string {
  return `event: ${data.type}\n${event(data)}`;
}
