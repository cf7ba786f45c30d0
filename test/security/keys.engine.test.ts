import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { keyPaths } from "../../config/schema/routes.ts";
import { AttackedGateway, PROVIDER_KEYS } from "./attacked-gateway.ts";

// What a key opens and shows: those of projects, and those that people make. All on one gateway, as LiteLLM's start takes most of
// the time of each.

const SECRET = "secret-of-the-subscription";

let gateway: AttackedGateway;

beforeAll(async () => {
  gateway = await AttackedGateway.start((settings) => {
    const [first = {}, ...others] = settings["models"] as object[];
    const params = {
      extra_headers: { "X-Subscription": "os.environ/SUBSCRIPTION" },
      organization: "os.environ/SUBSCRIPTION",
    };
    return {
      ...settings,
      models: [{ ...first, params, info: { description: "For all", mode: "chat" } }, ...others],
      secrets: { SUBSCRIPTION: SECRET },
    };
  });
});

afterAll(() => gateway.delete());

it.for([
  ["research", "gpt-4o", "/v1/chat/completions", PROVIDER_KEYS.openai],
  ["writers", "claude-sonnet", "/v1/messages", PROVIDER_KEYS.anthropic],
  ["support", "gemini-flash", "/models/gemini-2.5-flash:generateContent", PROVIDER_KEYS.google],
] as const)("the guard lets %s reach %s with the organization's key", async ([project, model, path, providerKey]) => {
  const { result, received } = await gateway.provider.during(() =>
    gateway.send("/v1/chat/completions", {
      key: gateway.keys[project],
      body: { model, messages: [{ role: "user", content: "Hello" }], max_tokens: 5 },
    }),
  );
  expect(result.status).toBe(200);
  expect(received.map((request) => request.path)).toEqual([path]);
  expect(JSON.stringify(received[0]?.headers)).toContain(providerKey);
});

/** Where a request asks for something to be fetched, of an address that only the gateway's network has. */
const places = (url: string): Record<string, unknown>[] => [
  { type: "image_url", image_url: { url } },
  { type: "image_url", image_url: url },
  { type: "file", file: { file_id: url } },
  { type: "file", file: { file_data: url } },
  { type: "video_url", video_url: { url } },
  { type: "input_image", image_url: url },
  { type: "input_file", file_url: url },
  { type: "image", source: { type: "url", url } },
  { type: "document", source: { type: "url", url } },
];

it.for([
  ["research", "gpt-4o"],
  ["writers", "claude-sonnet"],
  ["support", "gemini-flash"],
] as const)("the proxy lets %s have nothing fetched inside the gateway's network for %s", async ([project, model]) => {
  const inside = `${gateway.provider.url}/inside/secret.png`;
  const { received } = await gateway.provider.during(() =>
    Promise.all(
      places(inside).flatMap((part) => {
        const content = [part];
        const messages = [{ role: "user", content }];
        return [
          gateway.send("/v1/chat/completions", { key: gateway.keys[project], body: { model, messages } }),
          gateway.send("/v1/messages", { key: gateway.keys[project], body: { model, messages, max_tokens: 5 } }),
          gateway.send("/v1/responses", {
            key: gateway.keys[project],
            body: { model, input: [{ role: "user", content }] },
          }),
        ];
      }),
    ),
  );
  expect(received.map(({ method, path }) => `${method} ${path}`).filter((call) => call.includes("inside"))).toEqual([]);
});

interface MadeKey {
  key: string;
  allowed_routes: string[];
}

const make = (body: object) => gateway.management.post<MadeKey>("/key/generate", { models: ["gemini-flash"], ...body });

it.for([
  ["nothing is said of routes", {}],
  ["a key for models is asked for, which would open all ways to a provider", { key_type: "llm_api" }],
  ["LiteLLM's default is asked for, as its UI does", { key_type: "default" }],
] as const)("keys made by hand open a project's routes where %s", async ([, body]) => {
  const { key, allowed_routes: made } = await make(body);
  expect(made).toEqual(keyPaths());
  const [stored] = await gateway.postgres.query<{ allowed_routes: string[] }>(
    `SELECT allowed_routes FROM "LiteLLM_VerificationToken" ORDER BY created_at DESC LIMIT 1`,
    "litellm",
  );
  expect(stored?.allowed_routes).toEqual(keyPaths());
  const chat = { model: "gemini-flash", messages: [{ role: "user", content: "Hello" }], max_tokens: 5 };
  expect((await gateway.send("/v1/chat/completions", { key, body: chat })).status).toBe(200);
  expect((await gateway.send("/v2/model/info", { key })).status).toBe(403);
});

it.for([
  ["routes of their own", { allowed_routes: ["/v1/models"] }, ["/v1/models"]],
  ["all routes, by an empty list", { allowed_routes: [] }, []],
  ["LiteLLM's management", { key_type: "management" }, ["management_routes"]],
] as const)("keys made by hand open %s where that is asked for", async ([, body, routes]) => {
  expect((await make(body)).allowed_routes).toEqual(routes);
});

it("rules for keys made by hand leave alone whoever signs in to LiteLLM's UI", async () => {
  const body = { username: "admin", password: gateway.masterKey };
  const { token } = JSON.parse((await gateway.send("/v2/login", { body })).text) as { token: string };
  const { key } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { key: string };
  expect((await gateway.send("/key/list", { key })).status).toBe(200);
  const made = await gateway.send("/key/generate", { key, body: { models: ["gemini-flash"] } });
  expect(JSON.parse(made.text)).toMatchObject({ allowed_routes: keyPaths() });
});

describe("what a virtual key sees of how its models are called", () => {
  interface Shown {
    data: { model_name: string; litellm_params: Record<string, unknown>; model_info: Record<string, unknown> }[];
  }

  it.each(["/v1/model/info", "/model/info"])(
    "is the model and its info, and no secret, address or header: %s",
    async (path) => {
      const { status, text } = await gateway.send(path, { key: gateway.keys["research"] });
      expect(status).toBe(200);
      const { data } = JSON.parse(text) as Shown;
      const shown = data.find(({ model_name: name }) => name === "gpt-4o");
      expect(shown?.litellm_params).toEqual({ model: "openai/gpt-4o" });
      expect(shown?.model_info).toMatchObject({ description: "For all", mode: "chat", input_cost_per_token: 0.000003 });
      for (const hidden of [SECRET, SECRET.slice(0, 4), "X-Subscription", new URL(gateway.provider.url).host]) {
        expect(text).not.toContain(hidden);
      }
    },
  );

  it("is everything to the master key", async () => {
    const { text } = await gateway.send("/model/info", { key: gateway.masterKey });
    expect(text).toContain(new URL(gateway.provider.url).host);
  });

  it("is LiteLLM's error without a key that is valid", async () => {
    const { status, text } = await gateway.send("/v1/model/info", { key: "sk-nobody" });
    expect(status).toBe(401);
    expect(text).toContain("error");
  });

  it("goes along with each call all the same", async () => {
    const body = { model: "gpt-4o", messages: [{ role: "user", content: "Hello" }] };
    const { result, received } = await gateway.provider.during(() =>
      gateway.send("/v1/chat/completions", { key: gateway.keys["research"], body }),
    );
    expect(result.status).toBe(200);
    expect(JSON.stringify(received)).toContain(SECRET);
  });
});
