import pLimit from "p-limit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { AttackedGateway } from "../security/attacked-gateway.ts";
import { type Fault, FAULTS, FaultyProvider } from "./faulty-provider.ts";
import { outcome, type Provider, PROVIDER_NAMES, REQUESTS, routedGateway, STRATEGIES } from "./routed-gateway.ts";

/** Models that are asked at once. */
const AT_ONCE = 6;

/** Requests of a model whose first deployment never answers, each of which takes as long as LiteLLM's patience. */
const OF_SLOW_ONES = 2;

let faulty: FaultyProvider;

beforeAll(async () => {
  faulty = await FaultyProvider.start();
});

afterAll(() => faulty.stop());

/** For each provider and fault a model, whose cheapest deployment is broken and whose other one works. */
const groups = PROVIDER_NAMES.flatMap((provider) =>
  FAULTS.map((fault) => ({ name: `${provider}-${fault}`, provider, fault, deployments: [fault, "working" as const] })),
);

function requestsFor(provider: Provider, fault: Fault) {
  // Streams of Google's models that LiteLLM translates to another API begin before Google is asked: what fails then, LiteLLM
  // doesn't try again, but for some errors of /v1/messages.
  const begun = ({ path, body }: { path: string; body: { stream: boolean } }) =>
    provider === "google" && body.stream && path !== "/v1/chat/completions";
  const requests = REQUESTS.filter((make) => !begun(make("", "")));
  return fault === "slow" ? requests.slice(0, OF_SLOW_ONES) : requests;
}

describe.each(STRATEGIES)("%s", (strategy) => {
  let gateway: AttackedGateway;

  beforeAll(async () => {
    gateway = await routedGateway(faulty, groups, { routing: { strategy }, litellm: { requestTimeout: 8 } });
  });

  afterAll(() => gateway.delete());

  it("loses no request to one broken deployment", { timeout: 600_000 }, async () => {
    const limit = pLimit(AT_ONCE);
    const outcomes = await Promise.all(
      groups.map(({ name, provider, fault }) =>
        limit(async () => {
          const found: string[] = [];
          for (const request of requestsFor(provider, fault).map((make) => make(name, "Hello"))) {
            found.push(await outcome(gateway, request));
          }
          return [name, [...new Set(found)]];
        }),
      ),
    );
    expect(Object.fromEntries(outcomes)).toEqual(Object.fromEntries(groups.map(({ name }) => [name, ["answered"]])));
    // Or nothing was tested.
    if (strategy === "cost-based-routing") expect(faulty.received("broken", "openai-broken")).toBeGreaterThan(0);
  });
});
