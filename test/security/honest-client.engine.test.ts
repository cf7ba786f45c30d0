import { afterAll, beforeAll, expect, it } from "vitest";

import { AttackedGateway, PROVIDER_KEYS } from "./attacked-gateway.ts";

let gateway: AttackedGateway;

beforeAll(async () => {
  gateway = await AttackedGateway.start();
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
