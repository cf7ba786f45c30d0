import { afterAll, beforeAll, expect, it } from "vitest";

import type { AttackedGateway } from "../security/attacked-gateway.ts";
import { askingFor, FaultyProvider, HOLD } from "./faulty-provider.ts";
import { chat, type Group, outcome, PROVIDER_NAMES, type Provider, routedGateway } from "./routed-gateway.ts";

/** Failures after which a deployment rests: one more than `allowedFails`. */
const FAILURES = 3;

const OFTEN = FAILURES + 1;

let faulty: FaultyProvider;
let gateway: AttackedGateway;

const named = (use: string, deployments: Group["deployments"]): Group[] =>
  PROVIDER_NAMES.map((provider) => ({ name: `${provider}-${use}`, provider, deployments }));

beforeAll(async () => {
  faulty = await FaultyProvider.start();
  const groups = [
    ...named("asked", ["strict", "working"]),
    ...named("left", ["strict", "working"]),
    ...named("failing", ["strict", "working"]),
    ...named("refusing", ["strict", "working"]),
    ...named("only", ["strict"]),
    ...named("all", ["strict", "strict"]),
    ...named("slow", ["slow", "working"]),
  ];
  const routing = { strategy: "cost-based-routing", numRetries: 1, retryAfter: 0, cooldownTime: 600 };
  gateway = await routedGateway(faulty, groups, { routing, litellm: { requestTimeout: 5 } });
});

afterAll(() => Promise.all([gateway.delete(), faulty.stop()]));

/** Asks the model for the same error several times. */
async function provoke(model: string, status: number, message?: string): Promise<void> {
  for (let sent = 0; sent < OFTEN; sent += 1) await outcome(gateway, chat(model, askingFor(status, message)));
}

/** Waits until other deployments answer for the cheapest one. */
async function rests(model: string): Promise<void> {
  await expect.poll(() => nextOf(model), { timeout: 60_000 }).toBe("another");
}

/** Which deployment answers a model's next request. */
async function nextOf(model: string): Promise<string> {
  const before = faulty.received("strict", model);
  expect(await outcome(gateway, chat(model, "Hello"))).toBe("answered");
  return faulty.received("strict", model) > before ? "the cheapest" : "another";
}

const requestsFault: [status: number, message?: string][] = [
  [400],
  [402],
  [403],
  [404],
  [409],
  [413],
  [422],
  // What LiteLLM takes for other errors, for a word that may well be the request's.
  [400, "Invalid value: 'rate limit'. Supported values are: 'system', 'user' and 'assistant'."],
  [400, "Invalid value: 'Request timed out'."],
  [400, "Invalid value: 'A timeout occurred'."],
  [400, "Invalid value: 'The server had an error processing your request.'"],
  [400, "invalid_request_error content_policy_violation"],
];

it.for(PROVIDER_NAMES)(
  "the proxy lets a deployment of %s rest for its own failures, and for nothing that it refuses",
  async (provider) => {
    for (const [status, message] of requestsFault) await provoke(`${provider}-asked`, status, message);
    for (let sent = 0; sent < FAILURES; sent += 1) await outcome(gateway, chat(`${provider}-failing`, askingFor(500)));
    await rests(`${provider}-failing`);
    // What was counted later is counted by now.
    expect(await nextOf(`${provider}-asked`)).toBe("the cheapest");
  },
);

it.for(PROVIDER_NAMES)("the proxy lets nobody have a deployment of %s rest by going away", async (provider) => {
  const model = `${provider}-left`;
  for (let sent = 1; sent <= OFTEN; sent += 1) {
    const leaving = new AbortController();
    const { path, body } = chat(model, HOLD);
    const headers = { authorization: `Bearer ${gateway.keys["team"] ?? ""}`, "content-type": "application/json" };
    const request = fetch(gateway.url + path, {
      ...{ method: "POST", headers, body: JSON.stringify(body), signal: leaving.signal },
    });
    await expect.poll(() => faulty.received("strict", model), { timeout: 60_000 }).toBe(sent);
    leaving.abort();
    await expect(request).rejects.toThrow();
  }
  expect(await nextOf(model)).toBe("the cheapest");
});

it.for(PROVIDER_NAMES)("the proxy has a deployment of %s rest whose key is refused, at once", async (provider) => {
  expect(await outcome(gateway, chat(`${provider}-refusing`, askingFor(401)))).toBe("answered");
  await rests(`${provider}-refusing`);
});

it("the proxy has deployments rest that don't answer in time", { timeout: 300_000 }, async () => {
  const untilItRests = async (provider: Provider) => {
    const model = `${provider}-slow`;
    for (let tried = 0; ; tried += 1) {
      expect(await outcome(gateway, chat(model, "Hello"))).toBe("answered");
      if (faulty.received("slow", model) === tried) return tried;
    }
  };
  const tried = await Promise.all(PROVIDER_NAMES.map(untilItRests));
  // LiteLLM tells of a failure only when it has answered: one more may have been on its way.
  for (const times of tried) expect([FAILURES, FAILURES + 1]).toContain(times);
});

it("the proxy cuts nobody off from the only deployment of a name", { timeout: 300_000 }, async () => {
  const models = PROVIDER_NAMES.map((provider) => `${provider}-only`);
  await Promise.all(
    models.map(async (model) => {
      for (const status of [401, 404, 429, 500]) await provoke(model, status);
      expect(await nextOf(model)).toBe("the cheapest");
    }),
  );
});

it.for(PROVIDER_NAMES)("the proxy cuts nobody off when all deployments of %s rest", async (provider) => {
  const model = `${provider}-all`;
  for (const status of [401, 500, 429]) await provoke(model, status);
  expect(await nextOf(model)).toBe("the cheapest");
});
