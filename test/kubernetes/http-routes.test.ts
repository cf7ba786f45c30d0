import { describe, expect, it } from "vitest";

import { rulesFor } from "../../components/kubernetes/http-routes.ts";
import { clientRoutes, ROUTE_GROUPS } from "../../config/schema/routes.ts";
import { GATEWAYS, through } from "../gateway-api/gateways.ts";
import { HOSTILE, SPELLINGS } from "../security/hostile-paths.ts";

const host = "llm.example.internal";
const backend = { name: "litellm", port: 4000 };
const routesOf = (groups: typeof ROUTE_GROUPS = []) => [
  { spec: { hostnames: [host], rules: rulesFor(clientRoutes(groups), backend) } },
];

describe("the rules of an HTTPRoute", () => {
  it("name each path once, and exactly", () => {
    expect(
      rulesFor(
        [
          { method: "GET", path: "/v1/models" },
          { method: "POST", path: "/v1/models" },
        ],
        backend,
      ),
    ).toEqual([{ matches: [{ path: { type: "Exact", value: "/v1/models" } }], backendRefs: [backend] }]);
  });

  it("name the folder of paths with a model's name in them, once", () => {
    const matches = rulesFor(clientRoutes(["google"]), backend).flatMap((rule) => rule.matches);
    expect(matches.filter(({ path }) => path.type !== "Exact")).toEqual([
      { path: { type: "PathPrefix", value: "/v1beta/models" } },
    ]);
  });

  it("are few and short enough for every version of the Gateway API, with all groups open", () => {
    const rules = rulesFor(clientRoutes(ROUTE_GROUPS), backend);
    expect(rules.length).toBeLessThanOrEqual(16);
    expect(Math.max(...rules.map(({ matches }) => matches.length))).toBeLessThanOrEqual(8);
  });

  it("are never none, which would pass everything", () => {
    expect(() => rulesFor([], backend)).toThrow("nothing says which routes of litellm are for clients");
  });
});

describe.each(Object.entries(GATEWAYS))("by way of %s,", (_, gateway) => {
  it.each(clientRoutes(ROUTE_GROUPS))("$method $path gets to LiteLLM", ({ method, path }) => {
    const request = { host, method, path: path.replace("{model}", "gemini/flash") };
    expect(through(gateway, routesOf(ROUTE_GROUPS), request)).toEqual({ backend, path: request.path });
  });

  it.each(clientRoutes())("$method $path of another host doesn't", ({ method, path }) => {
    expect(through(gateway, routesOf(), { host: "other.example.internal", method, path })).toBeUndefined();
  });

  it.each([...HOSTILE, ...SPELLINGS])("%s doesn't, or is taken for another path that may", (path) => {
    const passed = through(gateway, routesOf(), { host, method: "POST", path });
    const taken = passed ? gateway.matched(path) : undefined;
    expect([undefined, ...clientRoutes().map((route) => route.path)]).toContain(taken);
    expect(taken).not.toBe(path);
  });
});
