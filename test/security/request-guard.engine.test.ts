import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { AttackedGateway, PROVIDER_KEYS, type SentRequest } from "./attacked-gateway.ts";

let gateway: AttackedGateway;

beforeAll(async () => {
  gateway = await AttackedGateway.start((settings) => {
    const projects = settings["projects"] as Record<string, object>;
    const research = { ...projects["research"], parameters: ["guided_choice", "min_p"] };
    const neighbour = { models: ["gpt-4o"], budget: 5, parameters: ["min_p"] };
    return { ...settings, projects: { ...projects, research, neighbour } };
  });
});

afterAll(() => gateway.delete());

const HELLO = [{ role: "user", content: "Hello" }];
const chat = { model: "gpt-4o", messages: HELLO };

/** What an attempt was answered, and what of it reached the provider or anywhere else. */
async function attempt(path: string, body: SentRequest["body"], request: SentRequest = {}) {
  const { result, received } = await gateway.provider.during(() =>
    gateway.send(path, { key: gateway.keys["research"], body, ...request }),
  );
  return { ...result, received };
}

/** The attempt is answered with 400 that names what was wrong, and nothing leaves the gateway. */
async function expectRefused(name: string, path: string, body: SentRequest["body"], request: SentRequest = {}) {
  const { status, text, received } = await attempt(path, body, request);
  expect({ name, status, received }).toEqual({ name, status: 400, received: [] });
  expect(text).toContain(`\`${name}\``);
  expect(text).toContain('"refused_by_gateway"');
}

describe("parameters", () => {
  it.for([
    ["custom_llm_provider", { custom_llm_provider: "gigachat", gigachat_auth_url: "http://127.0.0.1:1/" }],
    ["custom_llm_provider", { custom_llm_provider: "custom_openai" }],
    ["custom_llm_provider", { custom_llm_provider: "hosted_vllm" }],
    ["deployment_id", { deployment_id: "another" }],
    ["extra_headers", { extra_headers: { Authorization: "bad" } }],
    ["num_retries", { num_retries: 30 }],
    ["api_key", { api_key: "sk-mine" }],
    ["headers", { headers: { Authorization: "bad" } }],
    ["api_base", { api_base: "http://127.0.0.1:1/" }],
    ["base_url", { base_url: "http://127.0.0.1:1/" }],
    ["extra_body", { extra_body: { model: "gpt-5" } }],
    ["fallbacks", { fallbacks: [{ model: "claude-sonnet" }] }],
    ["mock_response", { mock_response: "free" }],
    ["input_cost_per_token", { input_cost_per_token: 0 }],
    ["litellm_metadata", { litellm_metadata: { model_info: {} } }],
    ["user_config", { user_config: { model_list: [] } }],
    ["model_list", { model_list: [] }],
    ["timeout", { timeout: 1 }],
    ["cache", { cache: { "no-cache": true } }],
    ["mock_timeout", { mock_timeout: true }],
  ] as const)("refuses %s", async ([name, steering]) => {
    await expectRefused(name, "/v1/chat/completions", { ...chat, ...steering });
  });

  it.for([
    ["/chat/completions", chat],
    ["/v1/completions", { model: "gpt-4o", prompt: "Hello" }],
    ["/v1/messages", { ...chat, max_tokens: 5 }],
    ["/v1/messages/count_tokens", chat],
    ["/v1/responses", { model: "gpt-4o", input: "Hello" }],
    ["/v1/embeddings", { model: "embedder", input: "Hello" }],
  ] as const)("refuses them on %s as well", async ([path, body]) => {
    await expectRefused("custom_llm_provider", path, { ...body, custom_llm_provider: "gigachat" });
    await expectRefused("gigachat_auth_url", path, { ...body, gigachat_auth_url: "http://127.0.0.1:1/" });
  });

  it("refuses a name however it is written, and reads a body no other way than LiteLLM", async () => {
    const written = (member: string) => `{"model":"gpt-4o","messages":[{"role":"user","content":"x"}],${member}}`;
    await expectRefused("num_retries", "/v1/chat/completions", written('"num\\u005fretries": 30'));
    await expectRefused("num_retries", "/v1/chat/completions", written('"n": 1, "num_retries": 3, "num_retries": 4'));
    await expectRefused("num_retries", "/v1/chat/completions", written('"user": "\\ud83d", "num_retries": 3'));
    const form = new URLSearchParams({ model: "gpt-4o", num_retries: "3" }).toString();
    for (const type of ["application/x-www-form-urlencoded", "application/x-protobuf", "text/plain"]) {
      const request = { headers: { "content-type": type } };
      expect((await attempt("/v1/chat/completions", form, request)).received).toEqual([]);
      await expectRefused("num_retries", "/v1/chat/completions", written('"num_retries": 3'), request);
    }
    expect((await attempt("/v1/chat/completions", '["a list"]')).status).toBe(400);
    expect((await attempt("/v1/chat/completions", "[".repeat(100_000))).status).toBe(400);
  });

  it("refuses them in the query, where LiteLLM looks for parameters as well", async () => {
    await expectRefused("custom_llm_provider", "/v1/chat/completions?custom_llm_provider=gigachat", chat);
    await expectRefused("num_retries", "/v1/messages?beta=true&num_retries=3", { ...chat, max_tokens: 5 });
    await expectRefused("api-version", "/v1/chat/completions?api-version=1", chat);
    await expectRefused("litellm_model_id", "/v1/model/info?litellm_model_id=x", undefined);
  });

  it("refuses headers that tell LiteLLM what to do, and leaves others out", async () => {
    const steering = ["num-retries", "timeout", "tags", "api-base"].map((name) => `x-litellm-${name}`);
    for (const name of [...steering, "x-pass-authorization", "x-mcp-servers", "langfuse_trace_id"]) {
      await expectRefused(name, "/v1/chat/completions", chat, { headers: { [name]: "30" } });
    }
    const { status, received } = await attempt("/v1/chat/completions", chat, { headers: { "x-anything": "of-mine" } });
    expect(status).toBe(200);
    expect(JSON.stringify(received[0]?.headers)).not.toContain("of-mine");
  });

  it("refuses metadata that LiteLLM would take for its own", async () => {
    for (const metadata of [{ nested: { tags: ["a"] } }, { tags: ["a"] }, { list: [] }, "text", [], { number: 1 }]) {
      const { status, received } = await attempt("/v1/chat/completions", { ...chat, metadata });
      expect({ metadata, status, received }).toEqual({ metadata, status: 400, received: [] });
    }
    // LiteLLM fails to log a request with the last two, and charges nobody.
    for (const name of ["tags", "agent_id", "mcp_tool_call_metadata", "vector_store_request_metadata"]) {
      await expectRefused(name, "/v1/chat/completions", { ...chat, metadata: { [name]: "a" } });
    }
    expect((await attempt("/v1/chat/completions", { ...chat, metadata: { ticket: "4711" } })).status).toBe(200);
  });
});

