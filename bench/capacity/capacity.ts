import { step } from "../../toolchain/progress.ts";
import { BenchGateway } from "../bench-stack.ts";
import { machine } from "../machine.ts";
import { type Load, load } from "./load.ts";
import { StubModel } from "./stub-model.ts";
import { UnguardedProxy } from "./unguarded.ts";

/** Requests at once: alone, for the latency that the proxy adds; many, for what it takes at most. */
export const CONNECTIONS = [1, 32];

/** Server processes of the proxy. */
const WORKERS = [1, 2, 4];

/** Enough that no budget is ever reached. */
const BUDGET = 1_000_000;

/** Loads by who was loaded: `stub`, or the proxy by its workers. */
export interface Capacity {
  date: string;
  machine: ReturnType<typeof machine>;
  loads: { target: string; connections: number; load: Load }[];
}

/**
 * Sends load to a model on this machine, then to a gateway in front of it with one worker, two and four, and to one worker
 * without the request guard.
 */
export async function capacity(seconds: number): Promise<Capacity> {
  const result: Capacity = { date: new Date().toISOString(), machine: machine(), loads: [] };
  const model = await StubModel.start();
  const measure = async (target: string, end: Parameters<typeof load>[0]) => {
    for (const connections of CONNECTIONS) {
      const title = `${target}, ${connections} at once`;
      result.loads.push({ target, connections, load: await step(title, () => load(end, { connections, seconds })) });
    }
  };
  const gateway = await BenchGateway.make(
    {
      "llm-gateway:models": [
        { name: "stub", model: "openai/stub", provider: "stub", apiBase: model.url, price: { input: 1, output: 1 } },
      ],
    },
    { stub: "of-no-use" },
  );
  try {
    await measure("the model alone", { url: model.url, key: "of-no-use", model: "stub" });
    for (const workers of WORKERS) {
      const title = `gateway, ${workers} ${workers === 1 ? "worker" : "workers"}`;
      await step(`Bringing up a ${title}`, () => gateway.up({ keys: 1, models: ["stub"], budget: BUDGET, workers }));
      const end = { url: `${(await gateway.proxy()).url}/v1`, key: await gateway.key(0), model: "stub" };
      // What a worker loads at its first request is no part of any other.
      await load(end, { connections: 4 * workers, seconds: 3 });
      await measure(title, end);
      if (workers > 1) continue;
      const proxy = await step("Bringing up the same without the request guard", () => UnguardedProxy.start(gateway));
      try {
        const bare = { ...end, url: proxy.url };
        await load(bare, { connections: 4, seconds: 3 });
        await measure(`${title}, without the request guard`, bare);
      } finally {
        await proxy.stop();
      }
    }
  } finally {
    await gateway.remove();
    await model.stop();
  }
  return result;
}
