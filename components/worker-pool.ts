import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { keyArgs } from "../config/schema/keys.ts";
import type { Pool } from "../config/schema/pools.ts";
import { inventory } from "./inventory.ts";
import type { LastOutputs } from "./last-state.ts";
import { SagewaiWorker, type SagewaiWorkerArgs } from "./sagewai-worker.ts";
import { type Gateway, VIRTUAL_KEYS, VirtualKeys } from "./virtual-keys.ts";

/** What the worker pools of a stack have in common. */
export interface WorkerPoolArgs extends Pick<SagewaiWorkerArgs, "platform" | "sagewai" | "version"> {
  gateway: Gateway & { url: pulumi.Output<string> };
  /** What the stack's state had before this update. */
  before: LastOutputs;
}

/** A pool's workers and their key, with what everyone may know of both. */
export function workerPool(pool: Pool, { gateway, before, ...wiring }: WorkerPoolArgs) {
  const { name, project, replicas, labels } = pool;
  // A set for each: a pool's key goes after its workers.
  const set = `pool-${name}`;
  const keys = new VirtualKeys(set, { gateway, salt: keySalt(set, before), keys: { [name]: keyArgs(pool) } });
  const { key } = keys.get(name);
  const worker = new SagewaiWorker(`worker-${name}`, { ...pool, ...wiring, gatewayUrl: gateway.url, key });
  const entry = pulumi
    .all([keys.facts, worker.logs])
    .apply(([facts, logs]) => ({ ...inventory(pool, facts), project, replicas, labels, logs }));
  return { name, keys, entry };
}

/**
 * What goes with a pool, so that one which returns later gets another key. A pool that was made by a release without it has
 * none until then: its key stays the same.
 */
function keySalt(set: string, before: LastOutputs): pulumi.Output<string> | undefined {
  const name = `${set}-key-salt`;
  const isThere = before("random:index/randomPassword:RandomPassword", name) !== undefined;
  if (!isThere && before(VIRTUAL_KEYS, set) !== undefined) return undefined;
  return new random.RandomPassword(name, { length: 20, special: false }).result;
}
