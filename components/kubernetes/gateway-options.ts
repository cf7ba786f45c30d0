import * as pulumi from "@pulumi/pulumi";

import type { KubernetesSettings } from "../../config/schema/kubernetes/kubernetes.ts";
import { REDIS_AUTHORITIES_VARIABLE } from "../../config/litellm-config.ts";
import { METRICS_PORT } from "../../config/schema/kubernetes/metrics.ts";
import { urlHost } from "../../config/url-host.ts";
import type { WorkloadArgs } from "./workload-args.ts";

type GatewayOptions = Required<Pick<WorkloadArgs, "environment" | "secrets" | "files" | "calls">> &
  Pick<WorkloadArgs, "metricsPort" | "identity">;

/** LiteLLM's file with the authorities of Redis, if they are not the public ones. */
const REDIS_AUTHORITIES = "redis-ca.pem";

/**
 * What the settings of the cluster add to LiteLLM as it runs everywhere: nothing, unless they ask for it.
 *
 * @param secrets LiteLLM's own.
 */
export function gatewayOptions(
  settings: KubernetesSettings,
  { DATABASE_URL: url }: Record<string, pulumi.Input<string>>,
): GatewayOptions {
  const { metrics, redis, postgres } = settings;
  const { identity } = settings.litellm;
  const { readReplica, pooledConnections } = postgres;
  const sentinelPassword = redis?.sentinel?.password;
  return {
    environment: {
      ...(metrics && { PROMETHEUS_METRICS_PORT: String(METRICS_PORT) }),
      // LiteLLM starts the PgBouncer of its image by itself. The migration Job goes past it.
      ...(pooledConnections !== undefined && {
        LITELLM_PGBOUNCER_ENABLED: "true",
        LITELLM_PGBOUNCER_MAX_DB_CONNECTIONS: String(pooledConnections),
      }),
      ...(redis?.caCertificate !== undefined && { [REDIS_AUTHORITIES_VARIABLE]: `{files}/${REDIS_AUTHORITIES}` }),
    },
    files: redis?.caCertificate === undefined ? {} : { [REDIS_AUTHORITIES]: redis.caCertificate },
    secrets: {
      ...(readReplica && url !== undefined && { DATABASE_URL_READ_REPLICA: urlAt(url, readReplica) }),
      ...(sentinelPassword && { REDIS_SENTINEL_PASSWORD: sentinelPassword }),
    },
    calls: [
      ...(readReplica ? (["readReplica"] as const) : []),
      ...(identity?.address === undefined ? [] : (["identity"] as const)),
    ],
    identity,
    metricsPort: metrics && METRICS_PORT,
  };
}

/** The same role, password and database on another server. */
function urlAt(url: pulumi.Input<string>, { host, port }: { host: string; port: number }): pulumi.Output<string> {
  return pulumi.output(url).apply((text) => {
    const replica = new URL(text);
    replica.host = `${urlHost(host)}:${port}`;
    return replica.href;
  });
}
