import { describe, expect, it } from "vitest";

import {
  clientRoutes,
  keyPaths,
  keyRoutes,
  ROUTE_GROUP_DESCRIPTIONS,
  ROUTE_GROUPS,
} from "../../config/schema/routes.ts";

const texts = (routes: { method: string; path: string }[]) => routes.map(({ method, path }) => `${method} ${path}`);

describe("the routes of clients", () => {
  it("are calls of models, and a look at models, the key and the proxy's health", () => {
    expect(texts(clientRoutes())).toEqual([
      "POST /v1/chat/completions",
      "POST /chat/completions",
      "POST /v1/completions",
      "POST /completions",
      "POST /v1/messages",
      "POST /v1/messages/count_tokens",
      "POST /v1/responses",
      "POST /responses",
      "POST /v1/embeddings",
      "POST /embeddings",
      "GET /v1/models",
      "GET /models",
      "GET /v1/model/info",
      "GET /model/info",
      "GET /health",
      "GET /key/info",
      "GET /health/readiness",
      "GET /health/liveliness",
    ]);
  });

  it("are those of keys, and of nobody's key", () => {
    const own = texts(clientRoutes()).filter((route) => !texts(keyRoutes()).includes(route));
    expect(own).toEqual(["GET /health/readiness", "GET /health/liveliness"]);
  });

  it("grow by the groups that a key opens, each once", () => {
    expect(texts(keyRoutes(["rerank", "rerank"])).slice(texts(keyRoutes()).length)).toEqual([
      "POST /v1/rerank",
      "POST /rerank",
      "POST /v2/rerank",
    ]);
    for (const group of ROUTE_GROUPS) expect(keyRoutes([group]).length).toBeGreaterThan(keyRoutes().length);
    expect(new Set(texts(clientRoutes(ROUTE_GROUPS))).size).toBe(clientRoutes(ROUTE_GROUPS).length);
  });
});

describe("the paths of a key", () => {
  it("are those of its routes, each once, up to where the name of a model is", () => {
    expect(keyPaths().filter((path) => path.includes("models"))).toEqual(["/v1/models", "/models"]);
    expect(keyPaths(["google"]).filter((path) => !keyPaths().includes(path))).toEqual(["/v1beta/models"]);
  });

  it("are no names that LiteLLM takes for a group of routes, and no wildcards", () => {
    for (const path of keyPaths(ROUTE_GROUPS)) expect(path).toMatch(/^(\/[a-z0-9_]+)+$/);
  });
});

it("the description of apis says of each group what it opens, and whether budgets hold", () => {
  for (const group of ROUTE_GROUPS) expect(ROUTE_GROUP_DESCRIPTIONS).toContain(`\`${group}\`: `);
});
