import { routingSchema } from "../../config/schema/routing.ts";
import { type Answer, AttackedGateway } from "../security/attacked-gateway.ts";
import { WORD } from "../security/answers/provider-answer.ts";
import type { Fault, FaultyProvider } from "./faulty-provider.ts";

/** The providers that LiteLLM has code of its own for, with the beginning of a model's name. */
export const PROVIDERS = { openai: "openai/gpt", anthropic: "anthropic/claude", google: "gemini/gemini" } as const;

export type Provider = keyof typeof PROVIDERS;

export const PROVIDER_NAMES = Object.keys(PROVIDERS) as Provider[];

export const STRATEGIES = routingSchema.shape.strategy.unwrap().options;

/** A model's deployments, in the order of their price, the first one the cheapest. */
export interface Group {
  name: string;
  provider: Provider;
  deployments: (Fault | "working" | "strict")[];
}

/**
 * A gateway with one project that may use all of these models.
 *
 * @param change Of the settings that follow.
 */
export async function routedGateway(
  faulty: FaultyProvider,
  groups: Group[],
  settings: Record<string, unknown>,
  change: (settings: Record<string, unknown>) => Record<string, unknown> = (unchanged) => unchanged,
): Promise<AttackedGateway> {
  const models = groups.flatMap(({ name, provider, deployments }) =>
    deployments.map((kind, index) => ({
      ...{ name, provider },
      // One price for each model: routing by cost wants it.
      model: `${PROVIDERS[provider]}-${index}`,
      price: { input: index + 1, output: index + 1 },
      apiBase: faulty.url(kind, name) + (provider === "openai" ? "/v1" : ""),
    })),
  );
  const names = groups.map(({ name }) => name);
  return AttackedGateway.start((defaults) =>
    change({ ...defaults, models, projects: { team: { models: names, budget: 1000 } }, ...settings }),
  );
}

/** The requests that clients make of a model, each with a word that asks for the answer. */
export const REQUESTS = [
  (model: string, content: string) => chat(model, content),
  (model: string, content: string) => messages(model, content, true),
  (model: string, content: string) => responses(model, content),
  (model: string, content: string) => chat(model, content, true),
  (model: string, content: string) => messages(model, content),
  (model: string, content: string) => responses(model, content, true),
];

type Request = ReturnType<typeof chat>;

export function chat(model: string, content: string, stream = false) {
  return { path: "/v1/chat/completions", body: { model, stream, messages: [{ role: "user", content }] } };
}

function messages(model: string, content: string, stream = false) {
  const { body } = chat(model, content, stream);
  return { path: "/v1/messages", body: { ...body, max_tokens: 5 } };
}

function responses(model: string, content: string, stream = false) {
  return { path: "/v1/responses", body: { model, stream, input: content } };
}

/** `"answered"`, or what is wrong. */
export async function outcome(gateway: AttackedGateway, { path, body }: Request | ReturnType<typeof responses>) {
  const { status, text } = await ask(gateway, path, body);
  return status === 200 && text.includes(WORD) ? "answered" : `${path} ${status} ${text}`;
}

/**
 * LiteLLM 1.108.6 itself fails now and then before it looks at a request, with a context variable that it can't reset: one
 * request in some hundreds, with whatever deployments. Such a request is sent once more.
 */
async function ask(gateway: AttackedGateway, path: string, body: object): Promise<Answer> {
  const send = () => gateway.send(path, { key: gateway.keys["team"], body });
  const answer = await send();
  const failedItself = answer.status === 500 && answer.text.includes('"Internal server error"');
  return failedItself && (await gateway.log()).includes("LookupError: <ContextVar") ? send() : answer;
}
