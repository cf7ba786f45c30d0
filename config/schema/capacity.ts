import * as z from "zod";

import { DEFAULT_MAX_CONNECTIONS, podsInRollout, RESERVED_CONNECTIONS } from "./connections.ts";
import { positive } from "./fields.ts";
import { defaultConnections, tierOf } from "./gcp/tiers.ts";
import { CPU_TARGET } from "./kubernetes/kubernetes.ts";
import { isEmpty, isMapping, type Mapping } from "../problems/mapping.ts";

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
  /** Machine type of Cloud SQL, and GB of its disk, on which its speed depends too. */
  tier: string;
  diskSize: number;
  /** Machine type of the Valkey that pods share their counts in. */
  nodeType: "STANDARD_SMALL" | "HIGHMEM_MEDIUM" | "HIGHMEM_XLARGE";
}

/**
 * Requests per second of one worker at which its latency is still flat: 1,170 on 4 instances with 4 CPUs each
 * (https://docs.litellm.ai/docs/benchmarks).
 */
const WORKER_RPS = 73;

/** Connections of a worker: LiteLLM's own default, and the fewest with which its requests don't wait for each other. */
const WORKER_CONNECTIONS = { most: 10, fewest: 3 };

/** The load up to which LiteLLM advises servers of a size (https://docs.litellm.ai/docs/proxy/db_sizing). */
const SERVERS = [
  { upTo: 100, tier: "db-custom-2-7680", diskSize: 50, nodeType: "STANDARD_SMALL" },
  { upTo: 1_000, tier: "db-custom-4-16384", diskSize: 200, nodeType: "STANDARD_SMALL" },
  { upTo: 5_000, tier: "db-custom-8-32768", diskSize: 500, nodeType: "HIGHMEM_MEDIUM" },
] as const;
const LARGEST = { tier: "db-custom-16-65536", diskSize: 1_000, nodeType: "HIGHMEM_XLARGE" } as const;

/** The sizes that carry this many requests per second, also while one pod is replaced. */
export function sizesFor(rps: number): Sizes {
  const busy = Math.ceil(rps / (WORKER_RPS * (CPU_TARGET / 100)));
  const { tier, diskSize, nodeType } = SERVERS.find(({ upTo }) => rps <= upTo) ?? LARGEST;
  return { replicas: Math.max(2, Math.ceil(busy / 2)), maxReplicas: Math.max(4, busy + 1), tier, diskSize, nodeType };
}

/** Connections that a worker can have where this many pods share those that the server accepts. */
export function workerConnections(accepted: number, maxReplicas: number): number {
  const share = Math.floor((accepted - RESERVED_CONNECTIONS) / podsInRollout(maxReplicas));
  return Math.min(WORKER_CONNECTIONS.most, Math.max(WORKER_CONNECTIONS.fewest, share));
}

/** Connections that a server must accept for this many pods of one worker each. */
export function connectionsFor(maxReplicas: number, databaseConnections: number): number {
  return podsInRollout(maxReplicas) * databaseConnections + RESERVED_CONNECTIONS;
}

/** The settings of a stack file with every size that follows from `capacity` and isn't set. */
export function sized(input: Mapping): Mapping {
  const { data: capacity } = capacitySchema.safeParse(input["capacity"]);
  const { platform, gcp } = input;
  if (!capacity || (platform !== "kubernetes" && platform !== "gcp")) return input;
  const { tier, diskSize, nodeType, ...pods } = sizesFor(capacity.rps);
  const ownTier = at(gcp, "postgres", "tier");
  const machine = platform === "gcp" ? tierOf(typeof ownTier === "string" ? ownTier : tier) : undefined;
  const set = at(input, "postgres", "maxConnections");
  const accepted = typeof set === "number" ? set : machine ? defaultConnections(machine) : DEFAULT_MAX_CONNECTIONS;
  const databaseConnections = workerConnections(accepted, pods.maxReplicas);
  const needed = connectionsFor(pods.maxReplicas, databaseConnections);
  // The machine that is advised has room for more than Cloud SQL lets it accept by default.
  const raised = platform === "gcp" && ownTier === undefined && needed > accepted;
  const isPlaced = isMapping(gcp) && !isEmpty(gcp);
  return {
    ...input,
    litellm: filled(input["litellm"], { databaseConnections }),
    ...(raised && { postgres: filled(input["postgres"], { maxConnections: needed }) }),
    kubernetes: filled(input["kubernetes"], { litellm: pods }),
    ...(isPlaced && { gcp: filled(gcp, { postgres: { tier, diskSize }, redis: { nodeType } }) }),
  };
}

function at(value: unknown, ...path: string[]): unknown {
  return path.reduce((inner, name) => (isMapping(inner) ? inner[name] : undefined), value);
}

/** A value with what it leaves out. What is wrong in it stays as it is, to be reported. */
function filled(value: unknown, defaults: unknown): unknown {
  if (value === undefined) return defaults;
  if (!isMapping(value) || !isMapping(defaults)) return value;
  const entries = Object.entries(defaults).map(([name, missing]) => [name, filled(value[name], missing)] as const);
  return { ...value, ...Object.fromEntries(entries) };
}
