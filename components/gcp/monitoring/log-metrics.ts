import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import type { GcpPlace } from "../place.ts";

export interface LogMetricsArgs {
  place: GcpPlace;
  /** Name of the cluster. */
  cluster: pulumi.Input<string>;
  namespace: pulumi.Input<string>;
  /** Name of LiteLLM's Deployment. */
  service: string;
}

/** Counts of log entries. Nothing of their text is kept, so no prompt and no key gets into a metric. */
export class LogMetrics extends pulumi.ComponentResource {
  /** Name of the metric that counts failed migrations. */
  readonly migrationFailures: pulumi.Output<string>;
  /** Name of the metric that counts the errors that LiteLLM writes. */
  readonly loggedErrors: pulumi.Output<string>;

  constructor(name: string, args: LogMetricsArgs, opts: pulumi.ComponentResourceOptions) {
    super("llm-gateway:gcp:LogMetrics", name, {}, opts);
    const { place, cluster, namespace, service } = args;
    const count = (what: string, description: string, filter: pulumi.Input<string>) =>
      new gcp.logging.Metric(
        `${place.name}-${what}`,
        { description, filter, metricDescriptor: { metricKind: "DELTA", valueType: "INT64", unit: "1" } },
        { parent: this, dependsOn: place.services },
      ).name;
    this.migrationFailures = count(
      "migration-failures",
      "Migrations of LiteLLM's database that Kubernetes gave up",
      pulumi.interpolate`logName="projects/${place.project}/logs/events"
resource.type="k8s_cluster"
resource.labels.cluster_name="${cluster}"
jsonPayload.involvedObject.kind="Job"
jsonPayload.involvedObject.namespace="${namespace}"
jsonPayload.involvedObject.name=~"^${service}-migration-"
jsonPayload.reason=("BackoffLimitExceeded" OR "DeadlineExceeded")`,
    );
    this.loggedErrors = count(
      "logged-errors",
      "Errors in the logs of LiteLLM",
      // Of what isn't JSON, Cloud Logging takes all that goes to standard error for an error.
      pulumi.interpolate`resource.type="k8s_container"
resource.labels.cluster_name="${cluster}"
resource.labels.namespace_name="${namespace}"
labels."k8s-pod/app_kubernetes_io/name"="${service}"
jsonPayload.level=("ERROR" OR "CRITICAL")`,
    );
    this.registerOutputs({ migrationFailures: this.migrationFailures, loggedErrors: this.loggedErrors });
  }
}
