import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { clientRoutes, ROUTE_GROUPS } from "../../config/schema/routes.ts";
import { PodProcess, type Route } from "./pod-process.ts";
import { anonymousAnswers, requests } from "./walk.ts";

let proxy: PodProcess;
let routes: Route[];

beforeAll(async () => {
  proxy = await PodProcess.start("127.0.0.1");
  routes = await proxy.routes();
}, 600_000);

afterAll(() => proxy.stop());

it("answers without a key are known, each by its name", async () => {
  expect(routes.length).toBeGreaterThan(900);
  const answers = await anonymousAnswers(proxy, requests(routes));
  const lines = Object.fromEntries(answers.map(({ route, status, tells }) => [route, `${status}: ${tells}`]));
  await expect(`${JSON.stringify(lines, undefined, 2)}\n`).toMatchFileSnapshot("anonymous.json");
}, 600_000);

describe("what a client may ask for", () => {
  const asked = clientRoutes(ROUTE_GROUPS);
  const served = (path: string) =>
    routes.filter((route) => route.kind !== "documented" && generic(route.path) === generic(path));

  it("is there", () => {
    const missing = asked.filter(
      ({ method, path }) => !served(path).some((route) => route.kind === "APIRoute" && route.methods.includes(method)),
    );
    expect(missing).toEqual([]);
  });

  it("has nothing beside it on the same path, but websockets, which are closed to clients", () => {
    const others = asked.flatMap(({ path }) => {
      const methods = served(path).flatMap(({ kind, methods }) => (kind === "APIRoute" ? methods : [kind]));
      const known = asked.filter((route) => route.path === path).map((route): string => route.method);
      return methods.filter((method) => ![...known, "OPTIONS"].includes(method)).map((method) => `${method} ${path}`);
    });
    expect(others).toEqual(["APIWebSocketRoute /v1/responses", "APIWebSocketRoute /responses"]);
  });

  it("is all that LiteLLM has in a folder that a route passes", () => {
    const below = routes.filter(({ path }) => path.startsWith("/v1beta/models/")).map(({ path }) => generic(path));
    const open = asked.filter(({ path }) => path.includes("{")).map(({ path }) => generic(path));
    expect([...new Set(below)].sort()).toEqual([...new Set(open)].sort());
  });
});

describe("administrators, who come by a port-forward,", () => {
  it("have the UI, and no pages about the proxy's own API", async () => {
    const status = async (path: string) => (await fetch(proxy.url + path)).status;
    expect(await status("/ui/")).toBe(200);
    for (const path of ["/redoc", "/openapi.json", "/docs/oauth2-redirect", "/swagger/"]) {
      expect(await status(path)).toBe(404);
    }
  });

  it("have all that under their hostname too, whose Gateway calls another port", async () => {
    const { status, headers } = await fetch(`${proxy.adminUrl}/ui/`);
    expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    const key = await fetch(`${proxy.adminUrl}/key/generate`, {
      method: "POST",
      headers: { authorization: `Bearer ${proxy.masterKey}`, "content-type": "application/json" },
      body: JSON.stringify({ key_alias: "by-the-gateway-of-administrators" }),
    });
    expect(await key.json()).toMatchObject({ key_alias: "by-the-gateway-of-administrators" });
  });

  it("aren't locked out by others who sign in wrongly", async () => {
    const signIn = async (password: string) => {
      const body = JSON.stringify({ username: "admin", password });
      const headers = { "content-type": "application/json" };
      return (await fetch(`${proxy.url}/v2/login`, { method: "POST", headers, body })).status;
    };
    for (let attempt = 0; attempt < 12; attempt += 1) expect(await signIn("wrong")).toBe(401);
    expect(await signIn(proxy.masterKey)).toBe(200);
  });
});

/** A path without the names of its parameters. */
function generic(path: string): string {
  return path.replaceAll(/\{[^}]*\}/g, "{}");
}
