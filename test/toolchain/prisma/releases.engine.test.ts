import pRetry from "p-retry";
import { afterAll, beforeAll, expect, it } from "vitest";

import { TestPostgres } from "../../postgres/server.ts";
import { TestProxy } from "./litellm.ts";

const HELLO = { model: "gpt-4o", messages: [{ role: "user", content: "Hello" }] };

let postgres: TestPostgres;
let key: string;

beforeAll(async () => {
  postgres = await TestPostgres.create();
  await postgres.query("CREATE DATABASE litellm");
});

afterAll(() => postgres.delete());

/** What `work` returns of a release of LiteLLM that runs on the database meanwhile. */
async function on<Result>(software: "litellm" | "former-litellm", work: (proxy: TestProxy) => Promise<Result>) {
  const proxy = await TestProxy.start(postgres.url("litellm"), {
    software,
    environment: { PROXY_BATCH_WRITE_AT: "1" },
  });
  try {
    return await work(proxy);
  } finally {
    await proxy.delete();
  }
}

const spendOf = async (proxy: TestProxy) => {
  const { body } = await proxy.call("GET", `/key/info?key=${key}`);
  return (body["info"] as { spend: number }).spend;
};

/** Calls the model with the key, and returns what all of its calls cost by then. */
async function spend(proxy: TestProxy): Promise<number> {
  const before = await spendOf(proxy);
  expect(await proxy.call("POST", "/v1/chat/completions", HELLO, key)).toMatchObject({ status: 200 });
  return pRetry(
    async () => {
      const spent = await spendOf(proxy);
      if (spent <= before) throw new Error("nothing is charged yet");
      return spent;
    },
    { retries: 300, minTimeout: 200, factor: 1 },
  );
}

it("the database keeps keys and what they spent by an upgrade of LiteLLM, and by the way back", async () => {
  const first = await on("former-litellm", async (proxy) => {
    const { body } = await proxy.call("POST", "/key/generate", { key_alias: "support", max_budget: 5 });
    key = body["key"] as string;
    return spend(proxy);
  });
  const second = await on("litellm", async (proxy) => {
    expect(await spendOf(proxy)).toBe(first);
    expect(await proxy.call("GET", `/key/info?key=${key}`)).toMatchObject({
      body: { info: { key_alias: "support", max_budget: 5 } },
    });
    return spend(proxy);
  });
  await on("former-litellm", async (proxy) => {
    expect(await spendOf(proxy)).toBe(second);
    expect(await spend(proxy)).toBeGreaterThan(second);
  });
}, 600_000);
