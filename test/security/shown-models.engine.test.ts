import { afterAll, beforeAll, expect, it } from "vitest";

import { AttackedGateway } from "./attacked-gateway.ts";

// What a virtual key sees of how its models are called.

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
