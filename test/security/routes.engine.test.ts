import pLimit from "p-limit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { keyRoutes } from "../../config/schema/routes.ts";
import { AttackedGateway } from "./attacked-gateway.ts";
import { pathOf, type ProxyRoute, proxyRoutes } from "./proxy-routes.ts";
import { disguises, KEY_PLACES, WAYS_PAST } from "./past-models.ts";
import { type RawAnswer, type RawRequest, send as sendRaw, UPGRADE } from "./raw-request.ts";

/** What a route does for somebody with the key of a project that opens nothing but what every key does. */
type Verdict = "inference" | "anonymous" | "refused" | "open";

/** Milliseconds that one walk may take on a machine that is busy with other things; else it is seconds. */
const WALK = 600_000;

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** Routes that let a key in and lead nowhere: they are for services that are no part of this gateway. */
const DEAD_ENDS = ["GET /v1/mcp/server/oauth/{server_id}/authorize", "POST /v1/mcp/server/oauth/{server_id}/token"];

/** Something of what each API wants, for a model that the key may use: so nothing but its route can be refused. */
const BODY = JSON.stringify({
  ...{ model: "gemini-flash", messages: [{ role: "user", content: "Hello" }], max_tokens: 5 },
  ...{ input: "Hello", prompt: "Hello", query: "Hello", documents: ["a"], voice: "alloy" },
  ...{ contents: [{ role: "user", parts: [{ text: "Hello" }] }] },
});

const CHAT = { model: "gemini-flash", messages: [{ role: "user", content: "Hello" }] };

let gateway: AttackedGateway;
let routes: ProxyRoute[];
/** Keys by who holds them: a project, somebody for whom a person made one, and one from before keys had routes. */
const keys: Record<string, string> = {};

beforeAll(async () => {
  [gateway, routes] = await Promise.all([AttackedGateway.start(), proxyRoutes()]);
  const made = (body: object) => gateway.management.post<{ key: string }>("/key/generate", body);
  keys["a project"] = gateway.keys["support"] ?? "";
  keys["somebody by hand"] = (await made({ models: ["gemini-flash"], max_budget: 8 })).key;
  keys["an earlier release"] = (await made({ models: ["gemini-flash"], max_budget: 8, allowed_routes: [] })).key;
});

afterAll(() => gateway.delete());

/** What reached a provider, or anybody else, but for LiteLLM's own look at what models a provider has. */
const reached = () =>
  gateway.provider.received
    .map(({ method, path }) => `${method} ${path}`)
    .filter((request) => request !== "GET /v1/models" && request !== "CONNECT api.github.com:443");

function rawRequest(request: Omit<RawRequest, "host" | "port">) {
  const { hostname, port } = new URL(gateway.url);
  return sendRaw({ host: hostname, port: Number(port), ...request });
}

function send(method: string, path: string, key?: string, headers: Record<string, string> = {}) {
  const hasBody = !["GET", "HEAD", "OPTIONS", "DELETE"].includes(method);
  return rawRequest({
    ...{ method, path, ...(hasBody && { body: BODY }) },
    headers: { ...(key !== undefined && { authorization: `Bearer ${key}` }), ...headers },
  });
}

/** By LiteLLM, or by the request guard, which of a HEAD can't say so. */
function isRefused({ status, text }: RawAnswer): boolean {
  return [401, 403].includes(status) || (status === 404 && (text === "" || text.includes("refused_by_gateway")));
}

const isOffered = (method: string, { path }: ProxyRoute) =>
  keyRoutes().some((offered) => offered.method === method && offered.path === path);

async function verdict(method: string, route: ProxyRoute, key: string | undefined): Promise<Verdict> {
  if (isOffered(method, route)) return "inference";
  if (isRefused(await send(method, pathOf(route), key))) return "refused";
  return isRefused(await send(method, pathOf(route))) ? "open" : "anonymous";
}

/** What `work` returns for each item, eight at a time. */
function each<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const limit = pLimit(8);
  return Promise.all(items.map((item) => limit(() => work(item))));
}

/** Each route with each of its methods. */
const calls = () =>
  routes
    .filter(({ kind }) => kind !== "WebSocket")
    .flatMap((route) =>
      (route.methods.length > 0 ? route.methods : ["GET", "POST"]).map((method) => ({ method, route })),
    );

