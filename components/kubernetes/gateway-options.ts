import { isIPv6 } from "node:net";

import * as pulumi from "@pulumi/pulumi";

import type { KubernetesSettings } from "../../config/kubernetes.ts";
import { METRICS_PORT } from "../../config/kubernetes-metrics.ts";
import type { Service } from "../platform.ts";
import type { WorkloadArgs } from "./workload.ts";

type GatewayOptions = Required<Pick<WorkloadArgs, "environment" | "secrets" | "calls">> &
  Pick<WorkloadArgs, "metricsPort">;

/** What the settings of the cluster add to LiteLLM as it runs everywhere: nothing, unless they ask for it. */
export function gatewayOptions(settings: KubernetesSettings, { secrets = {} }: Service): GatewayOptions {
  const { metrics, redis, postgres } = settings;
  const { readReplica, pooledConnections } = postgres;
  const { DATABASE_URL: url } = secrets;
  const sentinelPassword = redis?.sentinel?.password;
  return {
    environment: {
      ...(metrics && { PROMETHEUS_METRICS_PORT: String(METRICS_PORT) }),
      // LiteLLM starts the PgBouncer of its image by itself. The migration Job goes past it.
      ...(pooledConnections !== undefined && {
        LITELLM_PGBOUNCER_ENABLED: "true",
        LITELLM_PGBOUNCER_MAX_DB_CONNECTIONS: String(pooledConnections),
      }),
    },
    secrets: {
      ...(readReplica && url !== undefined && { DATABASE_URL_READ_REPLICA: urlAt(url, readReplica) }),
      ...(sentinelPassword && { REDIS_SENTINEL_PASSWORD: sentinelPassword }),
    },
    calls: readReplica ? ["readReplica"] : [],
    metricsPort: metrics && METRICS_PORT,
  };
}

/** The same role, password and database on another server. */
function urlAt(url: pulumi.Input<string>, { host, port }: { host: string; port: number }): pulumi.Output<string> {
  return pulumi.output(url).apply((text) => {
    const replica = new URL(text);
    replica.host = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
    return replica.href;
  });
}
