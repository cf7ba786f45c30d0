import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, expect, it } from "vitest";

import { setCallLimits } from "../../../providers/litellm/retry-budget.ts";
import { LiteLlmClient } from "../../../providers/litellm/client.ts";

let server: Server | undefined;

afterEach(() => {
  setCallLimits();
  server?.closeAllConnections();
  server?.close();
});

async function clientOf(answer: RequestListener): Promise<LiteLlmClient> {
  const listening = createServer(answer);
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  return new LiteLlmClient({ url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}` }, "sk-master");
}

it("the client of LiteLLM makes no more calls at once than LiteLLM can do", async () => {
  let [inFlight, most] = [0, 0];
  const full = Promise.withResolvers<undefined>();
  const client = await clientOf((_request, response) => {
    most = Math.max(most, (inFlight += 1));
    if (inFlight === 16) full.resolve(undefined);
    // However slow the machine is, nobody is answered before all are there, and one too many would have come.
    void full.promise
      .then(() => sleep(100))
      .then(() => {
        inFlight -= 1;
        response.end("{}");
      });
  });
  await Promise.all(Array.from({ length: 60 }, () => client.get("/key/info")));
  expect(most).toBe(16);
});

it("the client of LiteLLM gives up a call that alone fails, however often others succeed", async () => {
  setCallLimits(JSON.stringify({ management: { patience: 1 } }));
  const client = await clientOf((request, response) => {
    response.writeHead(request.url === "/broken" ? 500 : 200).end("{}");
  });
  const broken = client.get("/broken").then(() => "an answer", String);
  const other = async () => {
    await client.get("/key/info");
    await sleep(20);
  };
  let end: unknown;
  while (end === undefined) end = await Promise.race([broken, other()]);
  expect(end).toContain("LiteLLM answered 500 to GET /broken");
});

it("the client of LiteLLM waits for a gateway that is gone once, not once for each call", async () => {
  setCallLimits(JSON.stringify({ management: { patience: 1 } }));
  const client = await clientOf((_request, response) => response.destroy());
  await expect(client.get("/first")).rejects.toThrow("LiteLLM can't be reached");
  const started = Date.now();
  await expect(client.get("/second")).rejects.toThrow("LiteLLM can't be reached");
  expect(Date.now() - started).toBeLessThan(400);
});

it("the client of LiteLLM does not try what waited for its turn until patience with a silent gateway was over", async () => {
  setCallLimits(JSON.stringify({ management: { patience: 1, timeout: 0.5 } }));
  let calls = 0;
  const client = await clientOf(() => {
    calls += 1;
  });
  const started = Date.now();
  const ends = await Promise.allSettled(Array.from({ length: 200 }, () => client.get("/key/info")));
  for (const { status } of ends) expect(status).toBe("rejected");
  expect(calls).toBeLessThan(100);
  expect(Date.now() - started).toBeLessThan(4000);
  // Who comes later tries all the same.
  await expect(client.get("/key/info")).rejects.toThrow("LiteLLM can't be reached");
  expect(calls).toBeLessThan(101);
});

it("the client of LiteLLM does not try again what won't change", async () => {
  let calls = 0;
  const client = await clientOf((_request, response) => {
    calls += 1;
    response.writeHead(403).end('{"detail":"not allowed"}');
  });
  await expect(client.get("/key/info")).rejects.toThrow("LiteLLM answered 403 to GET /key/info: not allowed");
  expect(calls).toBe(1);
});

it("the client of LiteLLM gives up what LiteLLM fails at with the same words three times, though it is well", async () => {
  let calls = 0;
  const client = await clientOf((request, response) => {
    if (request.url === "/health/readiness") {
      response.end("{}");
      return;
    }
    calls += 1;
    response.writeHead(500).end(JSON.stringify({ error: { message: "value out of range" } }));
  });
  await expect(client.post("/key/generate", {})).rejects.toThrow(
    "answered 500 to POST /key/generate: value out of range",
  );
  expect(calls).toBe(3);
}, 20_000);
