import { afterAll, beforeAll, expect, it } from "vitest";

import { keyPaths } from "../../config/schema/routes.ts";
import { AttackedGateway } from "./attacked-gateway.ts";

// Keys that people make with the master key, or in LiteLLM's UI.

let gateway: AttackedGateway;

beforeAll(async () => {
  gateway = await AttackedGateway.start();
});

afterAll(() => gateway.delete());

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
