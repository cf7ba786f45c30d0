import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { TOKENS } from "../security/answers/provider-answer.ts";
import { type Api, call } from "./calls.ts";
import { MODELS } from "./models.ts";
import { providersGateway, type ProvidersGateway } from "./providers-gateway.ts";

/** A model of each kind of provider that answers chats. */
const CHATS = ["gpt", "claude", "azure-gpt", "entra-gpt", "aws-claude", "role-nova", "key-nova", "gemini", "gcp-claude"]
  .concat(["pod-gemini", "vllm", "ollama"])
  .map((name) => MODELS.find(({ settings }) => settings.name === name)?.settings)
  .filter((settings) => settings !== undefined);

/** Models that no price list has, with what they cost said in several ways. */
const qwen = { model: "openai/qwen3", provider: "vllm" };
const painter = { model: "vertex_ai/imagen-of-tomorrow", provider: "gcp" };
const PRICED = [
  { ...qwen, name: "unpriced" },
  { ...qwen, name: "priced", price: { input: 1000, output: 2000 } },
  { ...qwen, name: "priced-cached", price: { input: 1000, output: 2000, cachedInput: 100 } },
  { ...qwen, name: "priced-by-second", info: { input_cost_per_second: 0.5 } },
  { ...qwen, name: "like-gpt-4o", info: { base_model: "gpt-4o" } },
  { ...painter, name: "painter", info: { mode: "image_generation", output_cost_per_image: 0.04 } },
  { ...painter, name: "painter-unpriced", info: { mode: "image_generation" } },
];

let gateway: ProvidersGateway;

beforeAll(async () => {
  gateway = await providersGateway([...CHATS, ...PRICED]);
}, 600_000);

afterAll(() => gateway.delete());

/** A key of its own for one model. */
async function keyFor(model: string, budget: number): Promise<string> {
  const made = {
    models: [model],
    max_budget: budget,
    allowed_routes: ["/v1/chat/completions", "/v1/images/generations"],
  };
  return (await gateway.gateway.management.post<{ key: string }>("/key/generate", made)).key;
}

async function ask(api: Api, model: string, key: string) {
  const { path, body } = call(api, model);
  return gateway.gateway.send(path, { key, body });
}

describe.for(CHATS)("a key for $name", ({ name }) => {
  it("is stopped by its budget", { timeout: 300_000 }, async () => {
    const key = await keyFor(name, 1e-7);
    expect((await ask("chat", name, key)).status).toBe(200);

    // LiteLLM counts some seconds later.
    await expect.poll(async () => (await ask("chat", name, key)).status, { timeout: 120_000, interval: 500 }).toBe(429);
  });
});

describe("what a call costs", () => {
  const { prompt, completion, cached } = TOKENS;

  async function costOf(api: Api, model: string): Promise<number> {
    const key = await keyFor(model, 1000);
    expect((await ask(api, model, key)).status).toBe(200);
    await expect.poll(() => gateway.gateway.charges(key), { timeout: 120_000, interval: 500 }).toHaveLength(1);
    return (await gateway.gateway.charges(key))[0]?.spend ?? NaN;
  }

  it.for([
    ["is nothing without a price", "chat", "unpriced", 0],
    ["follows from the price of tokens", "chat", "priced", (prompt * 1000 + completion * 2000) / 1e6],
    [
      "is less for what was cached",
      "chat",
      "priced-cached",
      ((prompt - cached) * 1000 + cached * 100 + completion * 2000) / 1e6,
    ],
    [
      "is that of its base model",
      "chat",
      "like-gpt-4o",
      ((prompt - cached) * 2.5 + cached * 1.25 + completion * 10) / 1e6,
    ],
    ["is that of an image", "images", "painter", 0.04],
    ["is nothing for an image without a price", "images", "painter-unpriced", 0],
  ] as const)("%s", { timeout: 300_000 }, async ([, api, model, expected]) => {
    expect(await costOf(api, model)).toBeCloseTo(expected, 9);
  });

  it("grows with the seconds that an answer takes", { timeout: 300_000 }, async () => {
    expect(await costOf("chat", "priced-by-second")).toBeGreaterThan(0);
  });
});
