import { defaultConnections, tierOf } from "./gcp-tiers.ts";
import type { SettingsProblem } from "./problems.ts";
import type { SettingsDraft } from "./rules.ts";

/** Connections kept free for the Sagewai admin (two pools of up to 15 and 10), Pulumi and an administrator. */
export const RESERVED_CONNECTIONS = 30;

/** What PostgreSQL accepts unless told otherwise. */
export const DEFAULT_MAX_CONNECTIONS = 100;

/** Share of its pods that a rollout replaces at once, rounded up: four pods or fewer one by one, more in four rounds at most. */
export const ROLLOUT_SHARE = 0.25;

/**
 * How many pods hold connections while so many are replaced: they, the new ones of a round, and the former ones of the
 * round before it. A Deployment doesn't wait for pods that were told to stop, and those finish the requests in hand.
 */
export function podsInRollout(pods: number): number {
  const round = Math.ceil(pods * ROLLOUT_SHARE);
  return Math.min(pods + 2 * round, 2 * pods);
}

/** How many connections PostgreSQL accepts: as set, or by default; undefined where what decides it is wrong. */
export function maxConnections({ platform, postgres, gcp }: SettingsDraft): number | undefined {
  if (!postgres) return undefined;
  // One that is set and wrong is undefined.
  if ("maxConnections" in postgres) return postgres.maxConnections;
  if (platform !== "gcp") return DEFAULT_MAX_CONNECTIONS;
  const tier = tierOf(gcp?.postgres?.tier ?? "");
  return tier && defaultConnections(tier);
}

/** A rule: PostgreSQL accepts as many connections as everything opens at most. */
export function connectionsSuffice(settings: SettingsDraft): SettingsProblem[] {
  const { platform, litellm, postgres, kubernetes, gcp } = settings;
  const { workers, databaseConnections } = litellm ?? {};
  const accepted = maxConnections(settings);
  if (workers === undefined || databaseConnections === undefined || accepted === undefined) return [];

  const pooled = platform === "kubernetes" ? kubernetes?.postgres?.pooledConnections : undefined;
  const replicas =
    platform === "kubernetes" || platform === "gcp" ? (kubernetes?.litellm?.maxReplicas ?? 0) : undefined;
  const pods = replicas === undefined ? 1 : podsInRollout(replicas);
  const needed = pods * (pooled ?? workers * databaseConnections) + RESERVED_CONNECTIONS;
  if (needed <= accepted) return [];

  const each =
    pooled === undefined
      ? `${workers} LiteLLM workers with ${databaseConnections} connections each`
      : `${pooled} pooled connections each`;
  const rollout =
    replicas === undefined ? "" : `${pods} pods (${pods - replicas} of them while others are replaced) with `;
  const load = `${rollout}${each} and ${RESERVED_CONNECTIONS} for others`;
  const fewer = "or lower those of litellm";
  if (platform === "gcp" && postgres?.maxConnections === undefined) {
    const message = `accepts ${accepted} connections, too few for ${load}; write one with more memory, set postgres.maxConnections to at least ${needed}, ${fewer}`;
    return [{ path: ["gcp", "postgres", "tier"], seen: gcp?.postgres?.tier, message }];
  }
  const message = `is too few for ${load}; write at least ${needed}, ${fewer}`;
  return [{ path: ["postgres", "maxConnections"], seen: accepted, message }];
}
