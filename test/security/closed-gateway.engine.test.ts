import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { clientRoutes } from "../../config/schema/routes.ts";
import { HOSTILE, SPELLINGS } from "./hostile-paths.ts";
import { PodProcess, type Route } from "./pod-process.ts";
import { send } from "./raw-request.ts";
import { anonymousAnswers, requests, websockets } from "./walk.ts";

// A pod as clients reach it, whether by a Gateway, a load balancer, or from another namespace.

let proxy: PodProcess;
let routes: Route[];

beforeAll(async () => {
  proxy = await PodProcess.start("127.0.0.2");
  routes = await proxy.routes();
}, 600_000);

afterAll(() => proxy.stop());

/** With the master key, since not even that opens more. */
function ask(method: string, path: string, body?: object) {
  const { host, port } = proxy;
  const headers = { authorization: `Bearer ${proxy.masterKey}` };
  return send({ host, port, method, path, headers, ...(body && { body }) });
}

const NOT_OPEN = /is not open to clients of this gateway/;

it("the closed gateway tells those without a key whether it works, and nothing else, whatever they ask for", async () => {
  const answers = await anonymousAnswers(proxy, requests(routes));
  expect(answers).toEqual([
    { route: "GET /health/liveliness", status: 200, tells: '"I\'m alive!"' },
    { route: "GET /health/readiness", status: 200, tells: "db, status" },
    { route: "OPTIONS /health/liveliness", status: 200, tells: "nothing" },
    { route: "OPTIONS /health/readiness", status: 200, tells: "nothing" },
  ]);
}, 600_000);

it.each(HOSTILE)("the closed gateway refuses %s, even with the master key", async (path) => {
  for (const method of ["GET", "POST"]) {
    const { status, text } = await ask(method, path, method === "POST" ? {} : undefined);
    // Of what isn't HTTP, the server itself takes nothing.
    expect([404, 400]).toContain(status);
    expect(text).toMatch(status === 404 ? NOT_OPEN : /^Invalid HTTP request received/);
  }
});

it("the closed gateway opens no websocket, even with the master key", async () => {
  const paths = websockets(routes);
  expect(paths).toEqual(expect.arrayContaining(["/v1/responses", "/v1/realtime", "/openai/x"]));
  const handshake = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": Buffer.from("of-a-test-which-").toString("base64"),
    authorization: `Bearer ${proxy.masterKey}`,
  };
  const { host, port } = proxy;
  for (const path of paths) {
    expect(await send({ host, port, method: "GET", path, headers: handshake })).toMatchObject({ status: 403 });
  }
});

describe("with a key", () => {
  const message = [{ role: "user", content: "Hello" }];

  it.each([
    ["/v1/chat/completions", { messages: message }],
    ["/chat/completions", { messages: message }],
    ["/v1/messages", { messages: message, max_tokens: 10 }],
    ["/v1/responses", { input: "Hello" }],
    ["/v1/messages?beta=true", { messages: message, max_tokens: 10 }],
  ])("answers a call of a model at %s", async (path, body) => {
    expect(await ask("POST", path, { model: "gpt-4o", ...body })).toMatchObject({ status: 200 });
  });

  it("streams an answer as it comes", async () => {
    const body = { model: "gpt-4o", messages: message, stream: true };
    const { headers, text } = await ask("POST", "/v1/chat/completions", body);
    expect(headers["content-type"]).toContain("text/event-stream");
    expect(text.trimEnd()).toMatch(/^data: [^]*data: \[DONE\]$/);
  });

  it("has something to say on every route of clients, or of what is wrong with the request", async () => {
    for (const { method, path } of clientRoutes()) {
      const { status, text } = await ask(method, path, method === "POST" ? { model: "no-model" } : undefined);
      expect(text).not.toMatch(NOT_OPEN);
      expect([405, 500]).not.toContain(status);
    }
  });

  it.each(SPELLINGS)("takes %s for the path that it stands for", async (path) => {
    expect(JSON.parse((await ask("GET", path)).text)).toEqual(JSON.parse((await ask("GET", "/v1/models")).text));
  });
});
