import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { keyArgs } from "../../config/schema/keys.ts";
import { type ApiFamily, type ClientRoute, keyRoutes, ROUTE_GROUPS } from "../../config/schema/routes.ts";
import { KeyStore } from "../../providers/litellm/key-store.ts";
import { tokenOf } from "../../providers/litellm/key-value.ts";
import { AttackedGateway, PROVIDER_KEYS, type SentRequest } from "./attacked-gateway.ts";
import { requestFor } from "./route-requests.ts";

/** A model that each API is for. */
const MODELS: Record<ApiFamily, string> = {
  ...{ chat: "gpt-4o", completions: "gpt-4o", responses: "gpt-4o", embeddings: "embedder" },
  ...{ messages: "claude-sonnet", count_tokens: "claude-sonnet" },
  ...{ generate_content: "gemini-flash", google_count_tokens: "claude-sonnet" },
  ...{ images: "painter", image_edits: "painter", speech: "speaker", transcriptions: "writer" },
  ...{ rerank: "ranker", moderations: "moderator" },
};

/** What no provider is paid for. */
const FREE: ApiFamily[] = ["count_tokens", "google_count_tokens", "moderations"];

const KEYS: Record<string, string> = { ...PROVIDER_KEYS, cohere: "cohere-key-of-the-organization" };

const calls = keyRoutes(ROUTE_GROUPS).filter(({ family }) => family !== undefined) as Required<ClientRoute>[];
const looks = keyRoutes().filter(({ family }) => family === undefined);
const named = <Route extends ClientRoute>(routes: Route[]) =>
  routes.map((route) => [`${route.method} ${route.path}`, route] as const);

let gateway: AttackedGateway;
let store: KeyStore;

beforeAll(async () => {
  gateway = await AttackedGateway.start((settings) => {
    const models = settings["models"] as { apiBase: string; price: object }[];
    const projects = settings["projects"] as object;
    const openai = { provider: "openai", apiBase: models[0]?.apiBase };
    const added = [
      { ...openai, name: "painter", model: "openai/gpt-image-1" },
      { ...openai, name: "speaker", model: "openai/tts-1" },
      { ...openai, name: "writer", model: "openai/whisper-1" },
      { ...openai, name: "moderator", model: "openai/omni-moderation-latest" },
      { ...{ name: "ranker", model: "cohere/rerank-v3.5" }, provider: "cohere", apiBase: openai.apiBase?.slice(0, -3) },
    ];
    const providers = Object.fromEntries(Object.entries(KEYS).map(([name, apiKey]) => [name, { apiKey }]));
    const everything = { models: [...new Set(Object.values(MODELS))], budget: 40, apis: [...ROUTE_GROUPS] };
    return { ...settings, models: [...models, ...added], providers, projects: { ...projects, everything } };
  });
  store = new KeyStore(gateway.management);
});

afterAll(() => gateway.delete());

/** A key of a project with every API, for some of its models. */
async function keyFor(models: string[], spent = 0): Promise<string> {
  const key = `sk-everything-${randomUUID()}`;
  const project = gateway.settings.projects.find(({ name }) => name === "everything");
  if (!project) throw new Error("There is no project with every API.");
  await store.create(key, { ...keyArgs(project), alias: key, models }, spent);
  return key;
}

/** The answer to a request, and what reached a provider or anybody else for it. */
async function attempt(request: SentRequest & { path: string }, key: string | undefined) {
  const { result, received } = await gateway.provider.during(() => gateway.send(request.path, { ...request, key }));
  // LiteLLM asks each provider now and then what models it has.
  return { ...result, received: received.filter(({ method, path }) => `${method} ${path}` !== "GET /v1/models") };
}

/** Keys with which a route was called that costs something, by the route. */
const spent = new Map<string, string>();

