import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { call } from "./calls.ts";
import { PROVIDERS } from "./provider-settings.ts";
import { providersGateway, type ProvidersGateway } from "./providers-gateway.ts";
import { hostOf, routedServers } from "./stand-ins/routed-servers.ts";

const WORKING = ["first", "second", "backup", "eu", "us"];

let gateway: ProvidersGateway;

/** A deployment of a server: with `broken`, `short` and `picky`, calls of it fail. */
const served = (name: string, server: string, more: object = {}) => ({
  ...{ name, model: "openai/qwen3", provider: "servers", apiBase: `http://${hostOf(server)}/v1` },
  ...{ price: { input: 1, output: 1 }, ...more },
});

const MODELS = [
  served("backup", "backup"),
  served("failing", "broken"),
  served("unnamed", "broken"),
  served("long", "short"),
  served("careful", "picky"),
  served("ordered", "first", { order: 1 }),
  served("ordered", "second", { order: 2 }),
  served("ordered-failing", "broken", { order: 1 }),
  served("ordered-failing", "second", { order: 2 }),
  served("stubborn", "broken", { maxRetries: 3 }),
  served("resigned", "broken", { maxRetries: 0 }),
  served("tagged", "eu", { tags: ["eu"] }),
  served("tagged", "us", { tags: ["default"] }),
  { name: "openai/*", model: "openai/*", provider: "openai" },
];

const ROUTING = {
  ...{ numRetries: 1, retryAfter: 0, tagFiltering: true },
  fallbacks: { failing: ["backup"] },
  contextWindowFallbacks: { long: ["backup"] },
  contentPolicyFallbacks: { careful: ["backup"] },
  defaultFallbacks: ["second-choice"],
  aliases: { "gpt-4": "backup" },
};

beforeAll(async () => {
  const models = [...MODELS, served("second-choice", "second")];
  const names = [...new Set(models.map(({ name }) => name))];
  gateway = await providersGateway(
    models,
    {
      ...{ routing: ROUTING, providers: { openai: PROVIDERS.openai, servers: { kind: "server" } } },
      projects: {
        team: { models: names.filter((name) => !name.includes("*")), budget: 1000 },
        all: { models: ["openai/*"], budget: 1000 },
        one: { models: ["openai/gpt-4o"], budget: 1000 },
        european: { models: ["tagged"], budget: 1000, tags: ["eu"] },
      },
    },
    routedServers(WORKING),
  );
}, 600_000);

afterAll(() => gateway.delete());

/** What a chat with a model is answered, and which hosts were asked in which order. */
async function ask(model: string, key = gateway.gateway.keys["team"]) {
  const { path, body } = call("chat", model);
  const { result, received, strangers } = await gateway.internet.during(() =>
    gateway.gateway.send(path, { key, body }),
  );
  return { status: result.status, text: result.text, strangers, hosts: received.map(({ host }) => host) };
}

/** The last host that was asked: the one that answered. */
const answeredBy = ({ status, hosts }: Awaited<ReturnType<typeof ask>>) => (status === 200 ? hosts.at(-1) : status);

describe("in place of a model that failed", () => {
  it("tries those of `fallbacks`", async () => {
    const answer = await ask("failing");

    expect(answeredBy(answer)).toBe(hostOf("backup"));
    expect(answer.hosts[0]).toBe(hostOf("broken"));
  });

  it("tries those of `contextWindowFallbacks` for a request that is too long", async () => {
    expect((await ask("long")).hosts).toEqual([hostOf("short"), hostOf("backup")]);
  });

  it("tries those of `contentPolicyFallbacks` for what the provider won't answer", async () => {
    expect((await ask("careful")).hosts).toEqual([hostOf("picky"), hostOf("backup")]);
  });

  it("tries those of `defaultFallbacks` where a model has no others", async () => {
    expect(answeredBy(await ask("unnamed"))).toBe(hostOf("second"));
  });
});

it.for([
  ["stubborn", 4],
  ["resigned", 1],
  ["unnamed", 2],
] as const)("asks %s %i times, as often as its `maxRetries` says, or `numRetries`", async ([model, times]) => {
  const { hosts } = await ask(model);

  expect(hosts.filter((host) => host === hostOf("broken"))).toHaveLength(times);
});

it("answers to an alias", async () => {
  expect((await ask("gpt-4")).hosts).toEqual([hostOf("backup")]);
});

it("asks deployments in their `order`, the next one when the first fails", async () => {
  for (let sent = 0; sent < 5; sent += 1) expect((await ask("ordered")).hosts).toEqual([hostOf("first")]);
  expect(answeredBy(await ask("ordered-failing"))).toBe(hostOf("second"));
});

it("asks the deployment with the project's tag, and the default one for projects without", async () => {
  for (let sent = 0; sent < 5; sent += 1) {
    expect((await ask("tagged", gateway.gateway.keys["european"])).hosts).toEqual([hostOf("eu")]);
    expect((await ask("tagged")).hosts).toEqual([hostOf("us")]);
  }
});

describe("a name with a star", () => {
  const named = (model: string, project: string) => ask(model, gateway.gateway.keys[project]);

  it("is any model of the provider, for a key that has the name", async () => {
    expect((await named("openai/gpt-4o", "all")).hosts).toEqual(["api.openai.com"]);
    expect((await named("openai/gpt-4.1-mini", "all")).hosts).toEqual(["api.openai.com"]);
  });

  it("is one model, for a key that has that one", async () => {
    expect((await named("openai/gpt-4o", "one")).hosts).toEqual(["api.openai.com"]);
    expect(await named("openai/gpt-4.1-mini", "one")).toMatchObject({ status: 403, hosts: [] });
  });

  it.for(["openai/gpt-4o-of-tomorrow", "openai/../gpt-4o", "openai/gpt-4o/x", "openai/openai/x"])(
    "is not %s, which has no price",
    async (model) => {
      const { status, hosts, strangers } = await named(model, "all");
      expect({ status: status >= 400 && status < 500, hosts, strangers }).toEqual({
        ...{ status: true, hosts: [], strangers: [] },
      });
    },
  );

  it.for(["anthropic/claude-sonnet-4-5", "azure/swe-gpt4o", "vertex_ai/gemini-2.5-flash", "gpt-4o", "*", "openai/*"])(
    "is not %s",
    async (model) => {
      expect((await named(model, "all")).hosts.filter((host) => host !== "api.openai.com")).toEqual([]);
      expect((await named(model, "one")).hosts).toEqual([]);
    },
  );
});