describe("every route of the proxy", () => {
  it(
    "is refused to a project's key, unless every key opens it or it answers everybody",
    async () => {
      const verdicts = await each(calls(), async ({ method, route }) => {
        return [`${method} ${route.path}`, await verdict(method, route, keys["a project"])] as const;
      });
      expect(reached()).toEqual([]);
      const open = verdicts.filter(([, verdict]) => verdict === "open").map(([name]) => name);
      expect(open.sort()).toEqual(DEAD_ENDS);
      const inventory = Object.fromEntries(verdicts.sort(([one], [other]) => (one < other ? -1 : 1)));
      // Made by this test: `npx vitest run --project engine test/security/routes --update` after reading what changes.
      await expect(`${JSON.stringify(inventory, undefined, 2)}\n`).toMatchFileSnapshot("routes.json");
    },
    WALK,
  );

  it(
    "does no more for that key with another method",
    async () => {
      const name = (method: string, route: ProxyRoute) => `${method} ${pathOf(route)}`;
      const others = new Map(
        routes
          .filter(({ kind }) => kind === "Route")
          .flatMap((route) => METHODS.map((method) => [name(method, route), { method, route }] as const)),
      );
      for (const { method, route } of calls()) others.delete(name(method, route));
      const answers = await each([...others], async ([call, { method, route }]) => {
        const { status } = await send(method, pathOf(route), keys["a project"]);
        return { call, status };
      });
      expect(answers.filter(({ status }) => ![401, 403, 404, 405].includes(status))).toEqual([]);
      expect(reached()).toEqual([]);
    },
    WALK,
  );

  it(
    "reaches no provider with a key of an earlier release either",
    async () => {
      await each(calls(), async ({ method, route }) => {
        if (!isOffered(method, route)) await send(method, pathOf(route), keys["an earlier release"]);
      });
      expect(reached()).toEqual([]);
    },
    WALK,
  );

  it("is no websocket", async () => {
    const sockets = routes.filter(({ kind }) => kind === "WebSocket");
    expect(sockets.length).toBeGreaterThan(0);
    for (const route of sockets) {
      for (const key of Object.values(keys)) {
        const { status } = await send("GET", `${pathOf(route)}?model=gemini-flash`, key, UPGRADE);
        expect({ route, status }).toEqual({ route, status: 403 });
      }
    }
    expect(reached()).toEqual([]);
  });
});

describe.each(["a project", "somebody by hand", "an earlier release"])("a key of %s", (holder) => {
  it.each(WAYS_PAST)("does nothing at %s %s, wherever it is in the request", async (method, path) => {
    for (const [place, request] of Object.entries(KEY_PLACES)) {
      const { headers, query } = request(keys[holder] ?? "");
      const asked = query === undefined ? path : `${path}${path.includes("?") ? "&" : "?"}${query}`;
      const answer = await send(method, asked, undefined, headers);
      expect({ place, answer, refused: isRefused(answer) }).toMatchObject({ refused: true });
    }
    expect(reached()).toEqual([]);
  });

  it("does nothing there by a path that is written otherwise", async () => {
    for (const path of ["/anthropic/v1/messages", "/openai/v1/files", "/v1/files", "/v1/messages/batches"]) {
      for (const disguise of disguises(path)) {
        for (const method of ["GET", "POST", "DELETE"]) {
          const { status } = await send(method, disguise, keys[holder]);
          expect({ method, disguise, isAnswered: status < 300 }).toEqual({ method, disguise, isAnswered: false });
        }
      }
    }
    expect(reached()).toEqual([]);
  });

  it("does nothing there by a header that names another path, host or method", async () => {
    const headers: Record<string, string>[] = [
      { "x-original-url": "/v1/files" },
      { "x-rewrite-url": "/v1/files" },
      { "x-forwarded-prefix": "/v1/models" },
      { host: "localhost/v1/models?x=" },
      { "x-http-method-override": "DELETE" },
      { "x-http-method": "DELETE" },
    ];
    for (const header of headers) {
      await send("GET", "/v1/models", keys[holder], header);
      await send("GET", "/v1/files", keys[holder], header);
      await send("POST", "/anthropic/v1/messages", keys[holder], header);
    }
    expect(reached()).toEqual([]);
  });
});

it("the request guard guards a route whose path is written otherwise", async () => {
  for (const path of ["/v1/chat%2Fcompletions", "/v1/%63hat/completions"]) {
    const body = JSON.stringify({ ...CHAT, num_retries: 3 });
    const request = { method: "POST", path, headers: { authorization: `Bearer ${keys["a project"] ?? ""}` } };
    expect(await rawRequest({ ...request, body })).toMatchObject({ status: 400 });
    const other = JSON.stringify({ ...CHAT, model: "gpt-4o" });
    expect(await rawRequest({ ...request, body: other })).toMatchObject({ status: 403 });
  }
  expect(reached()).toEqual([]);
});
