import * as z from "zod";

import { DEFAULT_MAX_CONNECTIONS, RESERVED_CONNECTIONS } from "./connections.ts";
import { positive } from "./fields.ts";
import { defaultConnections, tierOf } from "./gcp-tiers.ts";
import { isMapping, type Mapping } from "./mapping.ts";

/** What the gateway must carry. */
export const capacitySchema = z.strictObject({
  rps: positive()
    .max(10_000, "is more than one gateway carries; write up to 10000, and see docs/scale.md for more")
    .describe("Requests per second at the busiest time, up to 10,000."),
});

/** Sizes of a gateway. */
export interface Sizes {
  /** Pods of one LiteLLM worker each: at least, and at most. */
  replicas: number;
  maxReplicas: number;
  /** Machine type of Cloud SQL. */
  tier: string;
  /** Machine type of the Valkey that pods share their counts in. */
  nodeType: "STANDARD_SMALL" | "HIGHMEM_MEDIUM" | "HIGHMEM_XLARGE";
}

/**
 * Requests per second of one worker at which its latency is still flat: 1,170 on 4 instances with 4 CPUs each
 * (https://docs.litellm.ai/docs/benchmarks).
 */
const WORKER_RPS = 73;

/** Share of their CPU that pods use when the autoscaler starts more of them. */
const CPU_TARGET = 0.6;

/** Connections of a worker: LiteLLM's own default, and the fewest with which its requests don't wait for each other. */
const WORKER_CONNECTIONS = { most: 10, fewest: 3 };

/** The load up to which LiteLLM advises servers of a size (https://docs.litellm.ai/docs/proxy/db_sizing). */
const SERVERS = [
  { upTo: 100, tier: "db-custom-2-7680", nodeType: "STANDARD_SMALL" },
  { upTo: 1_000, tier: "db-custom-4-16384", nodeType: "STANDARD_SMALL" },
  { upTo: 5_000, tier: "db-custom-8-32768", nodeType: "HIGHMEM_MEDIUM" },
] as const;
const LARGEST = { tier: "db-custom-16-65536", nodeType: "HIGHMEM_XLARGE" } as const;

/** The sizes that carry so many requests per second, also while one pod is replaced. */
export function sizesFor(rps: number): Sizes {
  const busy = Math.ceil(rps / (WORKER_RPS * CPU_TARGET));
  const { tier, nodeType } = SERVERS.find(({ upTo }) => rps <= upTo) ?? LARGEST;
  return { replicas: Math.max(2, Math.ceil(busy / 2)), maxReplicas: Math.max(4, busy + 1), tier, nodeType };
}

/** Connections that a worker can have where so many pods share those that the server accepts. */
export function workerConnections(accepted: number, maxReplicas: number): number {
  // A rollout starts one pod more before it stops a former one.
  const share = Math.floor((accepted - RESERVED_CONNECTIONS) / (maxReplicas + 1));
  return Math.min(WORKER_CONNECTIONS.most, Math.max(WORKER_CONNECTIONS.fewest, share));
}

/** The settings of a stack file with every size that follows from `capacity` and isn't set. */
export function sized(input: Mapping): Mapping {
  const { data: capacity } = capacitySchema.safeParse(input["capacity"]);
  const { platform, gcp, postgres } = input;
  if (!capacity || (platform !== "kubernetes" && platform !== "gcp")) return input;
  const { tier, nodeType, ...pods } = sizesFor(capacity.rps);
  const machine = platform === "gcp" ? tierOf(tier) : undefined;
  const set = isMapping(postgres) ? postgres["maxConnections"] : undefined;
  const accepted = typeof set === "number" ? set : machine ? defaultConnections(machine) : DEFAULT_MAX_CONNECTIONS;
  const isPlaced = isMapping(gcp) && Object.keys(gcp).length > 0;
  return {
    ...input,
    litellm: filled(input["litellm"], { databaseConnections: workerConnections(accepted, pods.maxReplicas) }),
    kubernetes: filled(input["kubernetes"], { litellm: pods }),
    ...(isPlaced && { gcp: filled(gcp, { postgres: { tier }, redis: { nodeType } }) }),
  };
}

/** A value with what it leaves out. What is wrong in it stays as it is, to be reported. */
function filled(value: unknown, defaults: unknown): unknown {
  if (value === undefined) return defaults;
  if (!isMapping(value) || !isMapping(defaults)) return value;
  const entries = Object.entries(defaults).map(([name, missing]) => [name, filled(value[name], missing)] as const);
  return { ...value, ...Object.fromEntries(entries) };
}
