import * as pulumi from "@pulumi/pulumi";

import { keySettings } from "../config/keys.ts";
import type { Pool } from "../config/pools.ts";
import { inventory } from "./inventory.ts";
import { SagewaiWorker, type SagewaiWorkerArgs } from "./sagewai-worker.ts";
import { type Gateway, VirtualKeys } from "./virtual-keys.ts";

/** What all pools have in common. */
export interface WorkerPoolArgs extends Pick<SagewaiWorkerArgs, "platform" | "sagewai" | "version"> {
  gateway: Gateway & { url: pulumi.Output<string> };
}

/** A pool's workers and their key, with what everyone may know of both. */
export function workerPool(pool: Pool, { gateway, ...wiring }: WorkerPoolArgs) {
  const { name, project, replicas, labels } = pool;
  // A set for each: a pool's key goes after its workers.
  const keys = new VirtualKeys(`pool-${name}`, { gateway, keys: { [name]: keySettings(pool) } });
  const { key } = keys.get(name);
  const worker = new SagewaiWorker(`worker-${name}`, { ...pool, ...wiring, gatewayUrl: gateway.url, key });
  const entry = pulumi
    .all([keys.facts, worker.logs])
    .apply(([facts, logs]) => ({ ...inventory(pool, facts), project, replicas, labels, logs }));
  return { name, keys, entry };
}
