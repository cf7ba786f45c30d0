import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { keyPaths, ROUTE_GROUPS } from "../../config/schema/routes.ts";
import { parseSettings } from "../../config/settings.ts";
import { rawConfig } from "../config/stack.ts";
import { ProviderStub, USAGE } from "./provider-stub.ts";
import { SettingsProxy } from "./settings-proxy.ts";

/** What LiteLLM's price list says of these models, in US dollars per million tokens. */
const LISTED = { "gpt-4o": [2.5, 10], "claude-sonnet-4-5": [3, 15], "gemini/gemini-2.5-flash": [0.3, 2.5] } as const;

/** Deployments of one model at the price of LiteLLM's list, at a high one, and at none. */
const PRICES = { listed: undefined, dear: [1000, 500], free: [0, 0] } as const;

const BACKENDS = [
  { provider: "openai", model: "gpt-4o", listed: LISTED["gpt-4o"] },
  { provider: "anthropic", model: "claude-sonnet-4-5", listed: LISTED["claude-sonnet-4-5"] },
  { provider: "google", model: "gemini/gemini-2.5-flash", listed: LISTED["gemini/gemini-2.5-flash"] },
  // A server of one's own, of which the list knows nothing.
  { provider: "own", model: "hosted_vllm/own-model", listed: [0, 0] },
] as const;

const messages = [{ role: "user", content: "Hello?" }];

const ROUTES: Record<string, (model: string) => [path: string, body: object]> = {
  chat: (model) => ["/v1/chat/completions", { model, messages }],
  "chat, streamed": (model) => ["/v1/chat/completions", { model, messages, stream: true }],
  messages: (model) => ["/v1/messages", { model, messages, max_tokens: 9 }],
  "messages, streamed": (model) => ["/v1/messages", { model, messages, max_tokens: 9, stream: true }],
  responses: (model) => ["/v1/responses", { model, input: "Hello?" }],
  completions: (model) => ["/v1/completions", { model, prompt: "Hello?" }],
  generateContent: (model) => generateContent(model),
};

/** LiteLLM calls providers other than Google here as if nobody had chosen the deployment, unless it is told. */
const generateContent = (model: string): [string, object] => [
  `/v1beta/models/${model}:generateContent`,
  { contents: [{ role: "user", parts: [{ text: "Hello?" }] }] },
];

let provider: ProviderStub;
let proxy: SettingsProxy;

beforeAll(async () => {
  provider = await ProviderStub.start();
  const models = BACKENDS.flatMap(({ provider: name, model }) =>
    Object.entries(PRICES).map(([kind, price]) => ({
      name: `${name}-${kind}`,
      provider: name,
      model,
      apiBase: provider.url,
      ...(price && { price: { input: price[0], output: price[1] } }),
    })),
  );
  const providers = Object.fromEntries(BACKENDS.map(({ provider: name }) => [name, { apiKey: "sk-provider" }]));
  proxy = await SettingsProxy.start(parseSettings(rawConfig({ models, providers }), ["llm-gateway:providers"]));
});

afterAll(async () => {
  await proxy.delete();
  await provider.stop();
});

/** What each route charges for one answer of a deployment. */
async function charges(model: string): Promise<Record<string, number>> {
  const entries = Object.entries(ROUTES).map(async ([route, request]) => {
    const key = await proxy.key({ allowed_routes: keyPaths(ROUTE_GROUPS) });
    const { status, text } = await proxy.post(...request(model), key);
    expect({ route, status, text }).toMatchObject({ status: 200 });
    return [route, await proxy.spendOf(key)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

function everyRoute([input, output]: readonly [number, number]): Record<string, unknown> {
  const dollars = (USAGE.input * input + USAGE.output * output) / 1_000_000;
  return Object.fromEntries(Object.keys(ROUTES).map((route) => [route, expect.closeTo(dollars, 9)]));
}

describe.each(BACKENDS)("deployments of $model", ({ provider: name, listed }) => {
  it.each(["before", "after"])("cost what the settings say, %s the others were used", async () => {
    expect(await charges(`${name}-listed`)).toEqual(everyRoute(listed));
    expect(await charges(`${name}-dear`)).toEqual(everyRoute(PRICES.dear));
    expect(await charges(`${name}-free`)).toEqual(everyRoute(PRICES.free));
  });

  it.each(["dear", "free"])("keep their prices when the %s one answers nobody in particular", async (kind) => {
    const { status } = await proxy.post(...generateContent(`${name}-${kind}`));
    expect(status).toBe(200);
    expect(await charges(`${name}-listed`)).toEqual(everyRoute(listed));
    expect(await charges(`${name}-dear`)).toEqual(everyRoute(PRICES.dear));
  });
});
