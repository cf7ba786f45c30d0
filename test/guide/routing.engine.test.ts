import { afterAll, beforeAll, expect, it, vi } from "vitest";

import { StrategyGateway } from "./strategy-gateway.ts";
import { WatchedDeployments } from "./watched-deployments.ts";

// What docs/guide.md says of the guide's routing strategies, each with a LiteLLM of its own and three deployments of a model.
// No outcome depends on how fast this machine is; what is random stays within its bounds but once in a million runs.

vi.setConfig({ testTimeout: 300_000 });

let provider: WatchedDeployments;
let shuffle: StrategyGateway;
let leastBusy: StrategyGateway;
let latencyBased: StrategyGateway;
let costBased: StrategyGateway;

const ALIKE = [{}, {}, {}];
const priced = (input: number) => ({ price: { input, output: input } });

beforeAll(async () => {
  provider = await WatchedDeployments.start();
  // Two at a time: more would only wait for each other, until the first gives up.
  [shuffle, leastBusy] = await Promise.all([
    StrategyGateway.start(provider, "simple-shuffle", {
      alike: ALIKE,
      weighted: [{ weight: 1 }, { weight: 6 }, { weight: 1 }],
    }),
    StrategyGateway.start(provider, "least-busy", { alike: ALIKE }),
  ]);
  [latencyBased, costBased] = await Promise.all([
    StrategyGateway.start(provider, "latency-based-routing", { alike: ALIKE, "warm-up": ALIKE }),
    StrategyGateway.start(provider, "cost-based-routing", { priced: [priced(30), priced(10), priced(20)] }),
  ]);
}, 1_200_000);

afterAll(async () => {
  const started: (StrategyGateway | undefined)[] = [shuffle, leastBusy, latencyBased, costBased];
  for (const gateway of started) await gateway?.delete();
  await provider.stop();
});

const timesOf = (place: number, places: number[]) => places.filter((other) => other === place).length;

it("simple-shuffle draws a deployment at random for each request, where a round-robin would never repeat one", async () => {
  const places = await shuffle.next("alike", 40);

  // Of three, each request misses one with 2/3, and repeats the one before with 1/3: (2/3)^40 is one in ten million.
  expect(new Set(places)).toEqual(new Set([0, 1, 2]));
  expect(places.some((place, index) => place === places[index - 1])).toBe(true);
});

it("simple-shuffle gives a deployment its share by weight", async () => {
  const places = await shuffle.next("weighted", 120);

  // 90 with a standard deviation of 4.7. Without weights they would be 40, with one of 5.2.
  expect(timesOf(1, places)).toBeGreaterThan(62);
  // 15 each.
  expect(timesOf(0, places)).toBeGreaterThan(0);
  expect(timesOf(2, places)).toBeGreaterThan(0);
});

it("least-busy sends a request to the deployment with the fewest in flight", async () => {
  const deployments = leastBusy.of("alike");
  for (const deployment of deployments) deployment.hold();
  const sent: Promise<void>[] = [];
  const send = async () => {
    const { place, answer } = await leastBusy.sendHeld("alike");
    sent.push(answer);
    return place;
  };
  const inFlight = () => deployments.map((deployment) => deployment.inFlight);

  for (const each of [1, 2, 3]) {
    while (Math.min(...inFlight()) < each) await send();
    expect(inFlight()).toEqual([each, each, each]);
  }
  deployments[1]?.release();
  deployments[1]?.hold();
  // LiteLLM counts an answer a moment after it has passed it on; until then, all look alike.
  await expect.poll(send, { timeout: 60_000 }).toBe(1);
  expect([await send(), await send()]).toEqual([1, 1]);

  for (const deployment of deployments) deployment.release();
  await Promise.all(sent);
});

it("latency-based-routing stays with the deployment that answers fastest, once it has tried each", async () => {
  // A process takes longest for its first requests, whoever answers.
  await latencyBased.next("warm-up", 6);
  const deployments = latencyBased.of("alike");
  // Far more than a request takes on a busy machine, or the fastest would seem slow, and never be asked again.
  for (const [place, delay] of [4_000, 0, 5_000].entries()) Object.assign(deployments[place] ?? {}, { delay });
  const haveAllAnswered = () => deployments.every(({ received }) => received > 0);
  // A latency counts a moment after its answer: some are asked more than once before it does.
  await expect
    .poll(async () => [await latencyBased.next("alike", 3), haveAllAnswered()], { timeout: 120_000 })
    .toEqual([[1, 1, 1], true]);

  expect(await latencyBased.next("alike", 20)).toEqual(Array.from({ length: 20 }, () => 1));
});

it("cost-based-routing sends each request to the cheapest deployment", async () => {
  expect(await costBased.next("priced", 20)).toEqual(Array.from({ length: 20 }, () => 1));
});
