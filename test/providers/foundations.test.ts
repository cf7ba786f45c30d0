import { beforeEach, expect, it, vi } from "vitest";

import { provider, type ReplacementSettings } from "../../providers/foundations.ts";

const announced: string[] = [];

vi.mock("../../providers/announce.ts", () => ({
  announce: async (message: string) => {
    announced.push(message);
  },
}));

beforeEach(() => {
  announced.length = 0;
});

const before = { platform: "gcp", "gcp.region": "europe-west1", "gcp.network.pods": "10.24.0.0/16" };

/** What is said of these changes, and what is refused. */
async function said(changes: ReplacementSettings) {
  const olds = { settings: before };
  const news = { settings: { ...before, ...changes } };
  const { failures = [] } = await provider.check(olds, news);
  const { changes: isChange } = await provider.diff("foundations", olds, news);
  return { isChange, announced, refused: failures.map(({ reason }) => reason) };
}

it("the guard of foundations says nothing while nothing changes, nor of a setting that it did not know yet", async () => {
  expect(await said({})).toEqual({ isChange: false, announced: [], refused: [] });
  expect(await said({ "gcp.name": "acme" })).toEqual({ isChange: true, announced: [], refused: [] });
  expect(await provider.check({} as never, { settings: before })).toMatchObject({ failures: [] });
});

it("the guard of foundations says what a change destroys", async () => {
  expect(await said({ "gcp.region": "europe-west4" })).toEqual({
    isChange: true,
    announced: [
      "llm-gateway:gcp.region changes from `europe-west1` to `europe-west4`: PostgreSQL with all its data, the cluster, the network and all keys are deleted and recreated.",
    ],
    refused: [],
  });
});

it("the guard of foundations tells who has renamed a stack on Google Cloud what keeps everything", async () => {
  const named = (name: string) => ({ settings: { ...before, "gcp.name": name } });
  await provider.diff("foundations", named("llm-gateway-prod"), named("llm-gateway-live"));
  expect(announced).toEqual([
    "llm-gateway:gcp.name changes from `llm-gateway-prod` to `llm-gateway-live`: PostgreSQL with all its data, the cluster, the network and all keys are deleted and recreated. For a stack that was renamed, write the former one: nothing changes then.",
  ]);
});

it("the guard of foundations refuses what can't work", async () => {
  const { refused } = await said({ "gcp.network.pods": "10.30.0.0/16" });
  expect(refused).toEqual([
    "llm-gateway:gcp.network.pods changes from `10.24.0.0/16` to `10.30.0.0/16`: the cluster uses this range as long as it lives. Undo the change, or destroy the stack first, and start again with the other range.",
  ]);
});

it("the guard of foundations refuses another range of the load balancer while there is one, a larger one as well", async () => {
  const proxies = (value?: string) => ({
    settings: { ...before, ...(value !== undefined && { "gcp.network.proxies": value }) },
  });
  const { failures = [] } = await provider.check(proxies("10.26.0.0/23"), proxies("10.26.0.0/22"));
  expect(failures.map(({ reason }) => reason)).toEqual([
    "llm-gateway:gcp.network.proxies changes from `10.26.0.0/23` to `10.26.0.0/22`: the load balancer uses this range as long as it lives, and a network has one range for that. Undo the change, or take `llm-gateway:gcp.access` out, run `up`, and add it again with the other range.",
  ]);
  // The way there.
  expect(await provider.check(proxies("10.26.0.0/23"), proxies())).toMatchObject({ failures: [] });
  expect(await provider.check(proxies(), proxies("10.26.0.0/22"))).toMatchObject({ failures: [] });
});

it("the guard of foundations says one thing of another platform", async () => {
  expect((await said({ platform: "kubernetes", "gcp.region": "none" })).announced).toEqual([
    "llm-gateway:platform changes from `gcp` to `kubernetes`: everything is deleted with all data and keys, and recreated on the other platform.",
  ]);
});

it.each([{}, { "kubernetes.postgres.namePrefix": "dev_" }])(
  "the guard of foundations refuses other names of databases than they were made with, by releases too that had no setting for it: %j",
  async (more) => {
    const own = { platform: "kubernetes", "kubernetes.postgres.host": "10.0.0.7:5432" };
    const failuresOf = async (news: ReplacementSettings) =>
      (await provider.check({ settings: { ...own, ...more } }, { settings: { ...own, ...news } })).failures;
    expect(await failuresOf(more)).toEqual([]);
    expect(await failuresOf({ "kubernetes.postgres.namePrefix": "team_" })).toEqual([
      expect.objectContaining({
        reason: expect.stringMatching(/namePrefix changes from `(dev_)?` to `team_`: what is/) as string,
      }),
    ]);
    expect((await provider.check({} as never, { settings: { ...own, ...more } })).failures).toEqual([]);
  },
);
