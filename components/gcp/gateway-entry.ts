import * as pulumi from "@pulumi/pulumi";

import type { GcpSettings } from "../../config/schema/gcp/gcp.ts";
import type { ClientEntry, Service } from "../platform.ts";
import { GcpClientAccess } from "./client-access.ts";
import type { CloudSql } from "./cloud-sql.ts";
import type { Cluster } from "./cluster.ts";
import { Monitoring } from "./monitoring/monitoring.ts";
import { podMonitoring } from "./monitoring/pod-monitoring.ts";
import { UptimeCheck } from "./monitoring/uptime-check.ts";
import type { Network } from "./network.ts";
import type { GcpPlace } from "./place.ts";

export interface GatewayEntryArgs {
  place: GcpPlace;
  network: Network;
  cluster: Cluster;
  postgres: CloudSql;
  /** Connections that the database server accepts. */
  maxConnections: number;
  namespace: pulumi.Input<string>;
  /** Default: no clients outside the cluster. */
  access: GcpSettings["access"];
  /** Who is notified of alerts. */
  emails: string[];
  /** LiteLLM, which is a port and a path that says whether it can work. */
  service: Service;
  /** Resolves when LiteLLM is ready. */
  ready: pulumi.Resource[];
}

/** Seconds from one reading of LiteLLM's metrics to the next. */
const METRICS_INTERVAL = 30;

/** What surrounds LiteLLM in Google Cloud: the way in for clients, and the monitoring. */
export class GatewayEntry extends pulumi.ComponentResource {
  readonly clients: pulumi.Output<ClientEntry> | undefined;
  /** Where the dashboard is, in a browser. */
  readonly dashboard: pulumi.Output<string>;

  constructor(name: string, args: GatewayEntryArgs, opts: pulumi.ComponentResourceOptions) {
    super("llm-gateway:gcp:GatewayEntry", name, {}, opts);
    const { place, network, namespace, service, ready, access } = args;
    const { port = 0, readiness = "/", clientRoutes = [], drainSeconds = 600 } = service;
    const child = { parent: this };
    const target = { place, network, namespace, service: name, port, clientRoutes, readiness, ready };
    const entry =
      access && new GcpClientAccess(`${name}-clients`, { ...target, ...access, timeout: drainSeconds }, child);
    const uptime = access && new UptimeCheck(`${name}-uptime`, target, child);
    podMonitoring(name, { namespace, interval: METRICS_INTERVAL }, { ...child, dependsOn: ready });
    const monitoring = new Monitoring(
      `${name}-monitoring`,
      {
        place,
        cluster: args.cluster.name,
        namespace,
        service: name,
        postgres: {
          instance: args.postgres.instance.name,
          maxConnections: args.maxConnections,
          diskLimit: args.postgres.diskLimit,
        },
        certificates: entry?.certificates,
        uptimeCheck: uptime?.id,
        emails: args.emails,
      },
      child,
    );
    this.clients =
      entry &&
      pulumi.output({
        url: entry.url,
        address: entry.address,
        ...(entry.adminUrl && { adminUrl: entry.adminUrl }),
        caCertificate: entry.caCertificate,
      });
    this.dashboard = monitoring.dashboard;
    this.registerOutputs({ clients: this.clients, dashboard: this.dashboard });
  }
}