describe.each(named(calls))("%s", (name, route) => {
  const model = MODELS[route.family];

  it("reaches the model that is asked for, with the settings' key for it", async () => {
    const key = await keyFor([model]);
    const { status, text, received } = await attempt(requestFor(route, model), key);
    expect({ status, text }).toMatchObject({ status: 200 });
    const deployment = gateway.settings.models.find((one) => one.name === model);
    expect(received).toHaveLength(1);
    expect(received[0]?.path).toMatch(/^\//);
    expect(JSON.stringify(received[0]?.headers)).toContain(KEYS[deployment?.provider ?? ""]);
    if (!FREE.includes(route.family)) spent.set(name, key);
  });

  it("is refused for models that the key doesn't open, and without one", async () => {
    const key = await keyFor([model]);
    for (const other of new Set(Object.values(MODELS).filter((one) => one !== model))) {
      const { status, received } = await attempt(requestFor(route, other), key);
      expect({ other, status, received }).toEqual({ other, status: 403, received: [] });
    }
    const { status, received } = await attempt(requestFor(route), key);
    expect(received).toEqual([]);
    expect(status).toBeGreaterThanOrEqual(400);
  });
});

describe.each(named(calls.filter(({ family }) => !FREE.includes(family))))("%s", (name, route) => {
  it("is refused when the budget is used up", async () => {
    const key = await keyFor([MODELS[route.family]], 1000);
    const { status, received } = await attempt(requestFor(route, MODELS[route.family]), key);
    expect({ status, received }).toEqual({ status: 429, received: [] });
  });

  it("is charged", async () => {
    const key = spent.get(name) ?? "";
    const isCharged = async () => (await gateway.charges(key)).some(({ spend }) => spend > 0);
    await expect.poll(isCharged, { timeout: 100_000, interval: 500 }).toBe(true);
  });
});

describe.each(named(calls.filter((route) => !keyRoutes().some(({ path }) => path === route.path))))(
  "%s, which not every key opens,",
  (_name, route) => {
    it("is refused to a key whose project doesn't open it", async () => {
      const { status, received } = await attempt(requestFor(route, "gemini-flash"), gateway.keys["support"]);
      expect({ status, received }).toEqual({ status: 403, received: [] });
    });
  },
);

describe.each(named(looks))("%s", (_name, route) => {
  it("asks no provider, and tells of nobody else's models and keys", async () => {
    const { status, text, received } = await attempt(requestFor(route, "gemini-flash"), gateway.keys["support"]);
    expect({ status, received }).toEqual({ status: 200, received: [] });
    expect(text).not.toMatch(/gpt-4o|claude-sonnet|embedder|research|writers/);
  });
});

it("the gateway tells no key of another one, or of a model that it doesn't open", async () => {
  const key = gateway.keys["support"];
  const token = tokenOf(gateway.keys["research"] ?? "");
  for (const path of [`/key/info?key=${token}`, `/key/info?key=${gateway.keys["research"] ?? ""}`]) {
    expect(await attempt({ path }, key)).toMatchObject({ status: 400, received: [] });
  }
  expect((await attempt({ path: "/v2/key/info", body: { keys: [token] } }, key)).status).toBe(403);
});

it("the gateway calls no model for whoever asks whether the gateway is healthy", async () => {
  for (const key of [gateway.keys["support"], gateway.masterKey]) {
    expect(await attempt({ path: "/health" }, key)).toMatchObject({ status: 200, received: [] });
  }
});

it.for([
  ["/v1/responses", { input: "Hello", background: true }, "gpt-4o"],
  ["/v1/images/generations", { prompt: "A cat", stream: true }, "painter"],
  ["/v1/images/generations", { prompt: "A cat", partial_images: 1 }, "painter"],
  ["/v1beta/models/gpt-4o:generateContent", { contents: [] }, "gemini-flash"],
  ["/v1beta/models/gpt-4o:streamGenerateContent", { contents: [] }, "gemini-flash"],
  ["/v1beta/models/gpt-4o:countTokens", { contents: [] }, "gemini-flash"],
] as const)(
  "the gateway refuses on %s what would reach a model that isn't charged, or isn't open: %j",
  async ([path, body, model]) => {
    const key = await keyFor([model]);
    const { status, received } = await attempt({ path, body: { ...body, model } }, key);
    expect({ status, received }).toEqual({ status: 400, received: [] });
  },
);
