import type { SettingsProblem } from "../problems/problems.ts";
import { DEFAULT_MAX_CONNECTIONS, podsInRollout, RESERVED_CONNECTIONS } from "../schema/connections.ts";
import { defaultConnections, tierOf } from "../schema/gcp/tiers.ts";
import type { SettingsDraft } from "./rule.ts";

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
