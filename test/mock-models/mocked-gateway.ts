import { expect } from "vitest";

import { CITY, type Language } from "../security/clients/client-case.ts";
import { ClientGateway } from "../security/clients/client-gateway.ts";
import { PythonSdk } from "../security/clients/python-sdk.ts";
import type { Call, Sdk, SdkName } from "../security/clients/sdk.ts";
import { TypeScriptSdk } from "../security/clients/typescript-sdk.ts";

/** What every model answers that has no text of its own: a JSON text, for requests that want one. */
export const ANSWER = JSON.stringify(CITY);

/** Texts that something on the way might take for something else. */
export const TEXTS = [
  ...["yes", "null", "1_000", "~", "2024-08-06", "a\tb", " \t", "\n", "  both ends\r\n", `"quoted" 'text': # {x}`],
  // LiteLLM's own mock answers become errors; ends of texts that models write are left out of their streams.
  ...["litellm.RateLimitError", "Exception: content_filter_policy", "</s>", "<|im_end|>", "<think>hm</think>"],
  // A hundred equal pieces of a stream are an error.
  ...["ha ".repeat(900), "👩‍👩‍👧 ünïcödé \u0085\u2028\u007f"],
];

/** The model that answers with a text of the list. */
export const modelOf = (text: string) => `text-${TEXTS.indexOf(text)}`;

/** OpenAI's older APIs count `prompt_tokens`, the others `input_tokens`. */
export interface Usage {
  prompt_tokens?: number;
  completion_tokens?: number;
  input_tokens?: number;
  output_tokens?: number;
}

export const tokens = ({ prompt_tokens, completion_tokens, input_tokens, output_tokens }: Usage) => ({
  asked: prompt_tokens ?? input_tokens ?? 0,
  answered: completion_tokens ?? output_tokens ?? 0,
});

/** An answer, as far as all kinds of it are alike. */
export interface WithUsage {
  id: string;
  usage: Usage;
}

interface AnswerBody extends WithUsage {
  choices: { message: { tool_calls: { function: { arguments: string } }[] } }[];
  data: object[];
}

interface Client {
  sdk: SdkName;
  language: Language;
}

/** A gateway without a provider's key, and SDKs that call it. What its models stand for is there, and must not hear of it. */
export class MockedGateway {
  readonly clients: ClientGateway;
  readonly #sdks: ReadonlyMap<string, Sdk>;

  private constructor(clients: ClientGateway, sdks: ReadonlyMap<string, Sdk>) {
    this.clients = clients;
    this.#sdks = sdks;
  }

  /** @param projects One for each client. */
  static async start(projects: readonly string[], clients: readonly Client[]): Promise<MockedGateway> {
    const started = async ({ sdk, language }: Client) => {
      const isTypeScript = language === "TypeScript" && sdk !== "google";
      return [sdk + language, isTypeScript ? new TypeScriptSdk(sdk) : await PythonSdk.start(sdk, "clients")] as const;
    };
    // The SDKs load while the gateway starts.
    const [gateway, sdks] = await Promise.all([
      ClientGateway.start(projects, mocked),
      Promise.all(clients.map((client) => started(client))),
    ]);
    return new MockedGateway(gateway, new Map(sdks));
  }

  /** What an SDK makes of an answer, which no provider was asked for. */
  async call<Answer>(sdk: SdkName, language: Language, made: Call, project: string = sdk): Promise<Answer> {
    const { result, received } = await this.clients.during(async () =>
      this.#sdks.get(sdk + language)?.call(made, this.clients.credentials(project)),
    );
    expect(received).toEqual([]);
    return result as Answer;
  }

  /** The same of a method with parameters alone. */
  ask<Answer>(
    sdk: SdkName,
    language: Language,
    method: string,
    parameters: Record<string, unknown>,
    project?: string,
  ): Promise<Answer> {
    return this.call(sdk, language, { method, parameters }, project);
  }

  /** What a project's request is answered, in JSON. */
  async post(path: string, body: object, project = "own"): Promise<{ status: number; cost: number; body: AnswerBody }> {
    const { url, key } = this.clients.credentials(project);
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const response = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
    const cost = Number(response.headers.get("x-litellm-response-cost"));
    return { status: response.status, cost, body: (await response.json()) as AnswerBody };
  }

  async delete(): Promise<void> {
    await Promise.all([...this.#sdks.values()].map((sdk) => sdk.stop()));
    await this.clients.delete();
  }
}

/** The settings of the clients' tests without a provider's key, with more models, and a project of these: `own`. */
function mocked(settings: Record<string, unknown>): Record<string, unknown> {
  const models = (settings["models"] as object[]).map((model) => ({ ...model, mockResponse: ANSWER }));
  const listed = [
    { name: "listed-gpt", model: "gpt-4.1", provider: "openai" },
    { name: "listed-claude", model: "anthropic/claude-haiku-4-5", provider: "anthropic" },
    { name: "listed-embedder", model: "text-embedding-3-large", provider: "openai" },
    { name: "codex", model: "openai/gpt-5-codex", provider: "openai" },
    { name: "painter", model: "openai/gpt-image-1", provider: "openai" },
  ];
  const texts = TEXTS.map((mockResponse) => ({
    ...{ name: modelOf(mockResponse), model: "openai/gpt-4.1-mini", provider: "openai" },
    mockResponse,
  }));
  const all = [...listed, ...texts];
  const own = { models: all.map(({ name }) => name), budget: 40, apis: ["images"] };
  return {
    ...settings,
    models: [...models, ...all],
    providers: {},
    routing: { strategy: "cost-based-routing" },
    projects: { ...(settings["projects"] as object), own },
  };
}
