import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type Api, call, callsOf } from "./calls.ts";
import { MODELS, type ProviderModel } from "./models.ts";
import { providersGateway, type ProvidersGateway } from "./providers-gateway.ts";
import type { Reached } from "./test-internet.ts";

let gateway: ProvidersGateway;

beforeAll(async () => {
  gateway = await providersGateway(MODELS.map(({ settings }) => settings));
}, 600_000);

afterAll(() => gateway.delete());

/** A call of the project's, and what of it got out of the gateway. */
function ask(path: string, body: object) {
  return gateway.internet.during(() => gateway.gateway.send(path, { key: gateway.gateway.keys["team"], body }));
}

const address = ({ host, path, query }: Reached) => `${host}${path}${query.size > 0 ? `?${query.toString()}` : ""}`;

describe.for(MODELS)(
  "$settings.name, $settings.model of $settings.provider",
  ({ settings, reaches, signsInAt = [] }) => {
    const cases = (Object.keys(reaches) as Api[]).flatMap((api) =>
      callsOf(api, settings.name).map((one) => ({ ...one, expected: target(reaches, api, one.isStreamed) })),
    );

    it.for(cases)("answers $title, and reaches nothing but the provider's model", async ({ call, expected }) => {
      const { result, received, strangers } = await ask(call.path, call.body);
      const calls = received.filter(({ host }) => !signsInAt.includes(host));

      expect({ status: result.status, calls: calls.map(address), strangers, text: result.text }).toEqual({
        ...{ status: 200, calls: [expected], strangers: [], text: expect.stringContaining(call.answer) as string },
      });
    });
  },
);

function target(reaches: ProviderModel["reaches"], api: Api, isStreamed: boolean): string | undefined {
  const [whole, streamed = whole] = reaches[api] ?? [];
  return isStreamed ? streamed : whole;
}

it("says what Azure says of Responses, which older versions of its API lack", async () => {
  const { path, body } = call("responses", "azure-gpt");
  const { result } = await ask(path, body);

  expect(result.status).toBe(400);
  expect(result.text).toContain("Responses API is enabled only for api-version 2025-03-01-preview and later");
});

it("charges the project for each call", { timeout: 300_000 }, async () => {
  const made = MODELS.flatMap(({ settings, reaches }) =>
    (Object.keys(reaches) as Api[]).flatMap((api) => callsOf(api, settings.name).map(() => settings.name)),
  );
  const charged = async () =>
    (await gateway.gateway.charges(gateway.gateway.keys["team"] ?? ""))
      .filter(({ spend }) => spend > 0)
      .map(({ model_group }) => model_group)
      .sort();
  await expect.poll(charged, { timeout: 240_000, interval: 2000 }).toEqual(made.sort());
});
