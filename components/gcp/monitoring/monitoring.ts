import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import type { GcpPlace } from "../place.ts";
import { Alerts } from "./alerts.ts";
import { dashboard } from "./dashboard.ts";
import { LogMetrics } from "./log-metrics.ts";

export interface MonitoringArgs {
  place: GcpPlace;
  /** Name of the cluster. */
  cluster: pulumi.Input<string>;
  namespace: pulumi.Input<string>;
  /** Name of LiteLLM's Deployment. */
  service: string;
  postgres: {
    /** Name of the Cloud SQL instance. */
    instance: pulumi.Input<string>;
    /** Connections that it accepts. */
    maxConnections: pulumi.Input<number>;
    /** GB that its disk may grow to. */
    diskLimit: number;
  };
  /** Names of the load balancer's certificates in Certificate Manager. Default: it has none. */
  certificates?: pulumi.Input<string>[];
  /** Id of the uptime check. Default: there is none. */
  uptimeCheck?: pulumi.Input<string> | undefined;
  /** Who is told of alerts. */
  emails: string[];
}

/** The dashboard, the alerts, and the metrics that logs are counted in. */
export class Monitoring extends pulumi.ComponentResource {
  /** Where the dashboard is, in a browser. */
  readonly dashboard: pulumi.Output<string>;

  constructor(name: string, args: MonitoringArgs, opts: pulumi.ComponentResourceOptions) {
    super("llm-gateway:gcp:Monitoring", name, {}, opts);
    const { place, postgres, certificates = [], uptimeCheck, emails, ...workload } = args;
    const { migrationFailures, loggedErrors } = new LogMetrics(name, { place, ...workload }, { parent: this });
    const subjects = pulumi.output({
      ...workload,
      project: place.project,
      database: pulumi.interpolate`${place.project}:${postgres.instance}`,
      maxConnections: postgres.maxConnections,
      diskLimit: postgres.diskLimit,
      logMetrics: { migrationFailures, loggedErrors },
      certificates,
      uptimeCheck,
    });
    const { id } = new gcp.monitoring.Dashboard(
      place.name,
      { dashboardJson: subjects.apply((all) => JSON.stringify(dashboard(place.name, all))) },
      { parent: this, dependsOn: place.services },
    );
    const has = { certificate: certificates.length > 0, uptimeCheck: uptimeCheck !== undefined };
    new Alerts(name, { place, subjects, has, emails }, { parent: this });
    this.dashboard = id.apply(
      (path) =>
        `https://console.cloud.google.com/monitoring/dashboards/builder/${path.split("/").at(-1) ?? ""}?project=${place.project}`,
    );
    this.registerOutputs({ dashboard: this.dashboard });
  }
}