describe("values of public parameters", () => {
  it("make no tool of a model that the key doesn't open, which LiteLLM would call at nobody's expense", async () => {
    const advisor = { type: "advisor_20260301", name: "advisor", model: "claude-sonnet" };
    await expectRefused("tools", "/v1/messages", { ...chat, max_tokens: 50, tools: [advisor] });
    await expectRefused("tools", "/v1/messages", {
      ...chat,
      max_tokens: 50,
      tools: [{ ...advisor, model: "openai/gpt-5" }],
    });
    const painter = { type: "image_generation", model: "gpt-image-1" };
    await expectRefused("tools", "/v1/responses", { model: "gpt-4o", input: "Hello", tools: [painter] });
  });

  it("get no answer that comes later and is charged to nobody", async () => {
    await expectRefused("background", "/v1/responses", { model: "gpt-4o", input: "Hello", background: true });
    const now = { model: "gpt-4o", input: "Hello", background: false };
    expect((await attempt("/v1/responses", now)).status).toBe(200);
  });

  it("name one model", async () => {
    for (const model of [undefined, "", ["gpt-4o", "claude-sonnet"], { name: "gpt-4o" }]) {
      await expectRefused("model", "/v1/chat/completions", { ...chat, model });
    }
  });
});

describe("what the settings allow to a project", () => {
  it("reaches the provider, from that project and no other", async () => {
    const body = { ...chat, guided_choice: ["yes", "no"], min_p: 0.1 };
    const mine = await attempt("/v1/chat/completions", body);
    expect(mine.status).toBe(200);
    expect(JSON.parse(mine.received[0]?.body ?? "{}")).toMatchObject({ guided_choice: ["yes", "no"], min_p: 0.1 });

    const theirs = await attempt("/v1/chat/completions", body, { key: gateway.keys["neighbour"] });
    expect({ status: theirs.status, received: theirs.received }).toEqual({ status: 400, received: [] });
    expect(theirs.text).toContain("`guided_choice`");
    const allowed = await attempt("/v1/chat/completions", { ...chat, min_p: 0.1 }, { key: gateway.keys["neighbour"] });
    expect(JSON.parse(allowed.received[0]?.body ?? "{}")).toMatchObject({ min_p: 0.1 });
  });

  it("is refused to a key that a person made, whose metadata say nothing of it", async () => {
    const { key } = await gateway.management.post<{ key: string }>("/key/generate", {
      models: ["gpt-4o"],
      metadata: { allowed_parameters: "min_p" },
    });
    const { status, received } = await attempt("/v1/chat/completions", { ...chat, min_p: 0.1 }, { key });
    expect({ status, received }).toEqual({ status: 400, received: [] });
  });
});

describe("routes", () => {
  it.for([
    ["POST", "/v1/messages/batches"],
    ["GET", "/v1/messages/batches"],
    ["GET", "/v1/responses/resp_1"],
    ["DELETE", "/v1/responses/resp_1"],
    ["POST", "/v1/responses/resp_1/cancel"],
    ["GET", "/v1/chat/completions"],
    ["GET", "/v1/chat/completions/chatcmpl-1"],
    ["POST", "/v1/models"],
    ["DELETE", "/v1/models/gpt-4o"],
    ["POST", "/v1/models/gpt-4o:generateContent"],
  ] as const)("refuses %s %s, which lies beside a route that is open", async ([method, path]) => {
    const { status, received } = await attempt(path, method === "POST" ? chat : undefined, { method });
    expect({ status, received }).toEqual({ status: 404, received: [] });
  });

  it("refuses websockets", async () => {
    const url = `${gateway.url.replace("http", "ws")}/v1/realtime?model=gpt-4o`;
    const { received } = await gateway.provider.during(
      () =>
        new Promise<void>((resolve) => {
          const socket = new WebSocket(url, ["realtime", `openai-insecure-api-key.${gateway.keys["research"] ?? ""}`]);
          socket.addEventListener("close", () => {
            resolve();
          });
        }),
    );
    expect(received).toEqual([]);
  });
});

it("no request lets the organization's keys out to anybody but their provider", () => {
  const strangers = gateway.provider.received.filter(({ path }) => !path.startsWith("/"));
  expect(strangers).toEqual([]);
  const keys = gateway.provider.received.map(({ headers }) => headers.authorization);
  expect(new Set(keys)).toEqual(new Set([`Bearer ${PROVIDER_KEYS.openai}`]));
});
