import pLimit from "p-limit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { deploymentIds } from "../../config/deployment-ids.ts";
import { proxyRoutes } from "../security/proxy-routes.ts";
import type { SentRequest } from "../security/attacked-gateway.ts";
import { HEADERS, MODELS_OF_OTHERS, PARAMETERS, pathsPastModels, SEARCHES, STORED } from "./attempts.ts";
import { call } from "./calls.ts";
import { MODELS } from "./models.ts";
import { SECRETS } from "./provider-settings.ts";
import { providersGateway, type ProvidersGateway } from "./providers-gateway.ts";

/** A model of each kind of provider and each way to sign in, all of which answer chats. */
const CHATS = MODELS.filter(({ reaches }) => reaches.chat);
const NAMES = CHATS.map(({ settings }) => settings.name);

/** Milliseconds that one walk may take on a machine that is busy with other things. */
const WALK = 600_000;

let gateway: ProvidersGateway;

beforeAll(async () => {
  const models = MODELS.map(({ settings }) => settings);
  // For each model a project that has no other.
  const projects = Object.fromEntries(NAMES.map((name) => [name, { models: [name], budget: 1000 }]));
  gateway = await providersGateway(models, { projects, routing: { numRetries: 0 } });
}, WALK);

afterAll(() => gateway.delete());

/** A request of the project that may use this model, and what of it got out of the gateway. */
function attempt(model: string, path: string, body: SentRequest["body"], request: SentRequest = {}) {
  return gateway.internet.during(() =>
    gateway.gateway.send(path, { key: gateway.gateway.keys[model], body, ...request }),
  );
}

/** What `work` returns for each item, eight at a time, and what got out of the gateway meanwhile. */
function each<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>) {
  const limit = pLimit(8);
  return gateway.internet.during(() => Promise.all(items.map((item) => limit(() => work(item)))));
}

const isRefused = (status: number) => [400, 401, 403, 404, 405].includes(status);

describe.for(NAMES)("whoever may use %s and nothing else", (model) => {
  const { path, body } = call("chat", model);
  const key = () => gateway.gateway.keys[model];

  it("sets no parameter of a deployment", { timeout: WALK }, async () => {
    const { result, received, strangers } = await each(PARAMETERS, async (name) => {
      const { status, text } = await gateway.gateway.send(path, { key: key(), body: { ...body, [name]: "steered" } });
      return { name, isRefused: status === 400 && text.includes("refused_by_gateway") };
    });

    expect(result.length).toBeGreaterThan(500);
    expect(result.filter((one) => !one.isRefused)).toEqual([]);
    expect({ received, strangers }).toEqual({ received: [], strangers: [] });
  });

  it("sends the provider no header of its own choice", { timeout: WALK }, async () => {
    const { received, strangers } = await each(HEADERS, (name) =>
      gateway.gateway.send(path, { key: key(), body, headers: { [name]: "steered-by-a-client" } }),
    );

    // Most are left out, and the call is made.
    expect(received.length).toBeGreaterThan(HEADERS.length / 3);
    expect(JSON.stringify(received)).not.toContain("steered-by-a-client");
    expect(strangers).toEqual([]);
  });

  it("asks for no other model", { timeout: WALK }, async () => {
    const ids = deploymentIds(gateway.gateway.settings.models);
    const others = MODELS.map(({ settings }) => settings).filter(({ name }) => name !== model);
    const wanted = [...MODELS_OF_OTHERS, ...ids, ...others.flatMap(({ name, model: own }) => [name, own])];
    const { result, received, strangers } = await each(wanted, async (name) => {
      const { status } = await gateway.gateway.send(path, { key: key(), body: { ...body, model: name } });
      return { name, status };
    });

    expect(result.filter(({ status }) => !isRefused(status))).toEqual([]);
    expect({ received, strangers }).toEqual({ received: [], strangers: [] });
  });

  it("reads nothing that lies with the provider", { timeout: WALK }, async () => {
    const content = (part: object) => [{ role: "user", content: [{ type: "text", text: "Read it." }, part] }];
    const requests: [string, object][] = [
      ...STORED.flatMap((part): [string, object][] => [
        ["/v1/chat/completions", { model, messages: content(part) }],
        ["/v1/messages", { model, max_tokens: 5, messages: content(part) }],
        ["/v1/responses", { model, input: content(part) }],
      ]),
      ...SEARCHES.flatMap((tool): [string, object][] => [
        ["/v1/chat/completions", { ...body, tools: [tool] }],
        ["/v1/responses", { ...call("responses", model).body, tools: [tool] }],
      ]),
    ];
    for (const [where, what] of requests) {
      const { result, received, strangers } = await attempt(model, where, what);
      expect({ what, status: result.status, received, strangers }).toEqual({
        ...{ what, status: 400, received: [], strangers: [] },
      });
    }
  });
});

it("opens no path past the models to any provider", { timeout: WALK }, async () => {
  const paths = pathsPastModels(await proxyRoutes());
  expect(paths.length).toBeGreaterThan(50);
  const attempts = paths.flatMap((path) =>
    ["GET", "POST"].flatMap((method) => ["azure-gpt", "role-nova", "gemini"].map((model) => ({ path, method, model }))),
  );
  const { result, received, strangers } = await each(attempts, async ({ path, method, model }) => {
    const body = method === "POST" ? call("chat", model).body : undefined;
    const { status } = await gateway.gateway.send(path, { key: gateway.gateway.keys[model], body, method });
    return { path, method, status };
  });

  expect(result.filter(({ status }) => !isRefused(status))).toEqual([]);
  expect({ received, strangers }).toEqual({ received: [], strangers: [] });
});

it("shows what the organization signs in with to nobody but the provider", () => {
  const seen = gateway.internet.received.flatMap(({ host, headers, body, path }) =>
    Object.entries(SECRETS)
      .filter(([, secret]) => JSON.stringify({ headers, body, path }).includes(secret))
      .map(([name]) => `${name} at ${host}`),
  );

  expect([...new Set(seen)].sort()).toEqual([
    ...["anthropic at api.anthropic.com", "azure at contoso-weu.openai.azure.com"],
    "bedrock at bedrock-runtime.eu-central-1.amazonaws.com",
    ...["entra at login.microsoftonline.com", "openai at api.openai.com", "vllm at vllm-with-key.models.svc"],
  ]);
});
